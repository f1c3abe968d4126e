"""What whoever polls does beside it: totals and places at hand, hours noted, ids let go that are too old to come."""

import asyncio
import json
import time
from collections.abc import Callable, Sequence

from pinstore.listener import Listener
from pinstore.memory.table import Table
from pinstore.memory.tables import Tables
from pinstore.postgres.database import Database
from pinstore.postgres.schema import check
from pinstore.postgres.tables import TOTALS, counts

BEAT = 10.0
"""Seconds between two rounds, at least; counting takes at most a twentieth of the time."""

LEAST = 60.0
"""Seconds from one reading of the places to the next, at least; it takes at most a twentieth of the time, too."""

SHARE = 20
LONG = 300.0
"""Seconds that counting, or reading places, may take."""

PAUSE = 0.1

# Telegram keeps an update for 24 hours (Bot API, getUpdates).
_CLEAR = """
DELETE FROM handled WHERE ctid IN (
    SELECT ctid FROM handled WHERE came < clock_timestamp() - interval '25 hours' LIMIT 5000)"""

_KEEP = "INSERT INTO kept (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


class Upkeep:
    """Of one store."""

    def __init__(self, database: Database, tables: Sequence[Table], listener: Listener) -> None:
        self._database = database
        self._tables = [table.name for table in tables]
        self._statements = counts(tables)
        self._names = list(self._statements)
        self._listener = listener
        self.totals: dict[str, int] = {}
        """As they were when they were counted last."""

    async def count(self) -> None:
        """Learn the totals."""
        found = await self._database.read(lambda tables: tables.totals(*self._names), LONG)
        self.totals = dict(zip(self._names, found, strict=True))

    async def run(self, is_ours: Callable[[], bool], serves: Callable[[], bool]) -> None:
        """Go on until cancelled: who `serves` finds places, and what one is enough for is done by whose turn it is.

        Raises NewerSchemaError when a newer program has laid tables that this one does not understand.
        """
        await asyncio.gather(self._count(is_ours), self._place(serves))

    async def _count(self, is_ours: Callable[[], bool]) -> None:
        while True:
            began = time.monotonic()
            await self._database.read(check)
            if is_ours():
                await self.keep()
                await self._database.repeat(self._listener.saving)
                await self.clear()
            await self.count()
            await asyncio.sleep(max(BEAT, SHARE * (time.monotonic() - began)))

    async def keep(self) -> None:
        """Count, for all who would have to wait for that: it is the same for each process."""
        found = await self._database.read(self._counted, LONG)
        kept = json.dumps([sum(found[table] for table in self._tables), found])
        await self._database.repeat(lambda tables: tables.change(_KEEP, (TOTALS, kept)))

    async def _counted(self, tables: Tables) -> dict[str, int]:
        return {name: (await tables.row(statement))[0] for name, statement in self._statements.items()}

    async def _place(self, serves: Callable[[], bool]) -> None:
        while True:
            began = time.monotonic()
            if serves():
                for places in self._database.places.values():
                    await self._database.read(places.read, LONG)
            await asyncio.sleep(max(LEAST, SHARE * (time.monotonic() - began)))

    async def clear(self) -> None:
        """Let go of what is too old, in slices with pauses in between."""
        while True:
            if not await self._database.repeat(_clear):
                return
            await asyncio.sleep(PAUSE)


async def _clear(tables: Tables) -> int:
    return await tables.change(_CLEAR)
