"""The database: a few connections, and transactions that count once whatever becomes of the way to the server."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from typing import Any, NamedTuple, TypeVar, cast

import asyncpg

from pinstore.errors import StoreError
from pinstore.memory.table import Table
from pinstore.memory.tables import Tables
from pinstore.postgres.failures import AGAIN, FINAL, pause, reason
from pinstore.postgres.tables import PostgresTables, counts

log = logging.getLogger(__name__)
T = TypeVar("T")

Work = Callable[[Tables], Coroutine[Any, Any, T]]

CONNECTIONS = 4
TIMEOUT = 10.0
"""Seconds for one statement, and for a new connection."""

# In the order of the key: two replicas that note the same ids wait for each other, and do not lock each other out.
_NOTE = """
INSERT INTO handled (chat, number) SELECT chat, number FROM unnest($1::bigint[], $2::bigint[]) AS came (chat, number)
ORDER BY chat, number ON CONFLICT DO NOTHING RETURNING chat, number"""


class Id(NamedTuple):
    """What tells an update apart: chat or person, and its update_id, which after a quiet week starts anywhere."""

    chat: int
    number: int


class CountedError(StoreError):
    """The update has counted already: here after a lost answer, or in another replica."""


class Database:
    """The tables of one bot on a server."""

    def __init__(self, url: str, tables: Sequence[Table]) -> None:
        self._url = url
        self._named = {table.name: table for table in tables}
        self._counts = counts(tables)
        self._pool: asyncpg.Pool | None = None
        self.committed = 0
        """Transactions that were committed."""

    async def open(self) -> None:
        """Connect, for as long as it takes. Raises one of FINAL."""
        if self._pool is None:
            self._pool = await self._patiently(self._connect)

    async def close(self, seconds: float = 2.0) -> None:
        """Let what is under way end, within `seconds`."""
        if pool := self._pool:
            self._pool = None
            try:
                await asyncio.wait_for(pool.close(), seconds)
            except (TimeoutError, *AGAIN):
                pool.terminate()

    async def write(self, update: Id | None, work: Work[T]) -> T:
        """Run `work` in one transaction together with the id; for as long as it takes, and with effect once.

        Raises CountedError if somebody else has done so.
        """
        key = update or Id(0, secrets.randbits(62))  # a write that nobody asks for has to be told apart, too

        async def counted(tables: Tables, new: Collection[Id]) -> T:
            if not new:
                raise CountedError(f"update {key.number} has counted already")
            return await work(tables)

        return await self.write_all([key], counted)

    async def write_all(self, updates: Sequence[Id], work: Callable[[Tables, Collection[Id]], Awaitable[T]]) -> T:
        """As `write` for several; `work` learns which of them have not counted yet, each once however often it came."""
        chats, numbers = [update.chat for update in updates], [update.number for update in updates]
        done: list[T] = []

        async def attempt() -> T:
            async with self._connection() as connection, connection.transaction():
                new = {Id(*row) for row in await connection.fetch(_NOTE, chats, numbers)}
                if done and not new:  # the answer to COMMIT was lost, and it has counted
                    return done[-1]
                result = await work(self._seen(connection), new)
                done[:] = [result]
            self.committed += 1
            return result

        return await self._patiently(attempt)

    async def read(self, work: Work[T]) -> T:
        """Run `work`, which only reads; all it sees is of one instant."""

        async def attempt() -> T:
            async with (
                self._connection() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                return await work(self._seen(connection))

        return await self._patiently(attempt)

    def _seen(self, connection: asyncpg.Connection) -> Tables:
        return cast("Tables", PostgresTables(connection, self._named, self._counts))

    def _connection(self) -> Any:
        if self._pool is None:
            raise asyncpg.InterfaceError("the database is closed")
        return self._pool.acquire(timeout=TIMEOUT)

    async def _connect(self) -> asyncpg.Pool:
        return await asyncpg.create_pool(
            self._url,
            min_size=1,
            max_size=CONNECTIONS,
            timeout=TIMEOUT,
            command_timeout=TIMEOUT,
            target_session_attrs="read-write",
        )

    async def _patiently(self, attempt: Callable[[], Coroutine[Any, Any, T]]) -> T:
        attempts = 0
        while True:
            try:
                return await attempt()
            except FINAL:
                raise
            except AGAIN as error:
                attempts += 1
                log.log(logging.WARNING if attempts == 5 else logging.DEBUG, "Once more: %s", reason(error))
            await asyncio.sleep(pause(attempts))
