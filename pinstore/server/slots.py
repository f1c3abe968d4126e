"""Slots: when messages may go out that all replicas send together, leased in blocks from one row.

A slot that nobody takes in time is gone: two that came later together would be one too many in their second.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Coroutine
from math import ceil
from typing import Any

from pinstore.postgres.database import LAZILY, Database

log = logging.getLogger(__name__)

SLACK = 0.05
"""Seconds for which a slot is good."""

BLOCK = 0.1
"""Seconds for which a replica leases slots at once: so much longer it goes on when another one has met a 429."""

LONG = 10.0
"""Seconds of a 429 above which it may concern its chat alone."""

RIDE = 0.15
"""Seconds for which an update is held until the slot of its answer comes: a message of its own costs more than that."""

TICK, MANY = 0.03, 6
"""Seconds between the moments at which messages go out that wait for their slots, where that many go out in each.

Answers that go out together bring the next updates together: each by itself would wake the process, which takes half of
all processor time.
"""

CLOSE = 1.0
"""Seconds between two 429s that concern all chats, however long they ask to wait."""

_LEASE = f"""
INSERT INTO paces (name, due)
SELECT 'messages', clock_timestamp() + ?1 * interval '1 second' FROM {LAZILY} WHERE lazy.level = 'off'
ON CONFLICT (name) DO UPDATE SET due = greatest(paces.due, clock_timestamp()) + ?1 * interval '1 second'
RETURNING extract(epoch FROM due - ?1 * interval '1 second' - clock_timestamp())::float8"""

_HALT = """
INSERT INTO paces (name, due) VALUES ('messages', clock_timestamp() + ?1 * interval '1 second')
ON CONFLICT (name) DO UPDATE SET due = greatest(paces.due, clock_timestamp() + ?1 * interval '1 second')"""


class Slots:
    """Those of one replica; one of each second's messages is left to what does not ask."""

    def __init__(self, database: Database, rate: float) -> None:
        self.rate = rate
        self._tick = TICK if rate * TICK >= MANY else 0.0
        self._database = database
        self._slots: deque[float] = deque()
        self._is_leasing = False
        self._tasks: set[asyncio.Future[object]] = set()
        self._refused_at = float("-inf")

    @property
    def per_second(self) -> float:
        """Messages a second that may ask; no second has more, though it may begin with those of a tick before it."""
        return max(1.0, (self.rate - 1) / (1 + self._tick))

    async def ready(self, number: int, ahead: float = 0.0) -> int:
        """How many of so many messages may go out within `ahead` seconds."""
        missing = number - self._future()
        if missing > 0 and (not self._slots or self._slots[-1] <= time.monotonic() + ahead):
            await self.lease(missing)
        return min(number, self._due(ahead))

    async def next(self, number: int) -> int:
        """As `ready`, but not before one may."""
        while True:
            if found := await self.ready(number):
                return found
            await asyncio.sleep(max(0.001, self._slots[0] - time.monotonic()) if self._slots else 0)

    def use(self, number: int) -> list[float]:
        """So many go out; when each of them may, by the monotonic clock."""
        return [self._slots.popleft() for _ in range(min(number, len(self._slots)))]

    async def lease(self, number: int) -> None:
        """Get some more."""
        count = max(1, min(number, int(BLOCK * self.per_second)))
        first = await self._take(count)
        begin = time.monotonic() + max(0.0, first)  # no earlier than the server means it
        slots = [begin + place / self.per_second for place in range(count)]
        if self._tick and (first > 0 or count > 1):
            slots = [ceil(slot / self._tick) * self._tick for slot in slots]
        self._slots = deque(sorted((*self._slots, *slots)))

    def _future(self) -> int:
        """Drop what is past; how many are left."""
        now = time.monotonic()
        while self._slots and self._slots[0] < now - SLACK:
            self._slots.popleft()
        return len(self._slots)

    def _due(self, ahead: float = 0.0) -> int:
        self._future()
        until = time.monotonic() + ahead
        return sum(slot <= until for slot in self._slots)

    # As a `Pace` of the outbox, whose times are those of the event loop and are not needed.

    def wait(self, now: float, under_way: int) -> float:  # noqa: ARG002 - a pace of its own looks at them
        """Seconds until it makes sense to ask again whether one more may go out; 0 if it may."""
        if self._due():
            return 0.0
        if self._slots:
            return max(0.001, self._slots[0] - time.monotonic())
        if not self._is_leasing:
            self._is_leasing = True
            self._begin(self._lease_one())
        return SLACK / 3

    def begin(self, now: float) -> None:  # noqa: ARG002
        """One goes out."""
        self.use(1)

    def owe(self, count: int) -> None:
        """So many more have gone out than were begun."""
        if count:
            self._begin(self._take(count))

    def got_through(self, begun: float) -> None:
        """Nothing is learned from it."""

    def refused(self, chat_id: int, begun: float, now: float) -> bool:  # noqa: ARG002
        """A 429 of one replica holds all of them."""
        return True

    def halt(self, seconds: float) -> None:
        """A 429 asks for it; a long one may concern its chat alone, unless another one has just come."""
        now, before = time.monotonic(), self._refused_at
        self._refused_at = now
        self._slots.clear()
        span = seconds if seconds <= LONG or now - before < CLOSE else CLOSE
        self._begin(self._database.apart(lambda tables: tables.change(_HALT, (span,))))

    async def _take(self, count: int) -> float:
        """Take so many from all replicas; seconds until the first of them, less than 0 if it has passed."""
        row = await self._database.apart(lambda tables: tables.row(_LEASE, (count / self.per_second,)))
        return float(row[0])

    async def _lease_one(self) -> None:
        try:
            await self.lease(1)
        finally:
            self._is_leasing = False

    def _begin(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Future[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("The pace that replicas share could not be kept", exc_info=error)

    def close(self) -> None:
        """Ask for nothing any more."""
        for task in self._tasks:
            task.cancel()
