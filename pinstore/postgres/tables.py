"""What a piece of work gets to see of tables in PostgreSQL."""

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from pinstore.memory.table import Table
from pinstore.postgres.dialect import placed

_CLOCK = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"


def counts(tables: Sequence[Table]) -> Mapping[str, str]:
    """The statement for each total of these tables."""
    rows = {table.name: f"SELECT count(*) FROM {table.name}" for table in tables}
    sums = {
        name: f"SELECT coalesce(sum({column}), 0)::bigint FROM {table.name}"
        for table in tables
        for name, column in table.sums.items()
    }
    return {**rows, **sums}


def _value(value: object) -> object:
    """A parameter as PostgreSQL takes it: no text there holds NUL or half a character, as JSON can write them."""
    if isinstance(value, list):
        return [_value(one) for one in value]
    if isinstance(value, str) and not value.isascii():
        value = value.encode("utf-8", "replace").decode()
    return value.replace("\0", "") if isinstance(value, str) else value


class PostgresTables:
    """What is awaited of `Tables`, within one transaction."""

    def __init__(self, connection: asyncpg.Connection, tables: Mapping[str, Table], counts: Mapping[str, str]) -> None:
        self._connection = connection
        self._tables = tables
        self._counts = counts

    async def fetch(self, sql: str, parameters: Sequence[object] = (), /) -> list[Any]:
        """All rows that a statement finds."""
        return [tuple(row) for row in await self._connection.fetch(placed(sql), *map(_value, parameters))]

    async def row(self, sql: str, parameters: Sequence[object] = (), /) -> Any:
        """The first of them, None without one."""
        row = await self._connection.fetchrow(placed(sql), *map(_value, parameters))
        return None if row is None else tuple(row)

    async def change(self, sql: str, parameters: Sequence[object] = (), /) -> int:
        """Run a statement that finds no rows; returns how many it has changed."""
        said: str = await self._connection.execute(placed(sql), *map(_value, parameters))  # "UPDATE 3", "INSERT 0 1"
        return int(said.rsplit(" ", 1)[-1])

    async def totals(self, *names: str) -> list[int]:
        """These numbers of rows and sums."""
        return [await self._connection.fetchval(self._counts[name]) for name in names]

    async def order(self, *_: str) -> int:
        """The server's clock in µs: no total has to be locked for it."""
        now: int = await self._connection.fetchval(_CLOCK)
        return now

    async def rank(self, table: str, key: int, /) -> int | None:
        """The rank of the row with this key, from 1 on; None if there is none."""
        most, least, name = self._ranked(table)
        own = await self.row(f"SELECT {most}, {least} FROM {table} WHERE {name} = ?", (key,))
        if own is None:
            return None
        first = f"{most} > ?1 OR {most} = ?1 AND ({least} < ?2 OR {least} = ?2 AND {name} < ?3)"
        before: int = (await self.row(f"SELECT count(*) FROM {table} WHERE {first}", (*own, key)))[0]
        return before + 1

    async def before(self, table: str, most: int, /) -> int:
        """How many rows stand before all those whose first column of the ranking is `most`."""
        found: int = (await self.row(f"SELECT count(*) FROM {table} WHERE {self._ranked(table)[0]} > ?", (most,)))[0]
        return found

    def _ranked(self, table: str) -> tuple[str, str, str]:
        ranking = self._tables[table].ranking
        if ranking is None:
            raise LookupError(f"table {table} has no ranking")
        return *ranking, self._tables[table].key
