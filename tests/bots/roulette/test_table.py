"""The table of inputs: who says what in which state, what he is told, and which keyboard he has then."""

from __future__ import annotations

import pytest

from tests.bots.roulette.room import Room
from tests.bots.roulette.stage import (
    CANCEL,
    FIND,
    FOUND,
    IDLE,
    LEFT,
    NEXT,
    READY,
    REPORT,
    SEARCH,
    SETTINGS,
    STOP,
    TALKING,
    WAITING,
)
from tests.bots.roulette.test_inputs import (
    IDLE_HINT,
    RULES,
    RULES_IN_ENGLISH,
    SEARCH_HINT,
    UNDERAGE,
    YOU_LEFT,
)

CHAT_HINT = "Вы уже в чате. «Следующий» — другой собеседник, «Стоп» — выйти."
UNKNOWN = "Нет такой команды."
NO_REPORT = "Жаловаться не на кого."
CANCELLED = "Поиск остановлен."

AT_REST = [
    ("/start", READY, IDLE),
    ("/START", READY, IDLE),
    ("Cancel", IDLE_HINT, IDLE),
    (STOP, IDLE_HINT, IDLE),
    ("/stop", IDLE_HINT, IDLE),
    (REPORT, NO_REPORT, IDLE),
    ("/report", NO_REPORT, IDLE),
    (SETTINGS, "Настройки", []),
    ("/settings", "Настройки", []),
    ("/stats", UNKNOWN, IDLE),
    ("/", UNKNOWN, IDLE),
    ("Привет", IDLE_HINT, IDLE),
    ("/rules", RULES, IDLE),
    ("/appeal", "Вы не заблокированы.", IDLE),
    (NEXT, SEARCH, WAITING),
    ("Cancel", CANCELLED, IDLE),
    ("/next", SEARCH, WAITING),
    (CANCEL, CANCELLED, IDLE),
    (FIND, SEARCH, WAITING),
]
SEARCHING = [
    *[(text, SEARCH_HINT, WAITING) for text in (FIND, "/find", "/start", NEXT, "/next", SETTINGS, "Привет")],
    (REPORT, NO_REPORT, WAITING),
    ("/nonsense", UNKNOWN, WAITING),
]
IN_A_CHAT = [
    *[(text, CHAT_HINT, TALKING) for text in (FIND, "/find", "Find a partner", "/start")],
    ("/nonsense", UNKNOWN, TALKING),
    ("/settings@clicker_bot", "Настройки", []),
    (REPORT, "На что жалуетесь?", []),
]


Row = tuple[str, str, list[list[str]]]


def play(room: Room, person: int, table: list[Row]) -> None:
    """Each input has one answer with its keyboard, and nobody else is told anything."""
    for text, answer, keyboard in table:
        assert (text, room.say(person, text)) == (text, [answer])
        assert (text, room.keyboard(person)) == (text, keyboard)
        assert len(room.effects) == 1


def test_the_table_of_inputs() -> None:
    """At rest, searching, in a chat; leaving is told both, once."""
    room = Room()
    for person in (1, 2, 3):
        room.newcomer(person)
    play(room, 1, AT_REST)
    play(room, 1, SEARCHING)
    assert room.say(2, FIND) == room.told(1) == [FOUND]
    play(room, 1, IN_A_CHAT)
    assert (room.say(1, NEXT), room.told(2)) == ([SEARCH], [LEFT])
    assert (room.keyboard(1), room.keyboard(2)) == (WAITING, IDLE)
    assert (room.say(2, FIND), room.told(1)) == ([SEARCH], [])
    assert room.say(3, FIND) == room.told(1) == [FOUND]
    assert (room.say(3, STOP), room.told(1)) == ([YOU_LEFT], [LEFT])
    assert (room.say(3, STOP), room.told(1)) == ([IDLE_HINT], [])
    assert room.say(3, "/report") == ["На что жалуетесь?"]
    room.now += 86_401
    assert room.say(3, "/report") == [NO_REPORT]


@pytest.mark.parametrize(("tag", "rules"), [("ru", RULES), ("de", RULES), ("", RULES), ("en-GB", RULES_IN_ENGLISH)])
def test_a_newcomer_reads_the_rules(tag: str, rules: str) -> None:
    """Whatever he sends or presses, until he accepts them; and is no newcomer any more then."""
    room = Room()
    for text in ("/start", FIND, STOP, "/delete_me", "/appeal why", "/rules", "Привет", ""):
        assert (room.say(1, text, tag=tag), room.inline(1)) == ([rules], ["rules:yes", "rules:no"])
    for data in ("set:me", "report:1:1", "delete:yes"):
        room.press(1, data)
        assert room.inline(1) == ["rules:yes", "rules:no"]
    assert room.rows("SELECT count(*) FROM people") == [(0,)]
    room.newcomer(1, tag)
    assert (room.say(1, "/rules", tag=tag), room.inline(1)) == ([rules], [])


def test_who_is_too_young_comes_back_in_a_month() -> None:
    """Whatever he does until then."""
    room = Room()
    assert room.press(1, "rules:no") == [UNDERAGE]
    for _ in range(2):
        assert room.press(1, "rules:yes") == [UNDERAGE]
        for text in ("/start", FIND, "Привет"):
            assert room.say(1, text) == [UNDERAGE]
        room.now += 15 * 86_400 - 1
    room.now += 2
    assert room.say(1, FIND) == [RULES]
    assert room.press(1, "rules:yes") == [READY]
