"""The clicker with its tables in PostgreSQL, as its players and its admin see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.stories.harness import PATIENCE, say, set_up, sign_up

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot


async def test_a_bot_on_a_server_plays_as_any_other(new_bot: NewBot, telegram: Telegram, database_url: str) -> None:
    """Set up by the code, killed and started again: every tap counts once, and the admin is remembered."""
    bot = new_bot(DATABASE_URL=database_url)
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    for _ in range(5):
        anna.send("Клик")
    await anna.wait(lambda: anna.newest == "Кликов: 5 🏆", PATIENCE)
    await bot.kill()
    anna.send("Клик")
    await bot.start()
    await anna.wait(lambda: anna.newest == "Кликов: 6 🏆", PATIENCE)
    assert await say(anna, "Рейтинг") == "Всего: 1\n1: Анна - 6🏆"
    assert await say(admin, "/top") == "1: Анна - 6🏆 (id 1001)"
    assert await bot.stop() == 0
