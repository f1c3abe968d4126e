"""`move`: all tables from Telegram to a server and back, while people tap; killed at each step, and told off."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from tests.postgres.test_standby import Rush
from tests.stories.harness import ADMIN, say, set_up, sign_up, stored

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.launcher import Bot

TABLES = ("users", "chats", "members", "hours", "broadcasts")


async def run(bot: Bot, *arguments: str) -> tuple[int, str]:
    """A command beside the bot; its status and the last line of its output."""
    await bot.start(*arguments)
    return await bot.wait(), bot.lines[-1] if bot.lines else ""


async def move(new_bot: NewBot, side: str, url: str) -> None:
    """Move, which has to succeed."""
    command = new_bot(DATABASE_URL=url)
    status, line = await run(command, "move", side, "--yes")
    assert status == 0, command.output
    assert line.startswith("The tables are in ")


async def test_everything_moves_there_and_back_in_a_rush(
    new_bot: NewBot, telegram: Telegram, database_url: str
) -> None:
    """Whoever runs ends with status 3; every tap counts once, whenever it came."""
    here, there = new_bot(), new_bot(DATABASE_URL=database_url)
    admin = await set_up(here, telegram)
    people = [await sign_up(telegram, number, "Анна") for number in (1001, 1002, 1003)]
    await say(people[0], "/language")
    await say(people[0], "Русский")
    assert "1003" in await say(admin, "/ban 1003")
    rush = Rush(*people[:2])
    rush.begin()
    await asyncio.sleep(0.3)
    await move(new_bot, "postgresql", database_url)
    assert await here.wait() == 3, here.output
    assert (await run(here))[1].endswith(": set DATABASE_URL.")
    assert here.status == 3
    await there.start()
    await there.wait_line("Ready: users 3, ")
    await asyncio.sleep(0.3)
    assert "1003" in await say(admin, "/unban 1003")
    await move(new_bot, "telegram", database_url)
    assert await there.wait() == 3, there.output
    assert (await run(there))[1].endswith(": unset DATABASE_URL.")
    assert there.status == 3
    await here.start()
    await here.wait_line("Ready: users 3, ")
    await asyncio.sleep(0.3)
    await rush.end()
    assert await here.stop() == 0
    assert stored(telegram)["version"] == 1
