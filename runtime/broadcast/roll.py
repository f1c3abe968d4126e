"""Whom this process may send copies to: only players on a list that is stored.

Telegram tells what it has done only in answers that may be lost, and a save is due every few seconds at most. So a list
of players is stored before they get their copies, and after a crash only those on the list stored last are in doubt.
"""

import time
from collections import deque
from collections.abc import Collection, Sequence
from typing import NamedTuple

from pinstore import Keeper
from runtime.broadcast.broadcasts import Broadcasts
from runtime.broadcast.mailing import Broadcast

LIST = 120
"""Players on a list: as many as Telegram's pace lets through while the next list is being stored.

So many may be late as well. More are not kept until all others are through, as each save would hold them all.
"""

GAP = 3.0
"""Seconds from one stored list to the next while somebody is left on it: each is a save."""

LEASE = 4.0
"""Seconds after a save in which copies may be sent. Another process that claims the backup waits longer than that."""


class Listed(NamedTuple):
    """A list that is written; a save holds it if it holds `position`."""

    number: int
    position: int
    players: Sequence[int]


class Roll:
    """The lists of one broadcast, numbered from 1."""

    def __init__(self, row: Broadcast, broadcasts: Broadcasts, store: Keeper) -> None:
        self._row = row
        self._broadcasts = broadcasts
        self._store = store
        self._under_way: Listed | None = None
        self._fresh: Listed | None = None
        self._stored_at = 0.0
        self._is_wanted = True
        self._is_last = False
        self.queue: deque[int] = deque()
        """Players on the stored list who are not begun."""
        self.written = 0
        self.stored = 0
        """Number of the list stored last."""

    @property
    def is_licensed(self) -> bool:
        """Whether copies may be sent now: no other process can own the backup."""
        status = self._store.status
        return status.owns and time.monotonic() - status.confirmed_at < LEASE

    @property
    def is_empty(self) -> bool:
        """Whether there is nobody left."""
        return self._is_last and not self._row.waiting

    def want(self) -> int:
        """A new list is needed soon; returns its number."""
        self._is_wanted = True
        return self.written + 1

    async def write(self, mark: int) -> None:
        """Write the next list if it is due; message ids of copies that it allows are above `mark`."""
        if self._under_way or not self._is_due():
            return
        row = self._row
        self._is_last = not await self._broadcasts.take(row, LIST)
        row.is_open, row.mark, row.until = True, mark, 0
        await self._broadcasts.write(row)
        self.written, self._is_wanted = self.written + 1, False
        self._under_way = Listed(self.written, self._broadcasts.position, tuple(row.waiting))
        self._store.hurry()

    def look(self) -> None:
        """See whether the list that was written last is stored."""
        listed = self._under_way
        if listed and self._store.status.stored >= listed.position:
            self.stored, self._stored_at, self._under_way, self._fresh = listed.number, time.monotonic(), None, listed

    def fill(self, begun: Collection[int]) -> None:
        """Queue those of a list that has just been stored who still wait and are not `begun`, the late ones last."""
        if self._fresh:
            row = self._row
            is_their_turn = self._is_last or len(row.late) > LIST
            waiting = set(row.waiting).difference(begun, () if is_their_turn else row.late)
            self.queue = deque(player for player in self._fresh.players if player in waiting)
            self._fresh = None

    def _is_due(self) -> bool:
        if self._is_wanted or self._is_last:
            return self._is_wanted
        is_short = len(self.queue) < LIST * 2 / 3 and time.monotonic() - self._stored_at >= GAP
        return is_short or not self.queue
