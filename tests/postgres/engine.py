"""Tables in PostgreSQL that understand what a coroutine awaits of them, in the plainest way: numbers are counted."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

from tests.bots.clicker.bare import TABLES
from tests.postgres.dialect import placed, schema

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Sequence

    import asyncpg

    from pinstore import Store, Table, Tables, Writer
    from tests.postgres.server import Server

T = TypeVar("T")

_CLOCK = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"


class PostgresTables:
    """What is awaited of `pinstore.Tables`, within one transaction."""

    def __init__(self, connection: asyncpg.Connection, tables: Sequence[Table]) -> None:
        self._connection = connection
        self._named = {table.name: table for table in tables}
        counted = {table.name: f"SELECT count(*) FROM {table.name}" for table in tables}
        sums = {
            name: f"SELECT coalesce(sum({column}), 0)::bigint FROM {table.name}"
            for table in tables
            for name, column in table.sums.items()
        }
        self._totals = {**counted, **sums}

    async def fetch(self, sql: str, parameters: Sequence[object] = (), /) -> list[Any]:
        """All rows that a statement finds."""
        return [tuple(row) for row in await self._connection.fetch(placed(sql), *parameters)]

    async def row(self, sql: str, parameters: Sequence[object] = (), /) -> Any:
        """The first of them, None without one."""
        row = await self._connection.fetchrow(placed(sql), *parameters)
        return None if row is None else tuple(row)

    async def change(self, sql: str, parameters: Sequence[object] = (), /) -> int:
        """Run a statement that finds no rows; returns how many it has changed."""
        said: str = await self._connection.execute(placed(sql), *parameters)  # "UPDATE 3", "INSERT 0 1"
        return int(said.rsplit(" ", 1)[-1])

    async def totals(self, *names: str) -> list[int]:
        """These numbers of rows and sums."""
        return [await self._connection.fetchval(self._totals[name]) for name in names]

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
        ranking = self._named[table].ranking
        assert ranking, f"{table} has no ranking"
        return *ranking, self._named[table].key


class Engine:
    """What the statements need of a store."""

    chat_id: int | None = 1
    is_open = True
    position = 0
    tables = TABLES

    def __init__(self, connection: asyncpg.Connection) -> None:
        self.connection = connection
        self._loop = asyncio.get_running_loop()
        self._tables = cast("Tables", PostgresTables(connection, TABLES))

    async def write(self, work: Callable[[Tables], Coroutine[Any, Any, T]], *, update: int | Writer | None = None) -> T:
        """Run `work` in one transaction; which update asks for it is not noted here."""
        del update
        async with self.connection.transaction():
            return await work(self._tables)

    async def empty(self) -> None:
        """Begin again."""
        names = ", ".join(table.name for table in TABLES)
        await self.connection.execute(f"TRUNCATE {names} RESTART IDENTITY")

    async def read(self, work: Callable[[Tables], Coroutine[Any, Any, T]]) -> T:
        """As `write`."""
        return await self.write(work)

    def look(self, work: Callable[[Tables], Coroutine[Any, Any, T]]) -> T:
        """As `read`, for threads beside that of the event loop."""
        return asyncio.run_coroutine_threadsafe(self.read(work), self._loop).result()

    @property
    def store(self) -> Store:
        """The same as what takes a store sees it."""
        return cast("Store", self)


@asynccontextmanager
async def engine(server: Server, name: str) -> AsyncIterator[Engine]:
    """The tables in a new database of the server."""
    first = await server.connect()
    await first.execute(f"CREATE DATABASE {name}")
    await first.close()
    connection = await server.connect(name)
    try:
        for table in TABLES:
            for statement in (schema(table), *table.indexes):
                await connection.execute(statement)
        yield Engine(connection)
    finally:
        await connection.close()
