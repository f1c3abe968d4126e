"""What every story needs of a bot whose tables are on a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.stories.harness import ADMIN, PATIENCE

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Bot


async def appointed(bot: Bot, telegram: Telegram, **env: str) -> Person:
    """Start a fresh bot if it does not run and let ADMIN be its admin."""
    if not bot.running:
        await bot.start(**env)
    code = (await bot.wait_line(r"admin ([0-9a-f]{10})\b"))[1]
    admin = telegram.person(ADMIN, first_name="Админ")
    admin.send(f"admin {code}")
    await admin.wait(lambda: "PostgreSQL" in admin.newest, PATIENCE)
    return admin
