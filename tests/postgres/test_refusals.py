"""What is wrong with a database or its address is said in one line; what passes is waited for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncpg
import pytest

from pinstore.errors import RefusedError
from pinstore.postgres import failures
from pinstore.postgres.database import Database
from runtime.ends import shut_out
from tests.bots.clicker.bare import TABLES

if TYPE_CHECKING:
    from tests.postgres.server import Server

OURS = "a database of its own"

REFUSED = {
    "a table of somebody else's with the same name": ("CREATE TABLE users (chatid bigint PRIMARY KEY)", "", 1, OURS),
    "one that is kept beside them": ("CREATE TABLE told (chat bigint)", "", 1, OURS),
    "the one that is looked at first": ("CREATE TABLE kept (number serial)", "", 1, OURS),
    "a view": ("CREATE VIEW members AS SELECT 1 AS number", "", 1, OURS),
    "no right to make tables": ("CREATE ROLE guest LOGIN", "guest", 1, "permission denied for schema public"),
    "no place for tables": ("", "&search_path=nowhere", 1, "no schema has been selected to create in"),
    "what the server does not know": ("", "&channel_binding=require", 2, "channel_binding"),
    "what nobody understands": ("", "&sslmode=odd", 2, "sslmode"),
    "an encoding that takes few names": ("", "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'", 1, "encoding LATIN1"),
}

PASSES = {
    "no connection is free": "CREATE ROLE late LOGIN CONNECTION LIMIT 0",
    "it can only be read": "ALTER DATABASE {name} SET default_transaction_read_only TO on",
}


async def prepared(server: Server, name: str, how: str, sql: str) -> str:
    """The address of a database for which this was done."""
    first = await server.connect()
    await first.execute(f"CREATE DATABASE {name} TEMPLATE template0 {how}")
    await first.close()
    connection = await server.connect(name)
    await connection.execute(sql.format(name=name) or "SELECT 1")
    await connection.close()
    return server.url(name)


@pytest.mark.parametrize("number", range(len(REFUSED)), ids=REFUSED)
async def test_it_is_refused_in_one_line(postgresql: Server, number: int) -> None:
    """With the status of the contract, and nothing that was there is touched."""
    sql, change, status, said = list(REFUSED.values())[number]
    url = await prepared(postgresql, f"refused{number}", change if change.startswith("ENC") else "", sql)
    url += change if change.startswith("&") else ""
    url = url.replace("//postgres@", f"//{change}@") if change == "guest" else url
    database = Database(url, TABLES)
    with pytest.raises(RefusedError) as refused:
        await asyncio.wait_for(database.open(), 60)
    await database.close()
    end = shut_out(refused.value)
    assert (end.status, len(str(end).splitlines())) == (status, 1)
    assert said in str(end)
    connection = await postgresql.connect(f"refused{number}")
    there = "SELECT count(*) FROM pg_attribute WHERE attname IN ('click', 'came', 'owed')"
    assert await connection.fetchval(there) == 0
    await connection.close()


@pytest.mark.parametrize("number", range(len(PASSES)), ids=PASSES)
async def test_what_passes_is_waited_for(postgresql: Server, number: int) -> None:
    """And served when it has passed."""
    name = f"passes{number}"
    url = await prepared(postgresql, name, "", list(PASSES.values())[number])
    database = Database(url.replace("//postgres@", "//late@") if number == 0 else url, TABLES)
    opening = asyncio.create_task(database.open())
    await asyncio.sleep(0.2)
    assert not opening.done()
    connection = await postgresql.connect()
    await connection.execute(
        f"ALTER DATABASE {name} RESET ALL; GRANT ALL ON DATABASE {name} TO postgres"
        if number
        else f"ALTER ROLE late CONNECTION LIMIT 9; ALTER DATABASE {name} OWNER TO late"
    )
    await connection.close()
    await asyncio.wait_for(opening, 60)
    await database.close()


async def test_a_transaction_that_was_broken_off_is_done_again(postgresql: Server) -> None:
    """Its process was paused within it, or it has waited for another one too long."""
    url = await prepared(
        postgresql,
        "broken",
        "",
        "ALTER DATABASE {name} SET idle_in_transaction_session_timeout TO '500ms';"
        "ALTER DATABASE {name} SET lock_timeout TO '100ms'",
    )
    database, tries = Database(url, TABLES), [0]
    await database.open()
    other = await asyncpg.connect(url)

    async def slow(tables: object) -> int:
        tries[0] += 1
        await tables.change("INSERT INTO chats (chatid) VALUES (?)", (-tries[0],))  # type: ignore[attr-defined]
        if tries[0] == 1:
            await asyncio.sleep(1.5)
        return tries[0]

    before = await database.write(None, slow)
    assert before >= 2
    await other.execute("BEGIN; SET idle_in_transaction_session_timeout TO 0")
    await other.execute("INSERT INTO chats (chatid) VALUES ($1)", -before - 1)
    waits = asyncio.create_task(database.write(None, slow))
    assert await waits >= before + 2
    await other.execute("COMMIT")
    await other.close()
    await database.close()


async def test_tables_that_are_gone_are_told_and_nothing_is_done_with(postgresql: Server) -> None:
    """A backup is put back under a process that runs: it has to end, and what it was to write waits at Telegram."""
    url, refused = await prepared(postgresql, "gone", "", ""), asyncio.Event()
    database = Database(url, TABLES, lambda error: refused.set() if isinstance(error, RefusedError) else None)
    await database.open()
    connection = await asyncpg.connect(url)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await connection.close()
    writing = asyncio.create_task(
        database.write(None, lambda tables: tables.change("INSERT INTO chats (chatid) VALUES (?)", (-1,)))
    )
    await asyncio.wait_for(refused.wait(), 60)
    assert not writing.done()
    writing.cancel()
    await database.close()


async def test_a_pool_that_keeps_no_statements_is_told_what_to_change(postgresql: Server) -> None:
    """As one that gives each transaction another server; it is tried again, as one in good order may end that way."""
    connection = await postgresql.connect()
    statement = await connection.prepare("SELECT 1")
    await connection.execute("DEALLOCATE ALL")
    with pytest.raises(failures.AGAIN) as caught:
        await statement.fetchval()
    await connection.close()
    assert "max_prepared_statements above 0" in failures.reason(caught.value)
