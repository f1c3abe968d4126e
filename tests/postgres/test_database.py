"""An update counts exactly once: at several replicas at once, after a lost answer, twice in one moment."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import asyncpg
import pytest

from pinstore.errors import CountedError, NewerSchemaError, RefusedError
from pinstore.postgres import schema
from pinstore.postgres.batch import Batch
from pinstore.postgres.database import Database, Id
from pinstore.postgres.lease import Lease
from pinstore.postgres.schema import lay
from tests.bots.clicker.bare import TABLES
from tests.postgres.cutting import cutting
from tests.stories.ports import free_port

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pinstore import Tables
    from tests.postgres.engine import Engine
    from tests.postgres.server import Server

TAP = "INSERT INTO users (chatid, click) VALUES (?, 1) ON CONFLICT (chatid) DO UPDATE SET click = users.click + 1"
TAPS = "INSERT INTO users (chatid, click) VALUES (?1, ?2) ON CONFLICT (chatid) DO UPDATE SET click = users.click + ?2"


async def tap(database: Database, person: int, number: int) -> str:
    """Count one update of a person; what has become of it."""

    async def count(tables: Tables) -> str:
        await tables.change(TAP, (person,))
        return "counted"

    try:
        return await database.write(Id(person, number), count)
    except CountedError:
        return "known"


async def taps(database: Database, updates: Sequence[tuple[int, int]]) -> Sequence[int]:
    """Count several in one transaction, as replicas do; for each of them how many were new."""

    async def count(tables: Tables, new: Collection[Id]) -> Sequence[int]:
        for person, number in sorted(Counter(one.chat for one in new).items()):
            await tables.change(TAPS, (person, number))
        return [len(new)] * len(updates)

    return await database.write_all([Id(*update) for update in updates], count)


async def clicks(database: Database) -> dict[int, int]:
    """Of everybody."""
    return dict(await database.read(lambda tables: tables.fetch("SELECT chatid, click FROM users")))


@pytest.mark.parametrize("isolation", ["read committed", "serializable"])
async def test_the_same_updates_at_three_replicas_at_once_count_once(other: Engine, isolation: str) -> None:
    """Whatever the server's default is, one by one or in batches, in which some come twice.

    Of one by one each is told that somebody else has counted it, or that it has.
    """
    connection = await asyncpg.connect(other.url)
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = '{isolation}'")
    await connection.close()
    replicas = [Database(other.url, TABLES) for _ in range(3)]
    await asyncio.gather(*(replica.open() for replica in replicas))
    updates = [(1000 + number % 5, number) for number in range(1000)]
    batches = [Batch(partial(taps, replica)) for replica in replicas]
    single, together = updates[::5], [update for number, update in enumerate(updates) if number % 5]
    said, _ = await asyncio.gather(
        asyncio.gather(*(tap(replica, *update) for update in single for replica in (*replicas, replicas[0]))),
        asyncio.gather(*(batch.put(update) for update in together for batch in (*batches, batches[0]))),
    )
    assert Counter(said) == {"counted": 200, "known": 600}
    assert await clicks(replicas[0]) == dict.fromkeys(range(1000, 1005), 200)
    for replica in replicas:
        await replica.close()


async def test_a_commit_whose_answer_is_lost_has_counted(other: Engine, postgresql: Server) -> None:
    """The id is there already, so the second attempt says what the first one did; also where nobody has asked."""
    async with cutting(postgresql.port) as (proxy, port):
        database = Database(other.url.replace(str(postgresql.port), str(port)), TABLES)
        await database.open()
        for number in range(5):
            proxy.cuts = 2
            assert await tap(database, 1001, number) == "counted"
            await database.write(None, lambda tables: tables.change(TAP, (1002,)))
            proxy.cuts = 0
        assert await tap(database, 1001, 4) == "known"
        assert proxy.done >= 5
        assert await clicks(database) == {1001: 5, 1002: 5}
        await database.close()


async def test_what_fails_by_a_fault_of_ours_is_undone_and_told(other: Engine) -> None:
    """All of it, the id as well: it is not tried again."""

    async def half(tables: Tables) -> None:
        await tables.change(TAP, (1001,))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await other.database.write(Id(1001, 7), half)
    assert await clicks(other.database) == {}
    assert await tap(other.database, 1001, 7) == "counted"


@pytest.mark.parametrize(
    ("change", "error"),
    [("/clicker", RefusedError), ("@127", None)],
    ids=["no such database", "as it is"],
)
async def test_a_final_refusal_is_not_tried_again(other: Engine, change: str, error: type[Exception] | None) -> None:
    """A database that is not there will not come by waiting."""
    database = Database(other.url.replace(change, f"{change}_nowhere_" if error else change), TABLES)
    if error:
        with pytest.raises(error):
            await database.open()
    else:
        await database.open()
    await database.close()


async def test_of_several_hosts_the_one_that_can_be_written_to_is_found(other: Engine, postgresql: Server) -> None:
    """The first one is away."""
    url = other.url.replace("127.0.0.1:", f"127.0.0.1:{free_port()},127.0.0.1:")
    assert f"{postgresql.port}/" in url
    database = Database(url, TABLES)
    await database.open()
    assert await tap(database, 1001, 7) == "counted"
    await database.close()


async def test_one_at_a_time_holds_a_lease(other: Engine) -> None:
    """By the server's clock; who gives it up, or does not hold it longer, lets the next one have it at once."""
    first, second, dead = Lease("poll", 60), Lease("poll", 60), Lease("poll", -1)
    write = other.database.write
    assert await write(None, dead.take)
    assert await write(None, first.take)
    assert not await write(None, second.take)
    assert await write(None, first.take)
    await write(None, second.leave)
    assert not await write(None, second.take)
    await write(None, first.leave)
    assert await write(None, second.take)


async def test_an_older_program_leaves_a_newer_schema_alone(other: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """And of several that begin at once one lays the tables."""
    connections = [await asyncpg.connect(other.url) for _ in range(3)]
    await connections[0].execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await asyncio.gather(*(lay(connection, TABLES) for connection in connections))
    monkeypatch.setattr(schema, "VERSION", 0)
    with pytest.raises(NewerSchemaError, match="version 1, and this program knows 0"):
        await lay(connections[0], TABLES)
    for connection in connections:
        await connection.close()
