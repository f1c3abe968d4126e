"""The tables on the server: made once, grown by newer programs, and left alone by one that is older than they are."""

from collections.abc import Sequence

import asyncpg

from pinstore.errors import NewerSchemaError, RefusedError
from pinstore.memory.table import Table
from pinstore.memory.tables import Tables
from pinstore.postgres import charge
from pinstore.postgres.charge import Charge, Decide
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
    # `owed`: what is to be said of a number that it was not told, since when; `until`: when whoever says it just now,
    # and has not heard yet that it came there, is to be through with it.
    """CREATE TABLE IF NOT EXISTS told (
        chat bigint PRIMARY KEY, due timestamptz NOT NULL, said timestamptz NOT NULL DEFAULT '-infinity',
        number bigint NOT NULL DEFAULT -1, owed text, since timestamptz, until timestamptz
    )""",
    "CREATE INDEX IF NOT EXISTS told_not ON told (since) WHERE owed IS NOT NULL",
    "CREATE TABLE IF NOT EXISTS paces (name text PRIMARY KEY, due timestamptz NOT NULL)",
)
APART = ("UNIQUE", "CHECK", "PRIMARY", "FOREIGN", "CONSTRAINT")
"""What stands in a CREATE TABLE and is no column."""

LONG = 1_800.0
"""Seconds for one statement: a new index takes in all rows."""

ENCODINGS = ("UTF8", "SQL_ASCII")
"""Of a database that keeps whatever people write; others refuse a name now and then."""

_ENCODING = "SHOW server_encoding"
_OTHERS = """
SELECT name FROM unnest($1::text[]) WITH ORDINALITY AS wanted (name, place) WHERE to_regclass(name) IS NOT NULL
ORDER BY place LIMIT 1"""
_LIKE_OURS = """
SELECT count(*) = 2 FROM pg_attribute
WHERE attrelid = to_regclass('kept') AND attname IN ('name', 'value') AND NOT attisdropped"""
_UNTIL = "ALTER TABLE told ADD COLUMN until timestamptz"
_NAMES = ("handled", "handled_away", "leases", "told", "paces")

_LAY = "INSERT INTO kept VALUES ('schema', $1) ON CONFLICT DO NOTHING"
_FOUND = "SELECT value FROM kept WHERE name = 'schema' FOR UPDATE"
_RAISE = "UPDATE kept SET value = $1 WHERE name = 'schema'"
_THERE = """
SELECT attname FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped"""


AT_ONCE = (
    asyncpg.UniqueViolationError,  # 23505
    asyncpg.DuplicateTableError,  # 42P07
    asyncpg.DuplicateObjectError,  # 42710: the type of its rows
    asyncpg.SerializationError,
)
"""What is said to two that create the same table at once."""


async def never(_: Charge, __: str) -> bool:
    """Nobody has asked Telegram."""
    return False


async def lay(
    connection: asyncpg.Connection, tables: Sequence[Table], decide: Decide = never, *, is_moving: bool = False
) -> None:
    """Make what is not there yet; of several that begin at once one does it.

    Raises NewerSchemaError, RefusedError, or MovedError unless it `is_moving` that needs them.

    Two that create the same table at once would meet in PostgreSQL's own: it is done again.
    """
    while True:
        try:
            async with connection.transaction():
                await _claim(connection, tables)
                found = int(await connection.fetchval(_FOUND))
                if found > VERSION:
                    raise NewerSchemaError(found, VERSION)
                if found < VERSION:
                    await connection.execute(_RAISE, str(VERSION))
                if not is_moving:
                    await charge.settle(connection, decide)
                is_away = await connection.fetchval("SELECT to_regclass('handled_away') IS NOT NULL")
                for statement in (*(() if is_away else _HANDLED), *_OWN):
                    await connection.execute(statement)
                if "until" not in await _columns(connection, "told"):  # laid by an older program
                    await connection.execute(_UNTIL)
                for table in tables:
                    await _grow(connection, table)
        except AT_ONCE:
            continue
        return


async def _claim(connection: asyncpg.Connection, tables: Sequence[Table]) -> None:
    """Have the database be ours. Tables that were there before are somebody else's, who is not to lose a column."""
    if (encoding := await connection.fetchval(_ENCODING)) not in ENCODINGS:
        raise RefusedError(f"the database has the encoding {encoding}, and names of people need UTF8")
    await connection.execute(_KEPT)
    if not await connection.fetchval(_LIKE_OURS):
        raise _others("kept")
    if (await connection.execute(_LAY, str(VERSION))).endswith(" 0"):
        return
    if name := await connection.fetchval(_OTHERS, [*(table.name for table in tables), *_NAMES]):
        raise _others(name)


def _others(name: str) -> RefusedError:
    return RefusedError(f"its table {name} is somebody else's, and this bot needs a database of its own")


async def _grow(connection: asyncpg.Connection, table: Table) -> None:
    """Make the table, or those of its columns and indexes that came with a newer program: older ones do without."""
    there = await _columns(connection, table.name)
    if not there:
        await connection.execute(schema(table))
    for name, said in columns(table).items() if there else ():
        if name not in {*there, *APART}:
            await connection.execute(f"ALTER TABLE {table.name} ADD COLUMN {said}", timeout=LONG)
    for statement in table.indexes:
        await connection.execute(index(statement), timeout=LONG)


async def _columns(connection: asyncpg.Connection, table: str) -> set[str]:
    return {row["attname"] for row in await connection.fetch(_THERE, table)}


async def check(tables: Tables) -> None:
    """Raises NewerSchemaError if a newer program has laid the tables anew since."""
    found = int((await tables.row("SELECT value FROM kept WHERE name = 'schema'"))[0])
    if found > VERSION:
        raise NewerSchemaError(found, VERSION)
