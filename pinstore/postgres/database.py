"""The database: a few connections, and transactions that count once whatever becomes of the way to the server."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from typing import Any, NamedTuple, TypeVar, cast

import asyncpg

from pinstore.errors import CountedError, MovedError
from pinstore.memory.table import Table
from pinstore.memory.tables import Tables
from pinstore.postgres import charge
from pinstore.postgres.charge import Decide
from pinstore.postgres.connections import TIMEOUT, connections
from pinstore.postgres.failures import AGAIN, reason, refusal
from pinstore.postgres.patience import Patience
from pinstore.postgres.places import Places
from pinstore.postgres.schema import lay, never
from pinstore.postgres.silence import Silence
from pinstore.postgres.tables import PostgresTables, counts

T = TypeVar("T")

Work = Callable[[Tables], Coroutine[Any, Any, T]]

# In the order of the key: two replicas that note the same ids wait for each other, and do not lock each other out.
_NOTE = """
INSERT INTO handled (chat, number) SELECT chat, number FROM unnest($1::bigint[], $2::bigint[]) AS came (chat, number)
ORDER BY chat, number ON CONFLICT DO NOTHING RETURNING chat, number"""

_KNOWN = """
SELECT chat, number FROM handled WHERE (chat, number) IN (
    SELECT chat, number FROM unnest($1::bigint[], $2::bigint[]) AS came (chat, number))"""

_SERVED = "SELECT FROM handled LIMIT 0"
"""Fails where the tables are not served from any more, and nobody moves them away until the transaction ends."""

LAZY = "SET LOCAL synchronous_commit TO off"
"""Of a transaction that a crash of the server may forget: it is answered before it is on the disk."""

LAZILY = "(SELECT set_config('synchronous_commit', 'off', true) AS level) AS lazy"
"""The same for a statement alone, which takes `lazy.level = 'off'` for a condition."""


class Id(NamedTuple):
    """What tells an update apart: chat or person, and its update_id, which after a quiet week starts anywhere."""

    chat: int
    number: int


class Database:
    """The tables of one bot on a server."""

    def __init__(
        self,
        url: str,
        tables: Sequence[Table],
        on_refused: Callable[[Exception], None] = lambda _: None,
        decide: Decide = never,
    ) -> None:
        """`on_refused` hears why the server lets nobody in any more, RefusedError; what has to be written waits.

        `decide` tells whether a move that was broken off has left the tables in charge.
        """
        self._decide = decide
        self._url = url
        self._tables = tuple(tables)
        self.places = {table.name: Places(table, table.ranking) for table in tables if table.ranking}
        self._counts = counts(tables)
        self._on_refused = on_refused
        self._pool: asyncpg.Pool | None = None
        self.silence = Silence()
        self._patience = Patience(self.silence, on_refused, self._look_where)
        self.committed = 0
        """Transactions that were committed."""
        self.server = ""
        """What it is, once it has answered."""

    async def open(self) -> None:
        """Connect and make the tables that are missing, for as long as it takes.

        Raises RefusedError, or NewerSchemaError.
        """
        if self._pool is None:
            self._pool = await self._patience.first(lambda: connections(self._url))
            await self._patience.first(self._lay)

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
                raise CountedError(key.number)
            return await work(tables)

        return await self.write_all([key], counted)

    async def write_all(
        self,
        updates: Sequence[Id],
        work: Callable[[Tables, Collection[Id]], Awaitable[T]],
        *,
        is_lazy: bool = False,
    ) -> T:
        """As `write` for several; `work` learns which of them have not counted yet, each once however often it came.

        With `is_lazy` a failure of the server may lose it although it was done.
        """
        chats, numbers = [update.chat for update in updates], [update.number for update in updates]
        done: list[T] = []

        async def attempt() -> T:
            async with self._connection() as connection, connection.transaction():
                if is_lazy:
                    await connection.execute(LAZY)
                new = {Id(*row) for row in await connection.fetch(_NOTE, chats, numbers)}
                if done and not new:  # the answer to COMMIT was lost, and it has counted
                    return done[-1]
                result = await work(self._seen(connection), new)
                done[:] = [result]
            self.committed += 1
            return result

        return await self._patience.until(attempt)

    async def known(self, updates: Sequence[Id]) -> set[Id]:
        """Those of them that have counted."""

        async def attempt() -> set[Id]:
            chats, numbers = [update.chat for update in updates], [update.number for update in updates]
            async with self._connection() as connection:
                return {Id(*row) for row in await connection.fetch(_KNOWN, chats, numbers)}

        return await self._patience.until(attempt)

    async def repeat(self, work: Work[T]) -> T:
        """Run `work`, which does no harm if it is done twice, in one transaction."""

        async def attempt() -> T:
            async with self._connection() as connection, connection.transaction():
                await connection.execute(_SERVED)
                result = await work(self._seen(connection))
            self.committed += 1
            return result

        return await self._patience.until(attempt)

    async def read(self, work: Work[T], seconds: float | None = None) -> T:
        """Run `work`, which only reads, and each of its statements for so long; all it sees is of one instant."""

        async def attempt() -> T:
            async with (
                self._connection() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                return await work(self._seen(connection, seconds))

        return await self._patience.until(attempt)

    async def apart(self, work: Work[T]) -> T:
        """Run `work`, each of whose statements is a transaction of its own, which saves most trips to the server.

        It sees several instants, and what it writes does no harm if it is done twice.
        """

        async def attempt() -> T:
            async with self._connection() as connection:
                return await work(self._seen(connection))

        return await self._patience.until(attempt)

    def _seen(self, connection: asyncpg.Connection, seconds: float | None = None) -> Tables:
        return cast("Tables", PostgresTables(connection, self.places, self._counts, seconds))

    def _connection(self) -> Any:
        if self._pool is None:
            raise asyncpg.InterfaceError("the database is closed")
        return self._pool.acquire(timeout=TIMEOUT)

    async def _lay(self) -> None:
        async with self._connection() as connection:
            await lay(connection, self._tables, self._decide)
            version = await connection.fetchval("SHOW server_version")
            self.server = f"PostgreSQL {version.split()[0]}"

    async def _look_where(self, missing: asyncpg.UndefinedTableError) -> None:
        """A table is gone: they were moved away, and what was to be written waits at Telegram for whoever serves."""
        try:
            async with self._connection() as connection, connection.transaction():
                await charge.forbid(connection)
                if not await charge.is_served(connection):
                    self._on_refused(refusal(missing))
        except MovedError as error:
            self._on_refused(error)
        except asyncpg.UndefinedTableError as error:  # somebody is putting back a backup, and nothing is there yet
            self._on_refused(refusal(error))
        except AGAIN as error:
            self.silence.lasts(reason(error))
