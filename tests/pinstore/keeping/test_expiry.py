"""A timer of the backup chat that deletes messages is told, and the document written afresh before its time is over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stories.harness import ADMIN, PATIENCE, restart, say, set_up, sign_up, until_stored

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot

DAY = 86_400
SHORT = 6
"""Seconds; no client offers as few, and a test that waits for a day takes long."""


def document(admin: Person) -> int:
    """The message that holds the document, 0 if none is pinned."""
    return int((admin.pinned or {}).get("message_id", 0))


async def test_the_timer_is_told_when_it_is_set_at_each_start_and_when_it_is_off(bot: Bot, telegram: Telegram) -> None:
    """Admin and log; a start without a timer has nothing to tell."""
    admin = await set_up(bot, telegram)
    admin.set_auto_delete(DAY)
    assert "через 1 д" in await admin.answer(timeout=PATIENCE)
    await bot.wait_line("Telegram deletes messages of the backup chat after 1 day")
    answers = admin.chat.texts_sent
    await restart(bot)
    assert "через 1 д" in await admin.answer(after=answers, timeout=PATIENCE)
    await bot.wait_line("Telegram deletes messages of the backup chat after 1 day")
    admin.set_auto_delete(0)
    assert (await admin.answer(timeout=PATIENCE)).startswith("Автоудаление в этом чате выключено")
    answers = admin.chat.texts_sent
    await restart(bot)
    admin.send("/backup")
    assert (await admin.answer(after=answers, timeout=PATIENCE)).startswith("Сохранено")


async def test_a_timer_that_is_the_default_of_new_chats_is_told_at_the_set_up(bot: Bot, telegram: Telegram) -> None:
    """No line in the chat has said so."""
    telegram.person(ADMIN).chat.auto_delete = DAY
    admin = await set_up(bot, telegram)
    await admin.wait(lambda: "через 1 д" in admin.newest, PATIENCE)


@pytest.mark.long
async def test_a_document_is_written_afresh_before_its_time_is_over(bot: Bot, telegram: Telegram) -> None:
    """Nobody taps, and there is a good document at every moment, longer than any message lives."""
    admin = telegram.person(ADMIN)
    admin.chat.auto_delete = SHORT
    await set_up(bot, telegram)
    await say(await sign_up(telegram, 1001, "Анна"), "Клик")
    await until_stored(telegram, {1001: ("Анна", 1)})
    seen = {document(admin)}

    def many() -> bool:
        seen.add(document(admin))
        return len(seen) > 4

    await admin.wait(many, 2 * PATIENCE)
    assert 0 not in seen
    await bot.kill()
    await bot.start()
    await bot.ready()
    await until_stored(telegram, {1001: ("Анна", 1)})


async def test_a_start_gives_the_document_its_whole_time_again(bot: Bot, telegram: Telegram) -> None:
    """How long the bot was away is not for its own clock to say; the figures tell what goes on."""
    admin = telegram.person(ADMIN)
    admin.chat.auto_delete = DAY
    await set_up(bot, telegram)
    old = document(admin)
    assert await bot.stop() == 0
    telegram.clock.advance(DAY * 0.9)
    await bot.start()
    await admin.wait(lambda: document(admin) not in {0, old}, PATIENCE)
    fresh = document(admin)
    telegram.clock.advance(DAY * 0.9)
    await telegram.wait(lambda: old not in admin.chat.messages, PATIENCE)
    assert document(admin) == fresh
    admin.send("/stats")
    await admin.wait(lambda: any("Копии под угрозой" in message.get("caption", "") for message in admin.messages))


async def test_a_document_that_is_gone_is_written_anew(bot: Bot, telegram: Telegram) -> None:
    """It was deleted earlier than the bot had thought; nobody taps."""
    admin = telegram.person(ADMIN)
    await set_up(bot, telegram)
    admin.set_auto_delete(2 * SHORT)
    await admin.answer(timeout=PATIENCE)
    old = document(admin)
    admin.delete(old)
    await admin.wait(lambda: document(admin) not in {0, old}, PATIENCE)


async def test_a_document_of_the_timers_days_does_not_outlive_it_for_nothing(bot: Bot, telegram: Telegram) -> None:
    """The timer is off, and what was sent before is deleted all the same: so it is written once more, for good."""
    admin = telegram.person(ADMIN)
    admin.chat.auto_delete = DAY
    await set_up(bot, telegram)
    await until_pointed(telegram)
    mortal = document(admin)
    assert await bot.stop() == 0
    admin.set_auto_delete(0)
    await bot.start()
    await admin.wait(lambda: document(admin) not in {0, mortal}, PATIENCE)
    fresh = document(admin)
    telegram.clock.advance(2 * DAY)
    await telegram.wait(lambda: mortal not in admin.chat.messages, PATIENCE)
    assert document(admin) == fresh


async def test_a_document_that_the_timer_has_deleted_is_told_by_name(bot: Bot, telegram: Telegram) -> None:
    """The bot was away for too long: nothing is served, nothing is begun over it, and the line says why."""
    admin = telegram.person(ADMIN)
    admin.chat.auto_delete = DAY
    await set_up(bot, telegram, HISTORY="0h 0d")
    await until_pointed(telegram)
    assert await bot.stop() == 0
    telegram.clock.advance(2 * DAY)
    await telegram.wait(lambda: document(admin) == 0, PATIENCE)
    await bot.start()
    await bot.wait_line("Nothing is served.*Telegram deletes messages of the backup chat after 1 day")
    await admin.wait(lambda: admin.newest.startswith("Таблица не восстановлена"), PATIENCE)
    anna = telegram.person(1001, first_name="Анна")
    anna.send("/start")
    assert anna.answers == []


async def until_pointed(telegram: Telegram) -> None:
    """The place and the time of the document are kept at Telegram."""

    def is_noted() -> bool:
        return any(line["command"] == "expires" for lines in telegram.bot().commands.values() for line in lines)

    await telegram.wait(is_noted, PATIENCE)
