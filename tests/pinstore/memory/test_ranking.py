"""A player's place is the one that a full sort would give, whatever has happened to the table."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bots.clicker.members import PLACES
from bots.clicker.players import Rating
from bots.clicker.tables import USERS
from pinstore.memory import ranking
from runtime.people import BANNED, SERVED
from tests.bots.clicker.bare import players_of
from tests.pinstore.shelf import Shelf, table

if TYPE_CHECKING:
    from pinstore.memory.connection import Connection
    from pinstore.memory.database import Database
    from pinstore.memory.ranking import Ranking

IDS = st.integers(1, 40)
ROW = st.tuples(IDS, st.just("Анна"), st.integers(0, 3), st.just(0), st.integers(0, 2))
"""chatid, name, click, state, reached: few values, so that all kinds of equals are met."""

ORDER = "SELECT chatid FROM users ORDER BY CASE status WHEN 2 THEN 1 ELSE -click END, reached, chatid"
RATED = f"SELECT count(*) FROM users WHERE status <> {BANNED}"


def ranked(tables: Connection) -> Ranking:
    """The ranking of the players."""
    found = tables.journal(USERS.name).ranking
    assert found
    return found


def place_of(database: Database, chatid: int) -> int | None:
    """What the store says."""
    return database.look(lambda tables: ranked(tables).rank(tables, chatid))


def by_sorting(database: Database) -> dict[int, int | None]:
    """The same by a full sort."""
    rows = database.look(lambda tables: tables.execute(ORDER).fetchall())
    return {row[0]: place for place, row in enumerate(rows, 1)}


def are_even(database: Database) -> bool:
    """Whether the blocks count every row, none of them is too long and no two neighbours are too short."""
    counts = database.look(lambda tables: ranked(tables).counts)
    is_joined = all(left + right >= ranking.BLOCK // 2 for left, right in pairwise(counts))
    return sum(counts) == len(by_sorting(database)) and max(counts) <= 2 * ranking.BLOCK and is_joined


class Contest(RuleBasedStateMachine):
    """A table in which places are asked for at any moment; its blocks are tiny, so that they are cut and joined."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(ranking, "BLOCK", 4)
        self.update = 0

    def teardown(self) -> None:
        """Give the size back."""
        self.patch.undo()

    @initialize(rows=st.lists(ROW, max_size=40))
    def import_rows(self, rows: list[tuple[int, str, int, int, int]]) -> None:
        """A table from elsewhere, with equal clicks and equal `reached`."""
        self.database = table(rows)

    def run(self, statement: str, *values: int) -> None:
        """Change something, in a transaction of its own."""
        self.update += 1
        asyncio.run(self.database.write(self.update, lambda tables: tables.execute(statement, values)))

    @rule(chatid=IDS)
    def sign_up(self, chatid: int) -> None:
        """/start."""
        self.update += 1
        asyncio.run(players_of(self.database).register(chatid, f"Игрок {self.update}"))

    @rule(chatid=IDS)
    def tap(self, chatid: int) -> None:
        """Клик."""
        self.update += 1
        asyncio.run(players_of(self.database).tap(chatid, update=self.update))

    @rule(chatid=IDS, status=st.sampled_from([SERVED, BANNED]))
    def ban(self, chatid: int, status: int) -> None:
        """Out of the rating and back, with the clicks that were."""
        self.run("UPDATE users SET status = ? WHERE chatid = ?", status, chatid)

    @rule(chatid=IDS)
    def delete(self, chatid: int) -> None:
        """One row less."""
        self.run("DELETE FROM users WHERE chatid = ?", chatid)

    @rule(first=IDS, last=IDS, clicks=st.integers(0, 3))
    def change_many(self, first: int, last: int, clicks: int) -> None:
        """Many rows move in one statement."""
        self.run("UPDATE users SET click = ?, reached = 1 WHERE chatid BETWEEN ? AND ?", clicks, first, last)

    @rule(chatid=IDS)
    def fail(self, chatid: int) -> None:
        """A transaction that changes many rows and then fails leaves all where they were."""

        def half(tables: Connection) -> None:
            tables.execute("DELETE FROM users WHERE chatid < ?", (chatid,))
            tables.execute("UPDATE users SET click = 2 - chatid")

        self.update += 1
        if any(row > 2 and row >= chatid for row in by_sorting(self.database)):
            with pytest.raises(sqlite3.IntegrityError):
                asyncio.run(self.database.write(self.update, half))

    @rule()
    def restart(self) -> None:
        """Back from what is stored."""
        shelf = Shelf()
        shelf.save(self.database)
        self.database = shelf.restore()

    @invariant()
    def everybody_stands_where_a_sort_puts_them(self) -> None:
        """And who is not there has no place."""
        sorted_places = by_sorting(self.database)
        for chatid in range(42):
            assert place_of(self.database, chatid) == sorted_places.get(chatid)

    @invariant()
    def blocks_are_neither_long_nor_many(self) -> None:
        """However rows have moved."""
        assert are_even(self.database)

    @rule(chatid=IDS)
    def ask(self, chatid: int) -> None:
        """Рейтинг: fifteen lines and one's own, unless that is one of them."""
        rating = asyncio.run(players_of(self.database).rating(chatid))
        place = by_sorting(self.database).get(chatid, 0) or 0
        assert rating.count == self.database.look(lambda tables: tables.execute(RATED).fetchone()[0])
        place *= place <= rating.count  # who is banned stands behind all others, and has no place
        shown = list(range(1, min(PLACES, rating.count) + 1))
        assert [line[0] for line in rating.places] == shown + [place] * (place > PLACES)


