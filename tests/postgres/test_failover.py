"""The primary is gone and its standby takes its place: what was acknowledged is there, as it was on both."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.postgres.server import SMALL, postgres
from tests.postgres.test_standby import GENEROUS, Rush
from tests.stories.harness import set_up, sign_up

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.postgres.server import Server

pytestmark = pytest.mark.long

GOOD = "good  durability: a commit is on two machines before it is answered"
WARN = "warn  durability: a commit may be lost with this one machine: there is no synchronous standby"


@pytest.fixture
def standby(own: Server) -> Iterator[Server]:
    """A second server that follows the first one."""
    with postgres(SMALL, own) as server:
        assert server
        yield server


async def until_followed(own: Server) -> None:
    """Have each commit wait for the standby."""
    connection = await own.connect()
    await connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
    await connection.execute("SELECT pg_reload_conf()")
    for _ in range(int(GENEROUS * 10)):
        if await connection.fetchval("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"):
            break
        await asyncio.sleep(0.1)
    else:
        pytest.fail("no standby is synchronous")
    await connection.close()


async def until_copied(standby: Server, database: str) -> None:
    """Have the standby know of a database."""
    connection = await standby.connect()
    for _ in range(int(GENEROUS * 10)):
        if await connection.fetchval("SELECT count(*) FROM pg_database WHERE datname = $1", database):
            break
        await asyncio.sleep(0.1)
    else:
        pytest.fail(f"the standby has no {database}")
    await connection.close()


async def test_nothing_acknowledged_is_missing_after_a_failover(
    new_bot: NewBot, telegram: Telegram, own: Server, standby: Server
) -> None:
    """The bot finds the host that can be written to, and goes on by itself; each tap counts once."""
    here = await own.empty()
    await until_copied(standby, urlsplit(here).path.lstrip("/"))
    url = here.replace("@127.0.0.1:", f"@127.0.0.1:{standby.port},127.0.0.1:")
    bot, look = new_bot(DATABASE_URL=url), new_bot(DATABASE_URL=url)
    await look.start("--check")
    assert await look.wait() == 0, look.output
    assert WARN in look.lines
    await until_followed(own)
    await look.start("--check")
    assert await look.wait() == 0, look.output
    assert GOOD in look.lines
    await set_up(bot, telegram)
    rush = Rush(*[await sign_up(telegram, number, "Анна") for number in (1001, 1002)])
    rush.begin()
    await asyncio.sleep(1)
    told = [person.newest for person in rush.people]
    await own.stop()
    await asyncio.sleep(0.5)
    await standby.promote()
    for person, text in zip(rush.people, told, strict=True):
        await person.wait(lambda: person.newest != text, GENEROUS)  # noqa: B023
    await rush.end()
    assert await bot.stop() == 0, bot.output
    connection = await asyncpg.connect(here.replace(str(own.port), str(standby.port)))
    rows = await connection.fetch("SELECT chatid, click FROM users")
    await connection.close()
    assert {row[0]: row[1] for row in rows} == {person.id: taps for person, taps in rush.taps.items()}
    for person, taps in rush.taps.items():
        numbers = [int(text.split()[1]) for text in person.answers if text.startswith("Кликов: ")]
        assert max(numbers) == taps
