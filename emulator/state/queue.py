"""A bot's queue of updates: a log that is read from an offset and forgotten by it."""

from __future__ import annotations

import random
from collections import OrderedDict, deque
from itertools import islice
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
    """One update: its id, when it expires (Unix time) and its JSON, a snapshot of the moment it was made.

    lane: which others it waits for at a webhook, see `emulator.state.lanes`; chat: which one it is about, 0 for none.
    """

    id: int
    expires: float
    kind: str
    data: bytes
    lane: int = 0
    chat: int = 0


class UpdateQueue:
    """Updates in the order of their ids.

    confirmed: ids that an offset has confirmed, latest last; dropped: how many a full queue has lost.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stored: OrderedDict[int, Stored] = OrderedDict()
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
        return next(iter(self._stored), self.tail)

    @property
    def pending(self) -> list[dict[str, Any]]:
        """The updates waiting to be confirmed, expired ones not included, oldest first."""
        now = self._clock.now()
        return [orjson.loads(stored.data) for stored in self._stored.values() if stored.expires >= now]

    @property
    def waiting(self) -> int:
        """How many there are that have not expired."""
        now = self._clock.now()
        return sum(stored.expires >= now for stored in self._stored.values())

    def push(self, kind: str, payload: dict[str, Any], lifetime: float, lane: int = 0, chat: int = 0) -> int | None:
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
        self._stored[self.tail] = Stored(self.tail, now + lifetime, kind, data, lane, chat)
        self._bytes += len(data)
        self.tail += 1
        return self.tail - 1

    def read(self, offset: int, limit: int) -> list[bytes]:
        """Forget what lies below the offset and return up to `limit` updates from there on, as JSON.

        Source: tdlib/td, TQueue.cpp, get and do_get; tdlib/telegram-bot-api, Client.cpp, do_get_updates.
        """
        if offset < 0:
            self._forget(next(islice(reversed(self._stored), -offset - 1, None), self.head))
        elif self.head - MAX_UPDATES <= offset <= self.tail + FAR_BEYOND:
            self._forget(offset)
        return self._take(limit)

    def after(self, offset: int, limit: int) -> list[Stored]:
        """Up to `limit` updates from the offset on, none of them forgotten but what has expired.

        An offset below the head or beyond the end means the head, as ids may have started anew. Source: tdlib/td,
        TQueue.cpp, get; tdlib/telegram-bot-api, WebhookActor.cpp, load_updates.
        """
        now = self._clock.now()
        found: list[Stored] = []
        for number in range(offset if self.head <= offset <= self.tail else self.head, self.tail):
            if len(found) == limit:
                break
            stored = self._stored.get(number)
            if stored is not None and stored.expires < now:
                self.forget(number, confirmed=False)
            elif stored is not None:
                found.append(stored)
        return found

    def forget(self, number: int, *, confirmed: bool) -> None:
        """Forget one update, wherever it stands; harmless if it is not there. Source: tdlib/td, TQueue.cpp, forget."""
        stored = self._stored.pop(number, None)
        if stored is None:
            return
        self._bytes -= len(stored.data)
        if confirmed:
            self.confirmed.append(number)

    def clear(self) -> None:
        """Forget everything (drop_pending_updates, logOut)."""
        self._forget(self.tail)

    def _forget(self, below: int) -> None:
        now = self._clock.now()
        while self._stored and self.head < below:
            _, stored = self._stored.popitem(last=False)
            self._bytes -= len(stored.data)
            if stored.expires >= now:
                self.confirmed.append(stored.id)

    def _take(self, limit: int) -> list[bytes]:
        now = self._clock.now()
        taken: list[bytes] = []
        expired: list[int] = []
        size = 0
        for stored in self._stored.values():
            if len(taken) == limit or size >= MAX_ANSWER_BYTES:
                break
            if stored.expires < now:
                expired.append(stored.id)
                continue
            size += len(stored.data)
            taken.append(stored.data)
        for number in expired:
            self.forget(number, confirmed=False)
        return taken
