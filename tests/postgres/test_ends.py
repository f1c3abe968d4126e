"""How a bot with DATABASE_URL ends that may not go on: a status and one line, in which no password is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests.stories.harness import say, set_up, sign_up

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.postgres.server import Server

SECRET = "t0p-s3cret-word"


def where(url: str, change: str) -> str:
    """The address with a password, and with what is wrong."""
    url = url.replace("//postgres@", f"//postgres:{SECRET}@")
    return url.replace("postgresql:", change) if change.endswith(":") else url.replace("/empty", change)


@pytest.mark.parametrize(
    ("change", "arguments", "env", "status", "line"),
    [
        ("mysql:", (), {}, 2, "DATABASE_URL is wrong: expected the address of a PostgreSQL server"),
        ("/nowhere", (), {}, 1, "The database refused this program"),
        ("/empty", (), {"BOT": "roulette"}, 2, "DATABASE_URL is set, and roulette keeps its tables in Telegram alone"),
        ("/empty", ("backups",), {}, 1, "`backups` is for copies in Telegram"),
        ("/empty", ("restore", "3", "--yes"), {}, 1, "`restore` is for copies in Telegram"),
    ],
)
async def test_it_ends_with_one_line(
    new_bot: NewBot,
    database_url: str,
    change: str,
    arguments: tuple[str, ...],
    env: dict[str, str],
    status: int,
    line: str,
) -> None:
    """The last one of the output says why."""
    bot = new_bot(None, DATABASE_URL=where(database_url, change), **env)
    await bot.start(*arguments)
    assert await bot.wait() == status, bot.output
    assert bot.lines[-1].startswith(line)
    assert SECRET not in bot.output


async def test_a_wrong_password_ends_with_one_line(new_bot: NewBot, postgresql: Server, database_url: str) -> None:
    """Status 1, and neither the right one nor the wrong one is told; with the right one it runs."""
    await postgresql.lock("keeper", SECRET)
    wrong = f"{SECRET}s"
    for password, arguments, status in ((wrong, (), 1), (wrong, ("--check",), 1), (SECRET, ("--check",), 0)):
        url = database_url.replace("//postgres@", f"//keeper:{password}@")
        bot = new_bot(None, DATABASE_URL=url)
        await bot.start(*arguments)
        assert await bot.wait() == status, bot.output
        assert SECRET not in bot.output
        assert status == 0 or "password authentication failed" in bot.output
        assert status == 0 or arguments or bot.lines[-1].startswith("The database refused this program")


async def test_a_newer_program_is_in_charge(new_bot: NewBot, database_url: str) -> None:
    """Status 3, and `--check` says so as well; before the tables are there it says that they will be."""
    bot = new_bot(None, DATABASE_URL=database_url)
    await bot.start("--check")
    assert await bot.wait() == 0, bot.output
    assert [line.split(":")[0].split() for line in bot.lines] == [
        ["good", "token"],
        ["good", "webhook"],
        ["good", "database"],
        ["good", "schema"],
        ["good", "in", "charge"],
        ["warn", "durability"],
    ]
    await bot.start()
    await bot.ready()
    assert await bot.stop() == 0
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE kept SET value = '9' WHERE name = 'schema'")
    await connection.close()
    await bot.start()
    assert await bot.wait() == 3
    assert bot.lines[-1].startswith("Another program is in charge: the schema in the database is version 9")
    await bot.start("--check")
    assert await bot.wait() == 1
    assert "BAD   schema: version 9, and this program knows 1: run the newer one" in bot.lines


async def test_tables_in_telegram_are_not_begun_anew(new_bot: NewBot, telegram: Telegram, database_url: str) -> None:
    """Status 3 and a line that says where they are; without DATABASE_URL they are served as before."""
    before = new_bot(None)
    await set_up(before, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    assert await say(anna, "Клик") == "Кликов: 1 🏆"
    assert await before.stop() == 0
    bot = new_bot(None, DATABASE_URL=database_url)
    await bot.start()
    assert await bot.wait() == 3, bot.output
    assert bot.lines[-1].startswith("DATABASE_URL is set, but the tables of this bot are in Telegram (chat 1, message ")
    await bot.start("--check")
    assert await bot.wait() == 1, bot.output
    assert any(line.startswith("BAD   in charge: DATABASE_URL is set, but the tables of") for line in bot.lines)
    await bot.start()
    assert await bot.wait() == 3, "the first start has begun them"
    await before.start()
    assert await say(anna, "Клик") == "Кликов: 2 🏆"
