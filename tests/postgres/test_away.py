"""A server that does not answer is waited for: at the start, and under load."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from typing import TYPE_CHECKING
from urllib.error import HTTPError

import pytest

from tests.benchmarks.proc import resident_bytes
from tests.postgres.cutting import cutting
from tests.postgres.test_standby import GENEROUS, Rush
from tests.stories.harness import say, set_up, sign_up
from tests.stories.ports import free_port

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.postgres.server import Server

pytestmark = pytest.mark.long


async def health(port: int) -> tuple[int, str]:
    """The status and the word of /healthz; (0, "") while nobody answers."""

    def look() -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return answer.status, json.load(answer)["status"]
        except HTTPError as error:
            return error.code, json.load(error)["status"]
        except OSError:
            return 0, ""

    return await asyncio.to_thread(look)


async def until(port: int, code: int, word: str) -> None:
    """Wait until /healthz says so."""
    for _ in range(int(GENEROUS * 4)):
        if (said := await health(port)) == (code, word):
            return
        await asyncio.sleep(0.25)
    pytest.fail(f"/healthz says {said}, and not {code} {word}")


async def test_a_server_that_is_away_is_waited_for(new_bot: NewBot, telegram: Telegram, own: Server) -> None:
    """At the start and under load: /healthz says so after ten seconds, and afterwards every tap counts once."""
    url, port, other = await own.empty(), free_port(), free_port()
    await own.stop()
    bot, standby = new_bot(DATABASE_URL=url, METRICS_PORT=str(port)), new_bot(DATABASE_URL=url, PORT=str(other))
    await bot.start()
    await until(port, 503, "starting")
    await own.start()
    await set_up(bot, telegram)
    await until(port, 200, "ok")
    await standby.start()
    await until(other, 200, "standby")
    rush = Rush(*[await sign_up(telegram, number, "Анна") for number in (1001, 1002)])
    rush.begin()
    await asyncio.sleep(0.3)
    await own.stop()
    await until(port, 503, "no database")
    await own.start()
    await rush.end()
    assert sorted([(await health(port))[1], (await health(other))[1]]) == ["ok", "standby"]
    assert await bot.stop() == 0
    assert await standby.stop() == 0


async def test_half_a_minute_without_a_server_costs_neither_memory_nor_a_tap(
    new_bot: NewBot, telegram: Telegram, own: Server
) -> None:
    """Thousands of taps wait at Telegram, and a hundred in the process, which says how it is."""
    port = free_port()
    bot = new_bot(DATABASE_URL=await own.empty(), METRICS_PORT=str(port))
    await set_up(bot, telegram)
    rush = Rush(await sign_up(telegram, 1001, "Анна"))
    rush.begin()
    await is_counting(rush)
    before = resident_bytes(bot.pid)
    await own.stop()
    stopped = time.monotonic()
    for person in rush.people:
        for _ in range(3_000):
            person.send("Клик")
        rush.taps[person] += 3_000
    await until(port, 503, "no database")
    await asyncio.sleep(max(0.0, 30 - (time.monotonic() - stopped)))
    assert await health(port) == (503, "no database")
    assert not resident_bytes(bot.pid) - before > 16e6  # not a number where no system tells it
    await own.start()
    await rush.end()
    await until(port, 200, "ok")
    assert await bot.stop() == 0


async def is_counting(rush: Rush) -> None:
    """Wait for the first answer."""
    for person in rush.people:
        await person.wait(lambda: person.newest.startswith("Кликов: "), GENEROUS)  # noqa: B023


async def test_commits_whose_answers_are_lost_count_once(
    new_bot: NewBot, telegram: Telegram, postgresql: Server
) -> None:
    """Whatever was committed: a sign-up, taps, a group's, a choice, a ban."""
    url = await postgresql.empty()
    async with cutting(postgresql.port) as (proxy, port):
        bot = new_bot(DATABASE_URL=url.replace(str(postgresql.port), str(port)))
        admin = await set_up(bot, telegram)
        proxy.cuts, proxy.spares = 10**6, 2
        anna = await sign_up(telegram, 1001, "Анна")
        for taps in range(1, 4):
            assert await say(anna, "Клик") == f"Кликов: {taps} 🏆"
        assert await say(anna, "/language") == "Выберите язык"
        assert await say(anna, "English") == "The bot speaks English now"
        assert "1001" in await say(admin, "/ban 1001")
        assert "1001" in await say(admin, "/unban 1001")
        assert proxy.done > 5
        proxy.cuts = 0
        assert await say(anna, "Click") == "Clicks: 4 🏆"
        assert await bot.stop() == 0
