"""What is left is what a plain recount says, after any sequence of entries, corrections and buttons."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.calories.diary import Diary
from bots.calories.noting import correct
from bots.calories.pressed import pressed
from bots.calories.said import said
from bots.calories.tables import ENTRIES, TABLES
from bots.calories.talk import Talk
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from tests.bots.calories.room import Room

if TYPE_CHECKING:
    from pinstore import Tables

NOW = 1_800_000_000
AMOUNTS = {"350": 3500, "борщ 200": 2000, "-49,5": -495, "чай 10\n20": 300, "???": 0}

STEPS = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(sorted(AMOUNTS))),
    st.tuples(st.just("edit"), st.integers(1, 6), st.sampled_from(sorted(AMOUNTS))),
    st.tuples(st.sampled_from(["undo", "back"]), st.integers(1, 6)),
    st.tuples(st.just("undo last")),
)


def talk(tables: Tables) -> Talk:
    """Anna's turn."""
    diary = Diary(tables, "Europe/Moscow")
    person = diary.person(1001, NOW, "ru")
    assert person is not None
    return Talk(diary, person, NOW)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=12))
def test_what_is_left_is_a_plain_recount(steps: list[tuple[str, ...]]) -> None:
    """The norm less what counts; a row is never lost, and none is there twice."""
    loader = Loader(TABLES)
    loader.finish(1)
    database = Database(TABLES)
    database.replace(loader.connection)
    database.transact(None, lambda tables: said(talk(tables), "/start", 1))
    database.transact(None, lambda tables: said(talk(tables), "2000", 2))
    expected: dict[int, tuple[int, bool]] = {}
    message = 100
    for kind, *rest in steps:
        message += 1
        work = database.transact
        if kind == "say":
            text = rest[0]
            work(None, lambda tables: said(talk(tables), text, message))  # noqa: B023
            if AMOUNTS[text]:
                expected[message] = (AMOUNTS[text], True)
        elif kind == "edit":
            source, text = 100 + int(rest[0]), rest[1]
            work(None, lambda tables: correct(talk(tables), text, source))  # noqa: B023
            if source in expected and AMOUNTS[text]:
                expected[source] = (AMOUNTS[text], expected[source][1])
        elif kind == "undo last":
            work(None, lambda tables: said(talk(tables), "Отменить", message))  # noqa: B023
            if last := max((number for number, (_, counts) in expected.items() if counts), default=0):
                expected[last] = (expected[last][0], False)
        else:
            source = 100 + int(rest[0])
            work(None, lambda tables: pressed(talk(tables), f"{kind}:{source}", 7))  # noqa: B023
            if source in expected:
                expected[source] = (expected[source][0], kind == "back")
    total = sum(tenths for tenths, counts in expected.values() if counts)
    left = database.look(lambda tables: talk(tables).left(talk(tables).person.today(NOW).isoformat()))
    word, number = ("Осталось", 20_000 - total) if total <= 20_000 else ("Перебор", total - 20_000)
    assert re.fullmatch(rf"{word}: ([0-9]+)(,[0-9])? ккал", left)
    assert left == f"{word}: {number // 10}{f',{number % 10}' if number % 10 else ''} ккал"
    rows = database.look(lambda tables: tables.execute("SELECT message, place FROM entries").fetchall())
    assert len(set(rows)) == len(rows)
    assert ENTRIES.name == "entries"


@pytest.mark.parametrize(
    "data", ["undo:" + "9" * 30, "food:" + "9" * 30, "zone:-1", "zone:99", "ask:sex:9", "set:", "", "undo:x"]
)
def test_made_up_buttons_change_nothing(data: str) -> None:
    """Whatever somebody puts into the data of a button."""
    room = Room()
    position = room.database.position
    room.press(data)
    assert room.database.position == position
