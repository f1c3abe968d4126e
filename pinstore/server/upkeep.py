"""What whoever polls does beside it: totals at hand, hours noted, ids let go that Telegram keeps no more."""

import asyncio
import time
from collections.abc import Callable, Sequence

from pinstore.listener import Listener
from pinstore.memory.table import Table
from pinstore.memory.tables import Tables
from pinstore.postgres.database import Database

BEAT = 10.0
"""Seconds between two rounds, at least; counting takes at most a twentieth of the time."""

SHARE = 20
PAUSE = 0.1

# Telegram keeps an update for 24 hours (Bot API, getUpdates).
_CLEAR = """
DELETE FROM handled WHERE ctid IN (
    SELECT ctid FROM handled WHERE came < clock_timestamp() - interval '25 hours' LIMIT 5000)"""


class Upkeep:
    """Of one store."""

    def __init__(self, database: Database, tables: Sequence[Table], listener: Listener) -> None:
        self._database = database
        self._names = [name for table in tables for name in (table.name, *table.sums)]
        self._listener = listener
        self.totals: dict[str, int] = {}
        """As they were when they were counted last."""

    async def count(self) -> None:
        """Learn the totals."""
        found = await self._database.read(lambda tables: tables.totals(*self._names))
        self.totals = dict(zip(self._names, found, strict=True))

    async def run(self, is_ours: Callable[[], bool]) -> None:
        """Go on until cancelled; while it is another process's turn only the totals are looked at."""
        while True:
            began = time.monotonic()
            await self.count()
            if is_ours():
                await self._database.repeat(self._listener.saving)
                await self._clear()
            await asyncio.sleep(max(BEAT, SHARE * (time.monotonic() - began)))

    async def _clear(self) -> None:
        """In slices, with pauses in between."""
        while True:
            if not await self._database.repeat(_clear):
                return
            await asyncio.sleep(PAUSE)


async def _clear(tables: Tables) -> int:
    return await tables.change(_CLEAR)