Contest.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestRanking = Contest.TestCase


def steps(tables: Connection, keys: list[int]) -> int:
    """How many thousand steps SQLite's machine takes to find the places of these."""
    taken: list[int] = []
    tables.set_progress_handler(lambda: taken.append(1), 1000)
    for key in keys:
        ranked(tables).rank(tables, key)
    tables.set_progress_handler(None, 0)
    return len(taken)


async def test_blocks_stay_short() -> None:
    """Tapping, leaving and all being equal, thousands at a time: no place ever costs a walk through many rows."""
    number = 20 * ranking.BLOCK
    database, chance = table((key, "", 0, 0, key) for key in range(number)), random.Random(1)
    for update, statement in enumerate(
        (
            "UPDATE users SET click = 1, reached = 10 * chatid WHERE chatid % 3",
            "UPDATE users SET click = chatid % 7",
            "UPDATE users SET click = 0, reached = 0",
            "DELETE FROM users WHERE chatid % 99",
        )
    ):
        await database.write(update, lambda tables: tables.execute(statement))  # noqa: B023
        ours, sorting = {key: place_of(database, key) for key in range(0, number, 99)}, by_sorting(database)
        assert ours.items() <= sorting.items()
        assert are_even(database)
        keys = chance.choices(list(sorting), k=50)
        assert database.look(lambda tables: steps(tables, keys)) < 50 * 2 * ranking.BLOCK * 5 / 1000  # noqa: B023


async def test_the_own_place_is_the_sixteenth_line() -> None:
    """Of all who have equally much the first to get there stand above; who is among the fifteen has no line more."""
    database = table((number, f"Игрок {number}", 5, 0, 100 - number) for number in range(40))
    players = players_of(database)
    assert (await players.rating(0)).places[PLACES:] == [(40, "Игрок 0", 5)]
    assert (await players.rating(25)).places[PLACES - 1 :] == [(15, "Игрок 25", 5)]
    assert (await players.rating(24)).places[PLACES - 1 :] == [(15, "Игрок 25", 5), (16, "Игрок 24", 5)]
    assert await players.rating(99) == await players.rating() == Rating(40, (await players.rating(39)).places)
    await players.tap(0, update=1)
    assert (await players.rating(0)).places[0] == (1, "Игрок 0", 6)
    assert (await players.rating(25)).places[PLACES:] == [(16, "Игрок 25", 5)]


def test_no_question_about_a_place_walks_through_more_than_a_block() -> None:
    """Each statement finds its rows by the index, down to the key: equals may be as many as the table."""
    found = table().look(ranked)
    statements = [found.entry, *found.nth, *found.count]
    expected = ["rowid=?", "standing<?", "reached>?", "rowid>?", "standing>? AND standing<?", "reached>? AND reached<?"]
    for statement, bounds in zip(statements, [*expected, "rowid>? AND rowid<?"], strict=True):
        values = [0] * statement.count("?")
        plan = table().look(lambda tables: tables.execute(f"EXPLAIN QUERY PLAN {statement}", values).fetchall())  # noqa: B023
        assert [row[3].startswith("SEARCH users USING") for row in plan] == [True]
        assert plan[0][3].endswith(f"{bounds})")
