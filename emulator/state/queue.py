"""A bot's queue of updates: a log that is read from an offset and forgotten by it."""

from __future__ import annotations

import random
from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

if TYPE_CHECKING:
    from emulator.state.clock import Clock

# Sources: tdlib/td, TQueue.h and TQueue.cpp; tdlib/telegram-bot-api, Client.h.
MAX_UPDATES = 100_000
MAX_BYTES = 128 << 20
MAX_UPDATE_BYTES = 512 << 10
MAX_ANSWER_BYTES = 4 << 20
FAR_BEYOND = 10
FIRST_ID = (2_000_001, 1_000_000_000)
QUIET_WEEK = 7 * 86_400.0


class Stored(NamedTuple):
    """One update: its id, when it expires (Unix time) and its JSON, a snapshot of the moment it was made."""

    id: int
    expires: float
    kind: str
    data: bytes


class UpdateQueue:
    """Updates in the order of their ids.

    confirmed: ids that an offset has confirmed, latest last; dropped: how many a full queue has lost.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stored: deque[Stored] = deque()
        self._bytes = 0
        self._last_push = clock.now()
        self.tail = 0
        self.confirmed: deque[int] = deque(maxlen=MAX_UPDATES)
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._stored)

    @property
    def head(self) -> int:
        """The id of the oldest update, or the next one if there is none."""
        return self._stored[0].id if self._stored else self.tail

    @property
    def pending(self) -> list[dict[str, Any]]:
        """The updates waiting to be confirmed, expired ones not included, oldest first."""
        now = self._clock.now()
        return [orjson.loads(stored.data) for stored in self._stored if stored.expires >= now]

    def push(self, kind: str, payload: dict[str, Any], lifetime: float) -> int | None:
        """Queue an update that lives `lifetime` seconds; returns its id, or None if a full queue has dropped it.

        Ids are sequential and start at random, also after a week without updates (Bot API, Update).
        """
        now = self._clock.now()
        if not self.tail or (not self._stored and now - self._last_push > QUIET_WEEK):
            self.tail = random.randint(*FIRST_ID)
        data = orjson.dumps({"update_id": self.tail, kind: payload})
        full = len(self._stored) >= MAX_UPDATES or self._bytes + len(data) > MAX_BYTES
        if full or len(data) > MAX_UPDATE_BYTES:
            self.dropped += 1
            return None
        self._last_push = now
        self._stored.append(Stored(self.tail, now + lifetime, kind, data))
        self._bytes += len(data)
        self.tail += 1
        return self.tail - 1

    def read(self, offset: int, limit: int) -> list[bytes]:
        """Forget what lies below the offset and return up to `limit` updates from there on, as JSON.

        Source: tdlib/td, TQueue.cpp, get and do_get; tdlib/telegram-bot-api, Client.cpp, do_get_updates.
        """
        if offset < 0:
            self._forget(self._stored[offset].id if -offset < len(self._stored) else self.head)
        elif self.head - MAX_UPDATES <= offset <= self.tail + FAR_BEYOND:
            self._forget(offset)
        return self._take(limit)

    def clear(self) -> None:
        """Forget everything (drop_pending_updates, logOut)."""
        self._forget(self.tail)

    def _forget(self, below: int) -> None:
        now = self._clock.now()
        while self._stored and self._stored[0].id < below:
            stored = self._stored.popleft()
            self._bytes -= len(stored.data)
            if stored.expires >= now:
                self.confirmed.append(stored.id)

    def _take(self, limit: int) -> list[bytes]:
        now = self._clock.now()
        taken: list[Stored] = []
        size = 0
        while self._stored and len(taken) < limit and size < MAX_ANSWER_BYTES:
            stored = self._stored.popleft()
            if stored.expires < now:
                self._bytes -= len(stored.data)
                continue
            size += len(stored.data)
            taken.append(stored)
        self._stored.extendleft(reversed(taken))
        return [stored.data for stored in taken]
