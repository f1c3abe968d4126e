"""The server as one of the two sides of a move: one connection of whoever moves tables there or away."""

import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import asyncpg

from pinstore.errors import CannotMoveError, NewerSchemaError
from pinstore.memory.table import Table
from pinstore.memory.tables import Row
from pinstore.postgres import charge
from pinstore.postgres.charge import GONE, INCOMING, LEAVING, Charge
from pinstore.postgres.failures import AGAIN, FINAL, reason, refusal
from pinstore.postgres.schema import VERSION, lay
from pinstore.postgres.tables import counts, storable

TIMEOUT = 10.0
"""Seconds for a connection."""

LONG = 1_800.0
"""Seconds for one statement: a table is copied by one."""

SLICE = 5_000
"""Rows read at once."""

STORE = "store"
"""The name by which a document tells this database from others."""

LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)
"""What ends a move beneath a statement; Telegram's own failures have other names."""

OWN = ("schema", "charge", STORE)
"""What is kept here whatever comes from elsewhere."""

_KEPT = "SELECT name, value FROM kept"
_KEEP = "INSERT INTO kept VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_NOTE = """
INSERT INTO handled_away (chat, number) SELECT * FROM unnest($1::bigint[], $2::bigint[]) ON CONFLICT DO NOTHING"""
_HANDLED = "SELECT number FROM handled_away WHERE number >= $1"
_NEXT = """
SELECT setval(pg_get_serial_sequence('{table}', '{key}'), highest)
FROM (SELECT max({key}) AS highest FROM {table}) AS found WHERE highest > 0"""


@dataclass(frozen=True)
class Found:
    """How it is there."""

    place: str
    """Which database it is, in words without a password."""
    kept: Mapping[str, str]
    """What is known beside the tables; empty where nothing was laid yet."""
    charge: Charge | None
    totals: Mapping[str, int]


class ServerSide:
    """Of one move."""

    def __init__(self, connection: asyncpg.Connection, url: str, tables: Sequence[Table]) -> None:
        self._connection = connection
        self._url = url
        self._tables = tuple(tables)

    @classmethod
    @asynccontextmanager
    async def connected(cls, url: str, tables: Sequence[Table]) -> AsyncGenerator["ServerSide", None]:
        """One attempt. Raises RefusedError, or CannotMoveError if the server does not answer, then or later."""
        try:
            connection = await asyncpg.connect(
                url, timeout=TIMEOUT, command_timeout=LONG, target_session_attrs="read-write"
            )
        except FINAL as error:
            raise refusal(error) from None
        except AGAIN as error:
            raise CannotMoveError(f"The server does not answer ({reason(error)}): try it later.") from None
        except asyncpg.PostgresError as error:
            raise refusal(error) from None
        try:
            yield cls(connection, url, tables)
        except FINAL as error:
            raise refusal(error) from None
        except LOST as error:
            raise CannotMoveError(f"The server has broken off ({reason(error)}): run the same command again.") from None
        finally:
            connection.terminate()

    async def look(self) -> Found:
        """Without touching it. Raises NewerSchemaError."""
        database = await self._connection.fetchval("SELECT current_database()")
        hosts = urlsplit(self._url).netloc.rpartition("@")[2]
        place = f"PostgreSQL (database {database}{' at ' if hosts else ''}{hosts})"
        if not await self._connection.fetchval("SELECT to_regclass('kept') IS NOT NULL"):
            return Found(place, {}, None, {})
        async with self._connection.transaction():
            kept = dict(await self._connection.fetch(_KEPT))
            if (schema := int(kept.get("schema", 0))) > VERSION:
                raise NewerSchemaError(schema, VERSION)
            found = await charge.read(self._connection)
            totals = {name: await self._connection.fetchval(sql) for name, sql in counts(self._tables).items()}
        return Found(place, kept, found, totals)

    async def take_in(
        self,
        move: str,
        kept: Mapping[str, str],
        handled: Collection[tuple[int, int]],
        rows: Callable[[Table], AsyncIterator[Row]],
    ) -> None:
        """Put everything there, in place of all there is, and serve nobody yet; all of it or nothing."""
        async with self._connection.transaction():
            await lay(self._connection, self._tables, is_moving=True)
            before = await charge.read(self._connection)
            await charge.give(self._connection, Charge(INCOMING, move))
            if before is None and await self._connection.fetchval(
                f"SELECT EXISTS (SELECT FROM {self._tables[0].name})"
            ):
                raise CannotMoveError("The server serves players of its own meanwhile.")
            if before and before.state == LEAVING:
                raise CannotMoveError("Another move has begun meanwhile.")
            names = ", ".join(table.name for table in self._tables)
            await self._connection.execute(f"TRUNCATE {names}, handled_away, leases, told, paces RESTART IDENTITY")
            await self._connection.execute("DELETE FROM kept WHERE name <> ALL ($1)", OWN)
            for table in self._tables:
                await self._copy(table, rows(table))
            await self._connection.execute(_NOTE, [one[0] for one in handled], [one[1] for one in handled])
            await self._connection.executemany(_KEEP, kept.items())

    async def _copy(self, table: Table, rows: AsyncIterator[Row]) -> None:
        async def stored() -> AsyncIterator[Row]:
            async for row in rows:
                yield tuple(map(storable, row))

        await self._connection.copy_records_to_table(table.name, records=stored(), columns=table.columns, timeout=LONG)
        await self._connection.execute(_NEXT.format(table=table.name, key=table.key))
        await self._connection.execute(f"ANALYZE {table.name}")

    async def name(self) -> str:
        """What tells this database from others; made when it is asked for first."""
        await self._connection.execute("CREATE TABLE IF NOT EXISTS kept (name text PRIMARY KEY, value text NOT NULL)")
        await self._connection.execute(
            "INSERT INTO kept VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", STORE, secrets.token_hex(8)
        )
        found: str = await self._connection.fetchval("SELECT value FROM kept WHERE name = $1", STORE)
        return found

    async def freeze(self, move: str) -> None:
        """Nothing is written there from now on, and nobody served; what is there counts."""
        async with self._connection.transaction():
            before = await charge.read(self._connection)
            if before and before.state != LEAVING:
                raise CannotMoveError("Another move has begun meanwhile.")
            await charge.give(self._connection, Charge(LEAVING, move))

    async def serve(self, *before: Charge) -> None:
        """Serve what is there, if it still is in this state."""
        async with self._connection.transaction():
            if await charge.read(self._connection) not in (None, *before):  # None: a bot that has started serves it
                raise CannotMoveError("Another move has begun meanwhile.")
            await charge.take(self._connection)

    async def let_go(self, move: str) -> None:
        """What is there counts no more."""
        async with self._connection.transaction():
            if await charge.read(self._connection) != Charge(LEAVING, move):
                raise CannotMoveError("Another move has begun meanwhile.")
            await charge.give(self._connection, Charge(GONE, move))

    @asynccontextmanager
    async def gone(self, move: str) -> AsyncGenerator[None, None]:
        """While this lasts no bot that starts there takes the tables back that were let go of."""
        async with self._connection.transaction():
            if await charge.read(self._connection) != Charge(GONE, move):
                raise CannotMoveError("Another move has begun meanwhile.")
            yield

    async def handled(self, first: int) -> set[int]:
        """The numbers from this one on of updates that have counted there: by webhooks later ones may come earlier."""
        return {row[0] for row in await self._connection.fetch(_HANDLED, first)}

    async def rows(self, table: Table) -> AsyncIterator[Sequence[Row]]:
        """All rows of a table, some at a time; who of equals came first is a count again, as it is in memory."""
        columns = ", ".join(_renumbered(table, column) for column in table.columns)
        query = f"SELECT {columns} FROM {table.name} ORDER BY {table.key}"
        async with self._connection.transaction(isolation="repeatable_read", readonly=True):
            cursor = await self._connection.cursor(query)
            while some := await cursor.fetch(SLICE):
                yield [tuple(row) for row in some]


def _renumbered(table: Table, column: str) -> str:
    """Below 0 is who was never counted; all others stand in the order of their times."""
    if table.ranking is None or column != table.ranking[1]:
        return column
    place = f"count(*) FILTER (WHERE {column} > 0) OVER (ORDER BY {column}, {table.key} ROWS UNBOUNDED PRECEDING)"
    return f"CASE WHEN {column} > 0 THEN {place} ELSE {column} END AS {column}"
