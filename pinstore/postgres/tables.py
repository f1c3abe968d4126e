"""What a piece of work gets to see of tables in PostgreSQL."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import asyncpg

from pinstore.memory.table import Table
from pinstore.memory.tables import Tables
from pinstore.postgres.dialect import placed
from pinstore.postgres.places import Places

FEW = 100_000
"""Rows of all tables that are counted while somebody waits: that takes some hundredths of a second."""

TOTALS = "totals"
"""Where they stand as they were counted beside: as JSON, how many rows there are, and each of them by name."""

_KEPT = "SELECT value FROM kept WHERE name = $1"
_CLOCK = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"


def counts(tables: Sequence[Table]) -> Mapping[str, str]:
    """The statement for each total of these tables, as SQLite understands it as well."""
    rows = {table.name: f"SELECT count(*) FROM {table.name}" for table in tables}
    sums = {
        name: f"SELECT CAST(coalesce(sum({column}), 0) AS bigint) FROM {table.name}"
        for table in tables
        for name, column in table.sums.items()
    }
    return {**rows, **sums}


def storable(value: object) -> object:
    """A parameter as PostgreSQL takes it: no text there holds NUL or half a character, as JSON can write them."""
    if isinstance(value, list):
        return [storable(one) for one in value]
    if isinstance(value, str) and not value.isascii():
        value = value.encode("utf-8", "replace").decode()
    return value.replace("\0", "") if isinstance(value, str) else value


class PostgresTables:
    """What is awaited of `Tables`, within one transaction."""

    def __init__(
        self,
        connection: asyncpg.Connection,
        places: Mapping[str, Places],
        counts: Mapping[str, str],
        seconds: float | None = None,
    ) -> None:
        """`seconds`: for a statement, where that is not what the connection gives it."""
        self._connection = connection
        self._places = places
        self._counts = counts
        self._given = {} if seconds is None else {"timeout": seconds}

    async def fetch(self, sql: str, parameters: Sequence[object] = (), /) -> list[Any]:
        """All rows that a statement finds."""
        return [
            tuple(row) for row in await self._connection.fetch(placed(sql), *map(storable, parameters), **self._given)
        ]

    async def row(self, sql: str, parameters: Sequence[object] = (), /) -> Any:
        """The first of them, None without one."""
        row = await self._connection.fetchrow(placed(sql), *map(storable, parameters), **self._given)
        return None if row is None else tuple(row)

    async def change(self, sql: str, parameters: Sequence[object] = (), /) -> int:
        """Run a statement that finds no rows; returns how many it has changed."""
        said: str = await self._connection.execute(
            placed(sql), *map(storable, parameters), **self._given
        )  # "UPDATE 3", "INSERT 0 1"
        return int(said.rsplit(" ", 1)[-1])

    async def hold(self, table: str, column: str, value: int, /) -> bool:
        """Whoever wants to take this row away waits; False if somebody has done so."""
        return bool(await self._connection.fetch(f"SELECT 1 FROM {table} WHERE {column} = $1 FOR KEY SHARE", value))

    async def totals(self, *names: str) -> list[int]:
        """These numbers of rows and sums; where counting takes long, as they were counted last."""
        if kept := await self._connection.fetchval(_KEPT, TOTALS):
            rows, found = json.loads(kept)
            if rows > FEW and found.keys() >= set(names):
                return [found[name] for name in names]
        return [await self._connection.fetchval(self._counts[name]) for name in names]

    async def order(self, *_: str) -> int:
        """The server's clock in µs: no total has to be locked for it."""
        now: int = await self._connection.fetchval(_CLOCK)
        return now

    async def rank(self, table: str, key: int, /, most: int | None = None) -> int | None:
        """The rank of the row with this key, from 1 on; None if there is none."""
        return await self._ranked(table).rank(cast("Tables", self), key, most)

    async def between(self, table: str, least: int, most: int, /) -> int:
        """How many rows have a first column of the ranking from `least` to `most`."""
        return await self._ranked(table).between(cast("Tables", self), least, most)

    def _ranked(self, table: str) -> Places:
        if table not in self._places:
            raise LookupError(f"table {table} has no ranking")
        return self._places[table]
