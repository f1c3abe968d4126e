"""The clicker's tables in PostgreSQL, as the statements see a store."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar, cast

from pinstore.postgres.database import Database, Id
from pinstore.postgres.schema import lay
from tests.bots.clicker.bare import TABLES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from pinstore import Store, Tables, Writer
    from tests.postgres.server import Server

T = TypeVar("T")


class Engine:
    """What the statements need of a store; each write is that of an update of its own."""

    chat_id: int | None = 1
    is_open = True
    position = 0
    tables = TABLES
    _updates = count(1)

    def __init__(self, url: str, database: Database) -> None:
        self.url = url
        self.database = database
        self._loop = asyncio.get_running_loop()

    async def write(self, work: Callable[[Tables], Coroutine[Any, Any, T]], *, update: int | Writer | None = None) -> T:
        """As `Store.write`."""
        del update
        return await self.database.write(Id(1, next(self._updates)), work)

    async def read(self, work: Callable[[Tables], Coroutine[Any, Any, T]]) -> T:
        """As `Store.read`."""
        return await self.database.read(work)

    async def empty(self) -> None:
        """Begin again."""
        names = ", ".join(table.name for table in TABLES)
        await self.write(lambda tables: tables.fetch(f"TRUNCATE {names}, handled RESTART IDENTITY"))

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
    await lay(connection, TABLES)
    await connection.close()
    database = Database(server.url(name), TABLES)
    await database.open()
    try:
        yield Engine(server.url(name), database)
    finally:
        await database.close()
