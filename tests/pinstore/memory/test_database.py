"""The in-memory tables: a transaction per update, one restore for all who miss them, indexes that are used."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING

import pytest

from bots.clicker.players import _IS_SOMEBODY_BANNED, _RATING, MOST_CLICKS
from bots.clicker.tables import USERS
from pinstore.errors import SecondWriteError, WaitingError
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from runtime.people import BANNED, BLOCKED, SERVED
from tests.bots.clicker.bare import players_of
from tests.pinstore.shelf import everything, set_status, table

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from pinstore import Tables


class Elsewhere:
    """Where tables come from."""

    def __init__(self, restore: Callable[[], Awaitable[None]]) -> None:
        self._restore = restore

    async def restore(self) -> None:
        """Bring them."""
        await self._restore()


def missing(restore: Callable[[], Awaitable[None]]) -> Database:
    """A database whose tables are elsewhere still."""
    database = Database([USERS])
    database.source = Elsewhere(restore)
    return database


async def test_many_failed_queries_restore_once() -> None:
    """Z7: two first messages after a restart restored twice, and the second died."""
    restores = 0

    async def restore() -> None:
        nonlocal restores
        restores += 1
        await asyncio.sleep(0)
        loader = Loader([USERS])
        loader.finish(1)
        database.replace(loader.connection)

    database = missing(restore)
    players = players_of(database)
    await asyncio.gather(*(players.register(number, "Анна") for number in range(50)), players.rating())
    assert restores == 1
    assert (await players.rating()).count == 50


async def test_other_errors_restore_nothing() -> None:
    """Z5: any SQL error was taken for a missing table."""
    restores: list[int] = []

    async def restore() -> None:
        restores.append(1)

    database = missing(restore)
    loader = Loader([USERS])
    loader.finish(1)
    database.replace(loader.connection)
    with pytest.raises(sqlite3.OperationalError, match="incomplete input"):
        await database.write(1, lambda connection: connection.execute("INSERT INTO"))
    with pytest.raises(sqlite3.IntegrityError):
        await database.write(2, lambda connection: connection.execute("INSERT INTO users (click) VALUES (-1)"))
    assert restores == []
    assert database.applied == set()


async def test_a_restore_that_fails_is_told_to_all_who_asked() -> None:
    """And tried again by the next query."""
    attempts: list[int] = []

    async def restore() -> None:
        attempts.append(1)
        raise ConnectionError("no network")

    players = players_of(missing(restore))
    for _ in range(2):
        with pytest.raises(ConnectionError):
            await players.tap(1, update=1)
    assert len(attempts) == 2


async def test_a_transaction_is_all_or_nothing() -> None:
    """An error in its middle leaves the table, the totals and the marks as they were."""
    database = table([(1, "Анна", 5, 0, 1)])
    before, position = everything(database), database.position

    def half(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE users SET click = 99")
        connection.execute("DELETE FROM users")
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError):
        await database.write(1, half)
    assert (everything(database), database.position, database.applied) == (before, position, set())


async def test_what_changes_nothing_needs_no_save() -> None:
    """A stranger's tap and a known name: known to have been applied, and no reason to store anything."""
    database = table([(1, "Анна", 5, 0, 1)])
    players, position = players_of(database), database.position
    assert await players.tap(2, update=11) is None
    await players.register(1, "Анна")
    assert database.position == position
    first, second = sorted(database.applied)
    assert (first, database.changed_by(first), database.changed_by(second)) == (11, False, False)
    assert await players.tap(1, update=13) == (6, SERVED, "")
    assert database.changed_by(13)
    database.forget([11, 13])
    assert database.applied == {second}
    assert not database.changed_by(13)


