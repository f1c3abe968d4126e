"""The clicker with its tables in PostgreSQL, as its players and its admin see it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.stories.harness import PATIENCE, say, set_up, shown, sign_up

if TYPE_CHECKING:
    from emulator.state.people import Person
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


async def test_the_admin_is_told_what_is_done_instead_of_copies(
    new_bot: NewBot, telegram: Telegram, database_url: str
) -> None:
    """In one sentence each; figures and exports are as they were, and an export is good for a bot in memory."""
    bot = new_bot(DATABASE_URL=database_url)
    admin = await set_up(bot, telegram)
    assert "admin_id = 1" in admin.answers
    anna = await sign_up(telegram, 1001, "Анна")
    assert await say(anna, "Клик") == "Кликов: 1 🏆"
    for asked in ("/backup", "/backups", "admin"):
        assert (await say(admin, asked)).startswith("Таблицы лежат в PostgreSQL: резервные копии делаются там")
    assert (await say(admin, "/drill")).startswith("Таблицы лежат в PostgreSQL: резервную копию проверяют")
    admin.send_file("backup.json", b"{}")
    assert (await admin.answer(timeout=PATIENCE)).startswith("Таблицы лежат в PostgreSQL: копию восстанавливают")
    admin.send("/stats")
    figures = await admin.wait(lambda: caption(admin, "Игроков: 1"), PATIENCE)
    assert "Таблицы: PostgreSQL" in figures
    assert "поколение" not in figures
    admin.send("/export json")
    await admin.wait(lambda: caption(admin, "Выгрузка"), PATIENCE)
    users = json.loads(telegram.document(shown(admin, "Выгрузка")))["tables"]["users"]
    row = dict(zip(users["columns"], users["rows"][0], strict=True))
    assert (row["chatid"], row["click"], row["reached"]) == (1001, 1, 1)


def caption(admin: Person, part: str) -> str:
    """Below a picture or a file, with this in it; "" while there is none."""
    return next((m["caption"] for m in reversed(admin.messages) if part in m.get("caption", "")), "")
