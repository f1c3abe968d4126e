"""What players see: each row of the clicker's table is a story."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.harness import restart, say, set_up, sign_up, stored, until_stored

if TYPE_CHECKING:
    from clicker.emulator.telegram import Telegram
    from tests.harness import Bot


async def test_a_tap_counts_and_survives(bot: Bot, telegram: Telegram) -> None:
    """A click is answered with the number, stored, and there after a restart."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    assert await say(anna, "Клик") == "Кликов: 1 🏆"
    await until_stored(telegram, {1001: ("Анна", 1)})
    await restart(bot)
    assert await say(anna, "Клик") == "Кликов: 2 🏆"
    assert await bot.stop() == 0
    assert stored(telegram)["owner"] is None
