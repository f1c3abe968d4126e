"""The updates that a webhook has loaded: which is next, which waits for its repetition, which is given up.

Source: tdlib/telegram-bot-api, WebhookActor.cpp, load_updates, send_update, on_update_ok, on_update_error, drop_event.
"""

from __future__ import annotations

import heapq
import random
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.state.clock import Clock
    from emulator.state.queue import Stored, UpdateQueue

LONGEST_PAUSE = 60
LONGEST_RETRY_AFTER = 3600
FIRST_OWN_LANE = 1 << 60


@dataclass(eq=False, slots=True)
class Loaded:
    """One loaded update, the lane it goes in, and how it fared. wakeup: when it may go (again), as Unix time."""

    stored: Stored
    lane: int
    wakeup: float
    delay: int = 1
    fails: int = 0


class Backlog:
    """Updates by lane, of which the first is under way or waits; at most 2 × `connections` lanes are loaded."""

    def __init__(self, queue: UpdateQueue, clock: Clock, connections: int) -> None:
        self._queue = queue
        self._clock = clock
        self._most = 2 * connections
        self._lanes: dict[int, deque[Loaded]] = {}
        self._ready: list[tuple[float, int]] = []
        self._offset = 0
        self._own_lane = FIRST_OWN_LANE

    @property
    def lanes(self) -> int:
        """How many lanes are loaded."""
        return len(self._lanes)

    @property
    def due(self) -> float | None:
        """When the next lane's turn comes; None if each has one under way, or there is none."""
        return self._ready[0][0] if self._ready else None

    def load(self) -> None:
        """Load what there is room for. A lane that is loaded already takes as many as come."""
        room = self._most - len(self._lanes)
        if room <= 0:
            return
        for stored in self._queue.after(self._offset, room):
            self._offset = stored.id + 1
            self._add(stored)

    def take(self) -> Loaded | None:
        """The first update of the lane whose turn it is; its lane stands still until it is delivered or has failed."""
        if not self._ready or self._ready[0][0] > self._clock.now():
            return None
        _, lane = heapq.heappop(self._ready)
        return self._lanes[lane][0]

    def delivered(self, update: Loaded) -> None:
        """A 2xx came: it is forgotten for good, and the lane goes on."""
        self._queue.forget(update.stored.id, confirmed=True)
        self._go_on(update)

    def failed(self, update: Loaded, retry_after: int = 0) -> None:
        """Anything else came, or nothing: again at once, then after 2, 4, 8 … s, or when told; dropped if too old."""
        retry_after = min(max(retry_after, 0), LONGEST_RETRY_AFTER)
        delay, pause = update.delay, retry_after
        if not retry_after and update.fails:
            delay = pause = min(random.randint(LONGEST_PAUSE, 2 * LONGEST_PAUSE), delay * 2)
        now = self._clock.now()
        if int(now) + pause > update.stored.expires:
            self._queue.forget(update.stored.id, confirmed=False)
            self._go_on(update)
            return
        update.delay, update.wakeup = delay, now + pause
        update.fails += 1
        heapq.heappush(self._ready, (update.wakeup, update.lane))

    def _add(self, stored: Stored) -> None:
        lane = stored.lane
        if not lane:
            lane, self._own_lane = self._own_lane, self._own_lane + 1
        update = Loaded(stored, lane, self._clock.now())
        waiting = self._lanes.setdefault(lane, deque())
        if not waiting:
            heapq.heappush(self._ready, (update.wakeup, lane))
        waiting.append(update)

    def _go_on(self, update: Loaded) -> None:
        waiting = self._lanes[update.lane]
        waiting.popleft()
        if waiting:
            heapq.heappush(self._ready, (waiting[0].wakeup, update.lane))
        else:
            del self._lanes[update.lane]
