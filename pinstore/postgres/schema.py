"""The tables on the server: made once, grown by newer programs, and left alone by one that is older than they are."""

from collections.abc import Sequence

import asyncpg

from pinstore.errors import NewerSchemaError
from pinstore.memory.table import Table
from pinstore.memory.tables import Tables
from pinstore.postgres import charge
from pinstore.postgres.dialect import columns, index, schema

VERSION = 1
"""Of the store's own tables; a change that an older program can live with leaves it as it is."""

_KEPT = "CREATE TABLE IF NOT EXISTS kept (name text PRIMARY KEY, value text NOT NULL)"
_HANDLED = (
    """CREATE TABLE IF NOT EXISTS handled (
        chat bigint NOT NULL, number bigint NOT NULL, came timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (chat, number)
    )""",
    "CREATE INDEX IF NOT EXISTS handled_by_age ON handled USING brin (came)",
)
_OWN = (
    "CREATE TABLE IF NOT EXISTS leases (name text PRIMARY KEY, owner text NOT NULL, until timestamptz NOT NULL)",
    # `due`: when a chat may be told something again, but for a burst; `said`: when it was told which `number` last;
    # `owed`: what is to be said of a number that it was not told, since when.
    """CREATE TABLE IF NOT EXISTS told (
        chat bigint PRIMARY KEY, due timestamptz NOT NULL, said timestamptz NOT NULL DEFAULT '-infinity',
        number bigint NOT NULL DEFAULT -1, owed text, since timestamptz
    )""",
    "CREATE INDEX IF NOT EXISTS told_not ON told (since) WHERE owed IS NOT NULL",
    "CREATE TABLE IF NOT EXISTS paces (name text PRIMARY KEY, due timestamptz NOT NULL)",
)
APART = ("UNIQUE", "CHECK", "PRIMARY", "FOREIGN", "CONSTRAINT")
"""What stands in a CREATE TABLE and is no column."""

_LAY = "INSERT INTO kept VALUES ('schema', $1) ON CONFLICT DO NOTHING"
_FOUND = "SELECT value FROM kept WHERE name = 'schema' FOR UPDATE"
_RAISE = "UPDATE kept SET value = $1 WHERE name = 'schema'"
_THERE = """
SELECT attname FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped"""


async def lay(connection: asyncpg.Connection, tables: Sequence[Table], *, is_moving: bool = False) -> None:
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
                if found < VERSION:
                    await connection.execute(_RAISE, str(VERSION))
                if not is_moving:
                    await charge.forbid(connection)
                is_away = await connection.fetchval("SELECT to_regclass('handled_away') IS NOT NULL")
                for statement in (*(() if is_away else _HANDLED), *_OWN):
                    await connection.execute(statement)
                for table in tables:
                    await _grow(connection, table)
        except (asyncpg.UniqueViolationError, asyncpg.DuplicateTableError, asyncpg.SerializationError):
            continue
        return


async def _grow(connection: asyncpg.Connection, table: Table) -> None:
    """Make the table, or those of its columns and indexes that came with a newer program: older ones do without."""
    there = {row["attname"] for row in await connection.fetch(_THERE, table.name)}
    if not there:
        await connection.execute(schema(table))
    for name, said in columns(table).items() if there else ():
        if name not in {*there, *APART}:
            await connection.execute(f"ALTER TABLE {table.name} ADD COLUMN {said}")
    for statement in table.indexes:
        await connection.execute(index(statement))


async def check(tables: Tables) -> None:
    """Raises NewerSchemaError if a newer program has laid the tables anew since."""
    found = int((await tables.row("SELECT value FROM kept WHERE name = 'schema'"))[0])
    if found > VERSION:
        raise NewerSchemaError(found, VERSION)
