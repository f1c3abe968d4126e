"""Places in a ranking: every so many-th row lies in memory, so a rank costs a look there and a short walk.

Rows that have moved since the ranking was read may shift a rank by as many; the row itself is looked up each time.
"""

from bisect import bisect_right
from time import monotonic

from pinstore.memory.table import Table
from pinstore.memory.tables import Tables

BLOCK = 2_000
"""Rows from one fence to the next."""

LEAST, SHARE = 60.0, 20
"""Seconds from one reading to the next: at least so many, and so many times as long as reading took."""

Fence = tuple[int, int, int]
"""Where a row stands, least first: minus what counts, then what decides between equals, then the key."""


class Places:
    """Of one table, as this process has read them."""

    def __init__(self, table: Table) -> None:
        """Raises LookupError for a table without a ranking."""
        if table.ranking is None:
            raise LookupError(f"table {table.name} has no ranking")
        (most, least), key, name = table.ranking, table.key, table.name
        self._entry = f"SELECT -{most}, {least}, {key} FROM {name} WHERE {key} = ?"
        self._read = f"""
        SELECT -{most}, {least}, {key} FROM (
            SELECT {most}, {least}, {key}, row_number() OVER (ORDER BY {most} DESC, {least}, {key}) AS number
            FROM {name}
        ) AS ranked WHERE number % {BLOCK} = 1 ORDER BY number"""
        # In pieces that an index on (most DESC, least) finds: rows of the fence's own `most`, those between, the last.
        same, start, end = f"{most} = -?1::bigint", f"{least} > ?2::bigint", f"{least} < ?5::bigint"
        last, here = f"{most} = -?4::bigint", f"{least} = ?2::bigint AND {key} >= ?3::bigint"
        there = f"{least} = ?5::bigint AND {key} < ?6::bigint"
        self._far = _sum(
            name,
            f"{same} AND {start}",
            f"{same} AND {here}",
            f"{most} < -?1::bigint AND {most} > -?4::bigint",
            f"{last} AND {end}",
            f"{last} AND {there}",
        )
        self._near = _sum(
            name, f"{same} AND {start} AND {end} AND ?4 = ?1", f"{same} AND {here}", f"{last} AND {there}"
        )
        self._same = _sum(name, f"{same} AND {here} AND {key} < ?6::bigint AND ?4 = ?1 AND ?5 = ?2")
        self._fences: list[Fence] = []
        self._due = 0.0

    async def rank(self, tables: Tables, key: int) -> int | None:
        """The rank of the row with this key, from 1 on; None if there is none."""
        await self._look(tables)
        entry: Fence | None = await tables.row(self._entry, (key,))
        if entry is None:
            return None
        number = max(0, bisect_right(self._fences, entry) - 1)
        fence = self._fences[number] if self._fences else entry
        if entry < fence:  # it has come before all that there was
            return 1
        counted = self._far if fence[0] != entry[0] else self._near if fence[1] != entry[1] else self._same
        between: int = (await tables.row(counted, (*fence, *entry)))[0]
        return number * BLOCK + between + 1

    async def _look(self, tables: Tables) -> None:
        began = monotonic()
        if began < self._due:
            return
        self._due = began + LEAST  # whoever asks meanwhile does with what there is
        self._fences = [tuple(row) for row in await tables.fetch(self._read)]
        self._due = monotonic() + max(LEAST, SHARE * (monotonic() - began))


def _sum(table: str, *ranges: str) -> str:
    return "SELECT " + " + ".join(f"(SELECT count(*) FROM {table} WHERE {one})" for one in ranges)
