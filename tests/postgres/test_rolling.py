"""A deploy without a gap: this version and the next side by side over tables that have grown meanwhile."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

import asyncpg
import pytest

from pinstore.postgres.dialect import columns, index
from tests.bots.clicker.bare import TABLES
from tests.postgres.replicas import replicas
from tests.postgres.test_standby import GENEROUS, Rush
from tests.stories.harness import set_up, sign_up
from tests.stories.launcher import GROUP, ROOT, Bot, Spawned

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.http.server import Server
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot

pytestmark = pytest.mark.long


class Next:
    """Starts the next version."""

    async def start(self, argv: list[str], env: dict[str, str]) -> Spawned:
        """Run it."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.postgres.next_version", *argv),
            env=env,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            creationflags=GROUP,
        )
        assert process.stdout
        return Spawned(process, process.stdout)

    def close(self) -> None:
        """Nothing is kept here."""


def next_bot(url: str, env_file: Path, number: str, **env: str) -> Bot:
    """The next version, or the one after it."""
    return Bot(Next(), url, env_file, **env, NEXT=number)


def test_what_a_table_says_of_each_column_is_found() -> None:
    """By its name, in PostgreSQL's words, with all that stands in brackets; of several columns by its first word."""
    users, _, members, *_ = TABLES
    assert [*columns(users)] == [*users.columns, "standing"]
    assert columns(users)["click"] == "click bigint NOT NULL DEFAULT 0 CHECK (click >= 0)"
    assert columns(users)["standing"].endswith("END) STORED")
    assert columns(members)["UNIQUE"] == "UNIQUE (chat, userid)"
    assert (
        index("CREATE UNIQUE INDEX one ON users (INDEX )") == "CREATE UNIQUE INDEX IF NOT EXISTS one ON users (INDEX )"
    )


async def test_a_deploy_has_no_gap(
    new_bot: NewBot, telegram: Telegram, server: Server, database_url: str, tmp_path: Path
) -> None:
    """Old, next, old again, in a rush; every tap counts once, and one that is too old ends with status 3."""
    old, other = new_bot(DATABASE_URL=database_url), new_bot(DATABASE_URL=database_url)
    newer, newest = (
        next_bot(server.url, tmp_path / "next.env", number, DATABASE_URL=database_url) for number in ("1", "2")
    )
    await set_up(old, telegram)
    rush = Rush(await sign_up(telegram, 1001, "Анна"))
    rush.begin()
    await newer.start()
    await newer.wait_line("Started as @", GENEROUS)
    await asyncio.sleep(0.5)  # the old one counts in tables that have grown
    assert await old.stop() == 0
    await newer.wait_line("Ready: users 1, ", GENEROUS)
    await other.start()
    await other.wait_line("Started as @", GENEROUS)
    await asyncio.sleep(0.5)
    assert await newer.stop() == 0
    await other.wait_line("Ready: users 1, ", GENEROUS)
    await asyncio.sleep(0.5)
    await rush.end()
    connection = await asyncpg.connect(database_url)
    assert await connection.fetchval("SELECT sum(medals) FROM users") == 0
    assert await connection.fetchval("SELECT to_regclass('users_by_medals') IS NOT NULL")
    await connection.close()
    await newest.start()
    assert await other.wait() == 3, other.output
    assert "the schema in the database is version 2, and this program knows 1" in other.lines[-1]
    await newest.wait_line("Ready: users 1, ", GENEROUS)
    await old.start()
    assert await old.wait() == 3, old.output
    assert await newest.stop() == 0


async def test_replicas_of_two_versions_serve_side_by_side(
    new_bot: NewBot, telegram: Telegram, server: Server, database_url: str, tmp_path: Path
) -> None:
    """One of this version and one of the next, in a rush; whoever is older than the schema ends with status 3."""
    async with replicas(new_bot, telegram, database_url, count=2) as two:
        env = {"DATABASE_URL": database_url, "WEBHOOK_URL": two.url, "WEBHOOK_PORT": str(two.ports[1])}
        two.bots[1] = next_bot(server.url, tmp_path / "next.env", "1", **env)
        old, newer = two.bots
        await old.start()
        await two.serves(0)
        await set_up(old, telegram)
        rush = Rush(await sign_up(telegram, 1001, "Анна"))
        rush.begin()
        await newer.start()
        await newer.wait_line("Started as @", GENEROUS)
        await two.serves(1)
        await asyncio.sleep(0.5)  # both count
        await rush.end()
        connection = await asyncpg.connect(database_url)
        assert await connection.fetchval("SELECT sum(medals) FROM users") == 0
        await connection.execute("UPDATE kept SET value = '2' WHERE name = 'schema'")
        await connection.close()
        for bot in two.bots:
            assert await bot.wait() == 3, bot.output
            assert "the schema in the database is version 2, and this program knows 1" in bot.lines[-1]
        await old.start()
        assert await old.wait() == 3, old.output
