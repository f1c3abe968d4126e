"""Places in a ranking: every so many-th row lies in memory, so a rank costs a look there and a short walk.

Rows that have moved since the ranking was read may shift a rank by as many; the row itself is looked up each time.
Before the first fence nothing is remembered, so the best are ranked exactly.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import chain

from pinstore.memory.table import Table
from pinstore.memory.tables import Tables

BLOCK = 100
"""Rows from one fence to the next: half as many are walked through for a rank, which takes less than to ask for it."""

Fence = tuple[int, int, int]
"""Where a row stands, least first: minus what counts, then what decides between equals, then the key."""


class Fences:
    """Those of one reading, in 24 bytes each: of ten million rows there are a hundred thousand."""

    def __init__(self, rows: Iterable[Sequence[int]] = ()) -> None:
        self._numbers = array("q", chain.from_iterable(rows))

    def __getitem__(self, place: int) -> Fence:
        first, second, third = self._numbers[3 * place : 3 * place + 3]
        return first, second, third

    def up_to(self, entry: Fence) -> int:
        """How many come no later than this."""
        return bisect_right(range(len(self._numbers) // 3), entry, key=self.__getitem__)


class Places:
    """Of one table, as this process has read them."""

    def __init__(self, table: Table, ranking: tuple[str, str]) -> None:
        (most, least), key, name = ranking, table.key, table.name
        self._entry = f"SELECT -{most}, {least}, {key} FROM {name} WHERE {key} = ?"
        self._read = f"""
        SELECT -{most}, {least}, {key} FROM (
            SELECT {most}, {least}, {key}, row_number() OVER (ORDER BY {most} DESC, {least}, {key}) AS ranked
            FROM {name}
        ) AS numbered WHERE ranked > {BLOCK} AND ranked % {BLOCK} = 1 ORDER BY ranked"""
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
        own = f"{most} = -?1::bigint"
        below = f"{own} AND {least} < ?2::bigint", f"{own} AND {least} = ?2::bigint AND {key} < ?3::bigint"
        self._first = _sum(name, f"{most} > -?1::bigint", *below)
        self._within = _sum(name, f"{most} > -?1::bigint AND {most} <= ?4::bigint", *below)
        self._between = f"SELECT count(*) FROM {name} WHERE {most} BETWEEN ?::bigint AND ?::bigint"
        self._fences = Fences()

    async def read(self, tables: Tables) -> None:
        """Learn how the rows stand now; this takes as long as to count them."""
        self._fences = Fences(await tables.fetch(self._read))

    async def rank(self, tables: Tables, key: int, most: int | None) -> int | None:
        """The rank of the row with this key, from 1 on, None if there is none.

        With `most` among those alone whose first column is no more than that, which are then counted.
        """
        row = await tables.row(self._entry, (key,))
        if row is None:
            return None
        entry: Fence = tuple(row)
        if most is not None:
            return 1 + int((await tables.row(self._within, (*entry, most)))[0])
        number = self._fences.up_to(entry)
        if number == 0:
            return 1 + int((await tables.row(self._first, entry))[0])
        fence = self._fences[number - 1]
        counted = self._far if fence[0] != entry[0] else self._near if fence[1] != entry[1] else self._same
        return 1 + number * BLOCK + int((await tables.row(counted, (*fence, *entry)))[0])

    async def between(self, tables: Tables, least: int, most: int) -> int:
        """How many rows have a first column of the ranking from `least` to `most`."""
        return int((await tables.row(self._between, (least, most)))[0])


def _sum(table: str, *ranges: str) -> str:
    return "SELECT " + " + ".join(f"(SELECT count(*) FROM {table} WHERE {one})" for one in ranges)
