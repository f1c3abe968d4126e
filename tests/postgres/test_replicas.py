"""Replicas: Telegram brings the updates to whichever is there, and each counts once."""

from __future__ import annotations

import asyncio
import io
from typing import TYPE_CHECKING, Any

import aiohttp
import asyncpg
import pytest

from runtime.webhook.secret import derived
from tests.postgres.replicas import replicas
from tests.postgres.test_away import health
from tests.postgres.test_standby import Rush, is_told
from tests.stories.harness import PATIENCE, TOKEN, say, set_up, sign_up
from tests.stories.ports import free_port

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.postgres.server import Server

pytestmark = pytest.mark.long


async def test_replicas_serve_together(new_bot: NewBot, telegram: Telegram, database_url: str) -> None:
    """One code sets all of them up, whoever is asked; a rush counts once, one is killed, one stops, none polls."""
    async with replicas(new_bot, telegram, database_url) as three:
        await three.start()
        assert [(await health(port))[1] for port in three.ports] == ["waiting to be set up"] * 3
        codes = {(await bot.wait_line(r"admin ([0-9a-f]{10})\b"))[1] for bot in three.bots}
        assert len(codes) == 1
        admin = await set_up(three.bots[0], telegram)
        for _ in range(4):
            assert (await say(admin, "/top")) == "Игроков пока нет."
        people = [await sign_up(telegram, number, "Анна") for number in (1001, 1002, 1003)]
        rush = Rush(*people)
        rush.begin()
        await asyncio.sleep(0.5)
        await three.bots[0].kill()
        await asyncio.sleep(0.5)
        assert await three.bots[1].stop() == 0
        await asyncio.sleep(0.5)
        await rush.end()
        assert (await health(three.ports[2])) == (200, "ok")
        assert telegram.count("getUpdates") == 0
        await three.stop()


async def test_whoever_polls_ends_where_replicas_run(new_bot: NewBot, telegram: Telegram, database_url: str) -> None:
    """Status 3 and one line, whoever was there first; when the last replica has ended, one may poll again."""
    poller, standby = new_bot(DATABASE_URL=database_url), new_bot(DATABASE_URL=database_url)
    await set_up(poller, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    assert await say(anna, "Клик") == "Кликов: 1 🏆"
    await standby.start()
    await standby.wait_line("Started as @")
    async with replicas(new_bot, telegram, database_url, count=2) as two:
        await two.start()
        for bot in (poller, standby):
            assert await bot.wait() == 3
            assert "Another process is in charge: replicas with a webhook serve this bot" in bot.lines[-1]
        assert await say(anna, "Клик") == "Кликов: 2 🏆"
        await standby.start()
        assert await standby.wait() == 3
        assert await two.bots[0].stop() == 0
        assert await say(anna, "Клик") == "Кликов: 3 🏆"
        await two.stop()
        await poller.start()
        assert await say(anna, "Клик") == "Кликов: 4 🏆"
        assert await poller.stop() == 0


async def test_the_same_update_counts_once(new_bot: NewBot, telegram: Telegram, database_url: str) -> None:
    """Brought to two replicas at once, to one twice, and again as its answer was lost."""
    async with replicas(new_bot, telegram, database_url) as three:
        await three.start()
        await set_up(three.bots[0], telegram)
        anna = await sign_up(telegram, 1001, "Анна")
        for taps in range(1, 13):
            at, other = three.hook(taps % 3), three.hook((taps + taps // 3) % 3)
            if taps % 4:
                telegram.faults.add("webhook", "twice", value=[at, other])
            else:
                telegram.faults.add("webhook", "reset_after")
            anna.send("Клик" if taps % 5 else "/start")
            await telegram.wait(lambda: not telegram.queue_of(), PATIENCE)
        await is_told(anna, "Кликов: 10 🏆")
        await three.stop()


@pytest.mark.parametrize(("seconds", "statuses"), [(0.3, {200, 503}), (9, {503})])
async def test_what_is_in_is_answered_before_the_port_closes(
    new_bot: NewBot, telegram: Telegram, database_url: str, seconds: float, statuses: set[int]
) -> None:
    """A tap that waits for the server when SIGTERM comes is done with or given back, and counts once."""
    async with replicas(new_bot, telegram, database_url, count=1) as one:
        await one.start()
        await set_up(one.bots[0], telegram)
        anna = await sign_up(telegram, 1001, "Анна")
        before = len(telegram.deliveries())
        connection = await asyncpg.connect(database_url)
        await connection.execute("BEGIN")
        await connection.execute("SELECT FROM users FOR UPDATE")
        anna.send("Клик")
        await telegram.wait(lambda: len(telegram.deliveries()) > before, PATIENCE)
        ending = asyncio.create_task(one.bots[0].stop())
        await asyncio.sleep(seconds)
        await connection.close()
        assert await ending == 0, one.bots[0].output
        assert telegram.deliveries()[before].status in statuses
        await one.start()
        await is_told(anna, "Кликов: 1 🏆")
        await one.stop()


async def test_a_server_that_is_away_is_told_of(new_bot: NewBot, telegram: Telegram, own: Server) -> None:
    """503 with a time to come again and nothing else, so no pause doubles; all of it counts afterwards."""
    async with replicas(new_bot, telegram, await own.empty(), count=2) as two:
        await two.start()
        await set_up(two.bots[0], telegram)
        rush = Rush(*[await sign_up(telegram, number, "Анна") for number in (1001, 1002)])
        rush.begin()
        await asyncio.sleep(0.3)
        await own.stop()
        await asyncio.gather(*(two.says(number, 503, "no database") for number in range(2)))
        await telegram.wait(lambda: any(one.status == 503 for one in telegram.deliveries()), 3 * PATIENCE)
        await own.start()
        await rush.end()
        assert {one.status for one in telegram.deliveries() if one.done} == {200, 503}
        for number in range(2):
            await two.says(number, 200, "ok")
        await two.stop()


async def test_strangers(new_bot: NewBot, telegram: Telegram, database_url: str) -> None:
    """They learn nothing and leave nothing, and numbers are shown at another port."""
    async with (
        replicas(new_bot, telegram, database_url, count=1, LOG_LEVEL="DEBUG", PORT=str(port := free_port())) as one,
        aiohttp.ClientSession() as session,
    ):
        await one.start()
        await set_up(one.bots[0], telegram)
        hook, secret = one.hook(0), derived(TOKEN)
        known = {"X-Telegram-Bot-Api-Secret-Token": secret}
        asked: list[tuple[int, str, dict[str, Any]]] = [
            (401, "POST", {"json": {"update_id": 1}}),
            (401, "POST", {"json": {"update_id": 1}, "headers": dict.fromkeys(known, "wrong")}),
            (400, "POST", {"data": b"no JSON", "headers": known}),
            (413, "POST", {"data": io.BytesIO(b" " * (2 << 20)), "headers": known}),
            (405, "GET", {"headers": known}),
        ]
        for status, method, request in asked:
            async with session.request(method, hook, **request) as response:
                assert (response.status, await response.read()) == (status, b"")
        async with session.get(hook.replace("/hook", "/metrics")) as response:
            assert response.status == 404
        async with session.get(f"http://127.0.0.1:{port}/metrics") as response:
            numbers = await response.text()
            assert "clicker_updates_total 1.0" in numbers
            assert 'clicker_strangers_total{status="401"} 2.0' in numbers
        await one.stop()
        assert secret not in one.bots[0].output
        assert TOKEN not in one.bots[0].output