async def test_totals_follow_every_change() -> None:
    """Inserts, updates and deletes, however they come."""
    database = table([(1, "Анна", 5, 0, 1), (2, "Борис", 7, 0, 2)])
    for update, statement in enumerate(
        (
            "INSERT INTO users (chatid, name, click) VALUES (3, 'Вера', 4)",
            "UPDATE users SET click = click * 2 WHERE chatid < 3",
            "DELETE FROM users WHERE chatid = 2",
        )
    ):
        await database.write(update, lambda connection: connection.execute(statement))  # noqa: B023
    assert database.totals() == {"users": 2, "clicks": 14}


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("UPDATE users SET click = click + 1 WHERE chatid = 1", "USING INTEGER PRIMARY KEY"),
        ("SELECT click FROM users WHERE chatid = 1", "USING INTEGER PRIMARY KEY"),
        (_RATING, "USING INDEX users_by_place"),
        (_IS_SOMEBODY_BANNED, "USING INDEX users_by_place"),
        ("SELECT key FROM users_changes WHERE mark >= 5", "users_by_mark"),
    ],
)
def test_z9_no_statement_of_a_tap_or_a_rating_scans_or_sorts(statement: str, index: str) -> None:
    """Z9: without key and index a tap took 62 ms and a rating 56 ms at a million players."""
    plan = table().look(lambda connection: connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall())
    steps = [row[3] for row in plan if not row[3].startswith("SCALAR")]
    assert index in steps[0]
    assert "TEMP B-TREE" not in str(steps)


async def test_clicks_stop_at_the_largest_exact_number() -> None:
    """2^53: beyond it a JSON reader may round."""
    database = table([(1, "Анна", MOST_CLICKS - 1, 0, 1)])
    players = players_of(database)
    assert [await players.tap(1, update=update) for update in range(3)] == [(MOST_CLICKS, SERVED, "")] * 3


async def test_a_status_is_stored_and_whoever_taps_plays() -> None:
    """A ban outlives everything but its end; a block ends with the first tap; what is no news changes nothing."""
    database = table([(1, "Анна", 5, 0, 1)])
    players = players_of(database)
    assert (await players.status(1), await players.status(2)) == (SERVED, None)
    set_status(database, 1, BANNED)
    position = database.position
    assert await players.tap(1, update=2) == (5, BANNED, "")
    assert not await players.block(1)
    assert not await players.unblock(1)
    assert database.position == position
    set_status(database, 1, SERVED)
    assert [await players.block(1), await players.block(1), await players.status(1)] == [
        True,
        False,
        BLOCKED,
    ]
    assert await players.tap(1, update=6) == (6, SERVED, "")
    assert await players.block(1)
    assert await players.unblock(1)


def test_an_update_writes_once() -> None:
    """A save and a crash between two writes of one update would lose the second one: it is refused in a sentence."""
    database = table()
    database.transact(7, lambda tables: tables.execute("INSERT INTO users (chatid) VALUES (1)"))
    with pytest.raises(SecondWriteError, match="update 7 has written already"):
        database.transact(7, lambda tables: tables.execute("INSERT INTO users (chatid) VALUES (2)"))
    assert database.totals() == {"users": 1, "clicks": 0}
    database.transact(None, lambda tables: tables.execute("INSERT INTO users (chatid) VALUES (2)"))
    database.transact(8, lambda tables: tables.execute("INSERT INTO users (chatid) VALUES (3)"))
    assert database.totals() == {"users": 3, "clicks": 0}


async def test_work_that_awaits_its_tables_is_one_transaction() -> None:
    """What it returns is what it was written for; an error in its middle undoes all of it."""
    database = table([(1, "Анна", 5, 0, 1)])

    async def work(tables: Tables) -> tuple[int, object, list[int]]:
        changed = await tables.change("UPDATE users SET click = click + 1")
        rows = await tables.fetch("SELECT click FROM users")
        return changed, rows, await tables.totals("users", "clicks")

    async def half(tables: Tables) -> None:
        await tables.change("DELETE FROM users")
        raise RuntimeError("in the middle")

    assert await database.write(1, work) == (1, [(6,)], [1, 6])
    with pytest.raises(RuntimeError):
        await database.write(2, half)
    assert database.look(lambda tables: tables.row("SELECT click FROM users")) == (6,)
    assert (database.totals(), database.applied) == ({"users": 1, "clicks": 6}, {1})


async def test_work_that_waits_for_anything_else_is_refused() -> None:
    """Everybody would wait with it, as the tables are locked meanwhile; what it has written is undone."""
    database = table([(1, "Анна", 5, 0, 1)])

    async def slow(tables: Tables) -> None:
        await tables.change("DELETE FROM users")
        await asyncio.sleep(0)

    before = everything(database)
    with pytest.raises(WaitingError, match="awaits its tables alone"):
        await database.write(1, slow)
    assert (everything(database), database.applied) == (before, set())
    with pytest.raises(WaitingError):
        database.look(lambda _: asyncio.sleep(0))
