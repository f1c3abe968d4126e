"""The tables on the server: made once, and never by a program older than they are."""

from collections.abc import Sequence

import asyncpg

from pinstore.errors import NewerSchemaError
from pinstore.memory.table import Table
from pinstore.postgres import charge
from pinstore.postgres.charge import Charge, Decide
from pinstore.postgres.dialect import schema

VERSION = 1
"""Of the store's own tables; a change that an older program can live with leaves it as it is."""

_KEPT = "CREATE TABLE IF NOT EXISTS kept (name text PRIMARY KEY, value text NOT NULL)"
_OWN = (
    "CREATE TABLE IF NOT EXISTS leases (name text PRIMARY KEY, owner text NOT NULL, until timestamptz NOT NULL)",
    """CREATE TABLE IF NOT EXISTS handled (
        chat bigint NOT NULL, number bigint NOT NULL, came timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (chat, number)
    )""",
    "CREATE INDEX IF NOT EXISTS handled_by_age ON handled USING brin (came)",
)
_LAY = "INSERT INTO kept VALUES ('schema', $1) ON CONFLICT DO NOTHING"
_FOUND = "SELECT value FROM kept WHERE name = 'schema' FOR UPDATE"
_THERE = "SELECT to_regclass($1) IS NOT NULL"


async def never(_: Charge, __: str) -> bool:
    """Nobody has asked Telegram."""
    return False


async def lay(
    connection: asyncpg.Connection, tables: Sequence[Table], decide: Decide = never, *, is_moving: bool = False
) -> None:
    """Make what is not there yet; of several that begin at once one does it.

    Raises NewerSchemaError, or MovedError unless it `is_moving` that needs them.

    Two that create the same table at once would meet in PostgreSQL's own: 23505 and 42P07 say so, and it is done again.
    """
    while True:
        try:
            async with connection.transaction():
                await connection.execute(_KEPT)
                await connection.execute(_LAY, str(VERSION))
                found = int(await connection.fetchval(_FOUND))
                if found > VERSION:
                    raise NewerSchemaError(found, VERSION)
                if not is_moving:
                    await charge.settle(connection, decide)
                if not await connection.fetchval(_THERE, "handled_away"):
                    for statement in _OWN:
                        await connection.execute(statement)
                for table in tables:
                    if not await connection.fetchval(_THERE, table.name):
                        for statement in (schema(table), *table.indexes):
                            await connection.execute(statement)
        except (asyncpg.UniqueViolationError, asyncpg.DuplicateTableError, asyncpg.SerializationError):
            continue
        return
