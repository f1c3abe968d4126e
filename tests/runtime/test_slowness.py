"""A slow way to Telegram: calls take six seconds, as through a far proxy or by a satellite. Nothing gives up."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tests.stories.harness import set_up, sign_up, until_stored

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot

pytestmark = pytest.mark.long

SLOW = 6.0
WHOLE = 240.0
"""Seconds that a start may take which makes a dozen slow calls one after the other; a guard only."""

NOTES = ("getMe", "deleteWebhook", "getMyCommands", "setMyCommands", "getUpdates", "sendMessage")
CHAT = ("getChat", "forwardMessage", "getFile", "download", "deleteMessage", "editMessageCaption", "editMessageMedia")


def slow_down(telegram: Telegram, *methods: str) -> None:
    """Each call of these takes so long from now on."""
    for method in methods:
        telegram.faults.add(method, "latency", times=None, value=SLOW)


@pytest.mark.parametrize("methods", [NOTES, CHAT], ids=["the bot", "the backup chat"])
async def test_the_bot_starts_counts_and_stops(bot: Bot, telegram: Telegram, methods: tuple[str, ...]) -> None:
    """From the token alone to a tap that is stored; a stop takes less than ten seconds, whether it stores or not."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    assert await bot.stop() == 0
    slow_down(telegram, *methods)
    await bot.start()
    await bot.wait_line("Ready: ", WHOLE)
    anna.send("Клик")
    assert await anna.answer(timeout=WHOLE) == "Кликов: 1 🏆"
    asked = time.monotonic()
    await bot.stop()
    assert time.monotonic() - asked < 10
    assert "is repeated" not in bot.output
    assert "could not be" not in bot.output


async def test_a_quiet_poll_is_given_its_time(bot: Bot, telegram: Telegram) -> None:
    """Twenty seconds of waiting and the slow way back: the poll does not fail."""
    await set_up(bot, telegram)
    slow_down(telegram, "getUpdates")
    begun = telegram.clock.now()

    def answered() -> bool:
        return any(call.at > begun and call.params.get("timeout") == "20" and call.status for call in telegram.calls)

    await telegram.wait(answered, WHOLE)
    assert await bot.stop() == 0
    assert "Failed to fetch updates" not in bot.output
