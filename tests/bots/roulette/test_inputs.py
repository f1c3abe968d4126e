"""The table of inputs: who presses or says what in which state, what he is told, and which keyboard he has then."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.bots.roulette.stage import (
    CANCEL,
    FIND,
    FOUND,
    IDLE,
    LEFT,
    NEXT,
    READY,
    SEARCH,
    SETTINGS,
    STOP,
    TALKING,
    WAITING,
    got,
    newcomer,
    press,
    until,
    until_told,
)
from tests.stories.harness import say, set_up

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot

RULES = """Здесь вы говорите с незнакомым человеком. Он не видит вашего имени и номера.
1. Только с 18 лет.
2. Никакой рекламы, продажи, угроз и ничего о детях.
3. Откровенное — только если согласны оба.
4. Не сообщайте адрес, телефон и данные карт.
На кого жалуются, того последние сообщения увидит модератор. Тексты бот не хранит. Удалить данные: /delete_me"""
RULES_IN_ENGLISH = """Here you talk to a stranger, who sees neither your name nor your number.
1. Only from the age of 18.
2. No advertising, no selling, no threats, nothing about children.
3. Explicit things only if both agree.
4. Do not give away address, phone or card numbers.
When somebody is reported, the moderator sees his last messages. The bot keeps no texts. Delete your data: /delete_me"""
UNDERAGE = "Этот бот для взрослых. Возвращайтесь, когда исполнится 18."
IDLE_HINT = "Вы не в чате. Нажмите «Найти собеседника»."
SEARCH_HINT = "Ещё ищу. Сообщение никому не отправлено."
CHAT_HINT = "Вы уже в чате. «Следующий» — другой собеседник, «Стоп» — выйти."
UNKNOWN = "Нет такой команды."
NO_REPORT = "Жаловаться не на кого."
CANCELLED = "Поиск остановлен."
YOU_LEFT = "Вы вышли из чата."


async def test_a_chat_begins_and_ends(new_bot: NewBot, telegram: Telegram) -> None:
    """Rules, search, chat, the next one; each notice has the keyboard of what comes then."""
    bot = new_bot(BOT="roulette")
    await set_up(bot, telegram)
    anna, boris, vera = [await newcomer(telegram, number) for number in (1001, 1002, 1003)]
    assert (anna.newest, anna.keyboard) == (READY, IDLE)
    assert (await say(anna, FIND), anna.keyboard) == (SEARCH, WAITING)
    anna.location(1, 2)
    await until_told(anna, SEARCH_HINT)
    assert (await say(boris, "Find a partner"), boris.keyboard) == (FOUND, TALKING)
    await until_told(anna, FOUND)
    assert await say(anna, NEXT) == SEARCH
    await until_told(boris, LEFT)
    assert (anna.keyboard, boris.keyboard) == (WAITING, IDLE)
    assert await say(boris, FIND) == SEARCH  # the last partner is not the next one
    assert await say(vera, FIND) == FOUND
    await until_told(anna, FOUND)
    assert await say(vera, STOP) == YOU_LEFT
    await until_told(anna, LEFT)
    assert got(boris) == got(anna) == []


async def test_nobody_does_anything_before_he_accepts(new_bot: NewBot, telegram: Telegram) -> None:
    """Whatever is sent or pressed; who is too young is told so for a month, and who reads English in English."""
    bot = new_bot(BOT="roulette")
    await set_up(bot, telegram)
    anna = telegram.person(1001, first_name="Анна")
    for text in ("/start", FIND, "/delete_me", "/appeal why", "Привет"):
        assert await say(anna, text) == RULES
    anna.photo()
    await until(anna, lambda: len(anna.answers) == 6)
    assert await press(anna, "Мне нет 18") == UNDERAGE
    assert await press(anna, "Мне 18, правила принимаю") == UNDERAGE
    telegram.clock.advance(29 * 86_400)
    assert await say(anna, FIND) == UNDERAGE
    telegram.clock.advance(2 * 86_400)
    assert await say(anna, "/rules") == RULES
    tom = telegram.person(1002, first_name="Tom", language_code="en-GB")
    assert await say(tom, "Hi") == RULES_IN_ENGLISH
    assert await press(tom, "I am 18 and accept") == "Done. Press “Find a partner”."
    assert tom.keyboard == [["Find a partner"], ["Settings"]]
    assert await say(tom, "Find a partner") == "Looking for a partner…"
    assert tom.keyboard == [["Cancel"]]
    assert await say(tom, "/language") == "Choose a language"
    assert await say(tom, "Русский") == "Теперь бот говорит по-русски"
    assert tom.keyboard == WAITING


@pytest.mark.long
async def test_wishes_and_interests(new_bot: NewBot, telegram: Telegram) -> None:
    """A tap goes to the next value; who fits is found, and told what both like."""
    bot = new_bot(BOT="roulette")
    await set_up(bot, telegram)
    anna, boris, tom = (
        await newcomer(telegram, 1001),
        await newcomer(telegram, 1002),
        await newcomer(telegram, 1003, "en"),
    )
    await wish(anna, "Я: не указано", "Я: мужчина", "Я: женщина")
    await wish(anna, "Ищу: всех", "Ищу: мужчин")
    await like(anna, "музыка", "спорт", "кино")
    assert await say(boris, FIND) == SEARCH
    assert await say(anna, FIND) == SEARCH  # he has not said who he is
    assert await say(tom, "Find a partner") == "Looking for a partner…"  # and he speaks another language
    assert await say(boris, CANCEL) == CANCELLED
    await wish(boris, "Я: не указано", "Я: мужчина")
    await like(boris, "кино", "музыка", "учёба")
    assert await say(boris, FIND) == f"{FOUND}\nОбщее: музыка, кино"
    await until_told(anna, f"{FOUND}\nОбщее: музыка, кино")


async def wish(person: Person, *labels: str) -> None:
    """Tap on until the last label is shown."""
    await say(person, SETTINGS)
    for label, shown in pairwise(labels):
        person.press(label)
        await until(person, lambda wanted=shown: wanted in shown_by(person))
    person.press("Готово")
    await until(person, lambda: shown_by(person) == [])


async def like(person: Person, *topics: str) -> None:
    """Choose these."""
    await say(person, SETTINGS)
    person.press("Интересы: 0")
    for number, topic in enumerate(topics, 1):
        await until(person, lambda wanted=topic: wanted in shown_by(person))
        person.press(topic)
        await until(person, lambda wanted=number: sum(text.startswith("✅") for text in shown_by(person)) == wanted)
    person.press("Назад")
    await until(person, lambda: f"Интересы: {len(topics)}" in shown_by(person))


def shown_by(person: Person) -> list[str]:
    """The inline buttons of the newest screen."""
    screen = next(one for one in reversed(person.messages) if one.get("text") == "Настройки" and "from" in one)
    rows = screen.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]
