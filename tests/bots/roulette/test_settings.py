"""The random chat's settings, and what the clock does by them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bots.roulette.pairing import give_up, once_more
from tests.bots.roulette.room import Room
from tests.bots.roulette.stage import FIND, FOUND, IDLE, LEFT, SEARCH, newcomer, pair, until_told
from tests.stories.harness import ADMIN, restart, say, set_up, stored

if TYPE_CHECKING:
    from bots.roulette.acts import Act
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot

NOBODY = "Пока никого нет. Попробуйте позже."
SILENCE = "Чат закрыт: давно никто не пишет."
WAIT = """
INSERT INTO searches (number, person, since, tongue, me, wants, anyone, interests, last)
SELECT ?, person, 0, tag, me, wants, anyone, interests, last FROM people WHERE person = ?"""
FAST = "Слишком быстро: часть сообщений не отправлена."


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SEARCH_MINUTES", "0"),
        ("IDLE_MINUTES", "-1"),
        ("IDLE_MINUTES", "long"),
        ("AUTOBAN_REPORTERS", "1.5"),
        ("AUTOBAN_REPORTERS", "-1"),
        ("BOT", "rulette"),
    ],
)
async def test_a_wrong_setting_is_told_in_one_line(new_bot: NewBot, name: str, value: str) -> None:
    """Status 2, and the variable."""
    bot = new_bot()
    await bot.start(**{"BOT": "roulette", name: value})
    assert await bot.wait() == 2
    assert len(bot.lines) == 1
    assert name in bot.output


async def test_another_bot_leaves_the_document_alone(new_bot: NewBot, telegram: Telegram) -> None:
    """The clicker does not open the random chat's tables, nor the other way round."""
    bot = new_bot(BOT="roulette")
    await set_up(bot, telegram)
    await newcomer(telegram, 1001)
    assert await bot.stop() == 0
    before = stored(telegram)
    assert before["bot"] == "roulette"
    await bot.start(BOT="clicker")
    assert await bot.wait() == 2
    assert "BOT" in bot.lines[-1]
    assert stored(telegram) == before


async def test_searches_and_chats_do_not_last_for_ever(new_bot: NewBot, telegram: Telegram) -> None:
    """Nobody, silence; pairs and who waits outlive SIGTERM and SIGKILL."""
    bot = new_bot(BOT="roulette")
    await set_up(bot, telegram)
    anna, boris, vera = [await newcomer(telegram, number) for number in (1001, 1002, 1003)]
    await pair(anna, boris)
    assert await say(vera, FIND) == SEARCH
    await restart(bot)
    await restart(bot, kill=True)
    gleb = await newcomer(telegram, 1004)
    assert await say(gleb, FIND) == FOUND
    await until_told(vera, FOUND)
    await restart(bot, SEARCH_MINUTES="0.02", IDLE_MINUTES="0.05")
    await until_told(anna, SILENCE)
    await until_told(boris, SILENCE)
    assert anna.keyboard == boris.keyboard == IDLE
    assert await say(anna, FIND) == SEARCH
    await until_told(anna, NOBODY)
    assert anna.keyboard == IDLE
    assert telegram.person(ADMIN).newest != NOBODY


def test_last_partners_meet_again_after_a_while() -> None:
    """When both have waited twenty seconds, and if they fit."""
    room = Room()
    for person in (1, 2):
        room.newcomer(person)
        room.say(person, FIND)
    room.say(1, "Стоп")
    assert (room.say(1, FIND), room.say(2, FIND)) == ([SEARCH], [SEARCH])
    for seconds, told in ((19, []), (1, [FOUND])):
        room.now += seconds
        room.act(once_more)
        assert room.told(1) == room.told(2) == told


def test_the_first_who_shares_an_interest_is_found() -> None:
    """Or else the first who fits; never one who is apart."""
    room = Room()
    for person in range(1, 6):
        room.newcomer(person)
    for person, data in ((2, "like:0"), (3, "like:1"), (3, "like:7"), (5, "like:1"), (5, "like:7")):
        room.press(person, data)

    def wait(act: Act) -> None:
        """As if none of them had fitted another."""
        for number, person in enumerate((1, 2, 3)):
            act.tables.execute(WAIT, (number, person))

    room.act(wait)
    assert room.say(5, FIND) == room.told(3) == [f"{FOUND}\nОбщее: кино, просто поговорить"]
    assert room.say(4, FIND) == room.told(1) == [FOUND]


def test_a_chat_in_which_somebody_writes_goes_on() -> None:
    """Silence is counted from the last message of either."""
    room = Room()
    for person in (1, 2):
        room.newcomer(person)
        room.say(person, FIND)
    for _ in range(3):
        room.now += 3_000
        room.say(2, "Привет")
        room.act(lambda act: give_up(act, 600, 3600))
        assert room.effects == []
    room.now += 3_600
    room.act(lambda act: give_up(act, 600, 3600))
    assert room.told(1) == room.told(2) == [SILENCE]


def test_who_is_too_fast_is_told_so_at_times() -> None:
    """Thirty wait; of more, every ten seconds one sentence."""
    room = Room()
    for person in (1, 2):
        room.newcomer(person)
        room.say(person, FIND)
    for _ in range(30):
        room.say(1, "Привет")
        assert len(room.passed()) == 1
    for wanted in ([FAST], [], []):
        assert room.say(1, "Привет") == wanted
        assert room.passed() == []
        room.now += 4
    assert room.say(2, "Привет") == []
    assert len(room.passed()) == 1
    room.deliver()
    assert (room.say(1, "Привет"), len(room.passed())) == ([], 1)
    assert (room.say(1, "/stop"), room.told(2)) == (["Вы вышли из чата."], [LEFT])


def test_a_map_keeps_two_hundred_messages_of_a_chat() -> None:
    """Older ones can be answered no more; the last ones can."""
    room = Room()
    for person in (1, 2):
        room.newcomer(person)
        room.say(person, FIND)
    sources = []
    for _ in range(300):
        room.say(1, "Привет")
        sources.append(room.message)
        room.deliver()
    assert 200 <= room.rows("SELECT count(*) FROM relays")[0][0] <= 216
    for source, is_known in ((sources[0], False), (sources[-200], True), (sources[-1], True)):
        room.say(1, "Ответ", answers=source)
        assert bool(room.passed()[0].answers) == is_known


def test_who_learns_a_language_finds_somebody_who_speaks_it() -> None:
    """While both wait; and whoever does not, waits on in his place."""
    room = Room()
    room.newcomer(1, tag="ru")
    room.newcomer(2, tag="en")
    room.say(1, "/find", tag="ru")
    room.say(2, "/find", tag="en")
    assert room.say(2, "English", tag="en") == ["The bot speaks English now"]
    assert room.rows("SELECT person FROM searches ORDER BY number") == [(1,), (2,)]
    assert room.say(2, "Русский", tag="en") == ["Теперь бот говорит по-русски", FOUND]
    assert room.rows("SELECT person FROM searches") == []
