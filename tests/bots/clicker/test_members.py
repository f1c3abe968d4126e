"""Every statement about members gives what a full sort of the group would give, without looking at other groups."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from bots.clicker import members as module
from bots.clicker.members import PLACES, Standings
from bots.clicker.tables import MOST_IN_GROUPS
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from tests.bots.clicker.bare import TABLES, members_of

if TYPE_CHECKING:
    from collections.abc import Iterable


def groups(rows: Iterable[tuple[Any, ...]] = ()) -> Database:
    """A database with these (number, chat, userid, name, click, reached); chat n is the group -n."""
    rows, loader = list(rows), Loader(TABLES)
    chats = [(number, -number) for number in sorted({row[1] for row in rows})]
    loader.load("chats", ("number", "chatid"), chats, [], 1)
    loader.load("members", ("number", "chat", "userid", "name", "click", "reached"), rows, [], 1)
    loader.finish(1)
    database = Database(TABLES)
    database.replace(loader.connection)
    return database


def sorted_out(database: Database, chatid: int, userid: int) -> Standings:
    """The same by a full sort."""
    rows = database.look(
        lambda tables: tables.execute(
            "SELECT userid, name, click FROM members WHERE chat = (SELECT abs(number) FROM chats WHERE chatid = ?) "
            "ORDER BY -click, reached, number",
            (chatid,),
        ).fetchall()
    )
    places = {row[0]: (place, row[1], row[2]) for place, row in enumerate(rows, 1)}
    return Standings(len(rows), {user: line for user, line in places.items() if line[0] <= PLACES or user == userid})


async def test_standings_are_those_of_a_full_sort() -> None:
    """Whoever taps where, whichever groups move onto others; a stranger sees the best."""
    dice = random.Random(5)
    database = groups((n, 1 + n % 3, n, f"n{n}", n % 7, n % 5) for n in range(1, 200))
    members = members_of(database)
    for update in range(600):
        chatid, userid = -dice.randint(1, 5), dice.randint(1, 80)
        if dice.random() < 0.02:
            await members.move(chatid, -dice.randint(1, 7))
        clicks = await members.tap(chatid, userid, f"m{update}")
        found = await members.standings(chatid, userid)
        assert found == sorted_out(database, chatid, userid)
        assert found.places[userid][1:] == (f"m{update}", clicks)
        assert await members.standings(chatid, 1000) == sorted_out(database, chatid, 1000)
    assert await members.standings(-99, 1) == Standings()


async def test_a_group_that_moves_takes_everything_along_once() -> None:
    """Onto one that is there already clicks are added; then nothing is left to move, and both ids are its own."""
    database = groups([(1, 1, 7, "Анна", 5, 3), (2, 1, -1, "Чат", 2, 1), (3, 2, 7, "Аня", 4, 9)])
    members = members_of(database)
    for _ in range(2):
        await members.move(-1, -2)
        found = await members.standings(-2, 7)
        assert found == Standings(1, {7: (1, "Аня", 9)})
    assert await members.standings(-1, 7) == found
    await members.move(-2, -1000)
    assert (await members.standings(-1000, 7)).count == 1
    rows = database.look(lambda tables: tables.execute("SELECT userid, click FROM members ORDER BY 1").fetchall())
    assert rows == [(-1000, 2), (7, 9)]
    assert not database.changed_by(1)


@pytest.mark.parametrize("before", [(), (-5,), (-1005,), (-5, -1005)], ids=str)
async def test_a_tap_that_comes_after_its_group_has_moved_counts_in_the_new_one(before: tuple[int, ...]) -> None:
    """Whichever of both has been tapped in until then; nothing is left in the old one."""
    database = groups()
    members = members_of(database)
    for chat in before:
        await members.tap(chat, 7, "Анна")
    await members.move(-5, -1005)
    clicks = [await members.tap(chat, 7, "Анна") for chat in (-1005, -5, -1005)]
    await members.move(-5, -1005)
    told = len(before)
    assert clicks == ([told + 1, told + 2, told + 3] if before else [1, 1, 2])
    assert await members.numbers(-1005, [7]) == await members.numbers(-5, [7]) == {7: told + 3}
    assert database.look(lambda tables: tables.execute("SELECT count(DISTINCT chat) FROM members").fetchone()) == (1,)


async def test_clicks_stop_before_they_reach_into_the_next_group() -> None:
    """Both numbers share one integer."""
    database = groups([(1, 1, 7, "Анна", MOST_IN_GROUPS - 1, 3), (2, 2, 7, "Анна", 0, 3)])
    members = members_of(database)
    assert [await members.tap(-1, 7, "Анна") for update in range(3)] == [MOST_IN_GROUPS] * 3
    assert (await members.standings(-1, 7), (await members.standings(-2, 7)).count) == (
        Standings(1, {7: (1, "Анна", MOST_IN_GROUPS)}),
        1,
    )


@pytest.mark.parametrize("statement", ["_TAP", "_BEST", "_MEMBER"])
def test_no_statement_of_a_group_scans_or_sorts(statement: str) -> None:
    """However many members other groups have."""
    text = getattr(module, statement)
    plan = groups().look(lambda tables: tables.execute(f"EXPLAIN QUERY PLAN {text}", (1,) * text.count("?")).fetchall())
    steps = [row[3] for row in plan if not row[3].startswith("SCALAR")]
    assert "TEMP B-TREE" not in str(steps)
    assert all(step.startswith("SEARCH") for step in steps), steps
