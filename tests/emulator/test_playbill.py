"""Several bots on one page: each is chosen by name, and what the page asks for is asked of that one."""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import orjson
import pytest

from bots import BOTS
from emulator.http.server import serve
from emulator.page import playbill as rooms
from emulator.page.control import routes
from emulator.page.playbill import Playbill
from emulator.page.process import Process
from emulator.page.scene import Scene
from emulator.state.clock import Clock
from emulator.state.telegram import Telegram
from scenes import CASTS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

IDLE = [sys.executable, "-c", "import time; time.sleep(600)"]


@asynccontextmanager
async def page(**about: Any) -> AsyncIterator[tuple[Playbill, str, aiohttp.ClientSession]]:
    """A clicker and a shop, neither of which has begun."""
    telegram = Telegram(Clock())
    scenes = {}
    for number, name in enumerate(("clicker", "shop")):
        bot = telegram.add_bot(f"{42 + number}:TEST", username=f"{name}_bot", name=name)
        scenes[name] = Scene(telegram, bot, telegram.person(1001 + number, bot=bot), Process(IDLE), clock=True)

    async def start(name: str) -> None:
        process = scenes[name].process
        assert process is not None
        await process.start()

    bill = Playbill(scenes, start, **about)
    async with serve(telegram, extra=routes(bill)) as server, aiohttp.ClientSession() as session:
        yield bill, server.url, session
        bill.close()
        for process in (scene.process for scene in scenes.values()):
            if process is not None and process.running:
                await process.kill()


async def post(session: aiohttp.ClientSession, address: str, **body: Any) -> int:
    """The status of what was asked for."""
    async with session.post(address, json=body) as response:
        return response.status


def test_the_page_knows_every_bot() -> None:
    """One that is written has its scene."""
    assert CASTS.keys() == BOTS.keys()


async def test_a_bot_that_is_chosen_starts_once() -> None:
    """Choosing it again changes nothing, and one that was killed stays so until somebody starts it."""
    async with page() as (bill, url, session):
        for _ in range(2):
            assert await post(session, f"{url}/bots/shop") == 200
        process = bill.scenes["shop"].process
        assert process is not None
        assert process.running
        assert await post(session, f"{url}/process/kill?bot=shop") == 200
        assert await post(session, f"{url}/bots/shop") == 200
        assert process.state == "killed"
        assert await post(session, f"{url}/bots/casino") == 404


async def test_people_belong_to_their_bot() -> None:
    """Events show the people of the bot that is asked for, and nobody acts in another one's chat."""
    async with page() as (bill, url, session):
        assert await post(session, f"{url}/people/1002/send?bot=shop", text="hi") == 200
        assert await post(session, f"{url}/people/1002/send", text="hi") == 404
        assert bill.telegram.queue_of(bill.scenes["clicker"].bot) == []
        async with session.get(f"{url}/events?bot=shop") as events:
            line = await events.content.readline()
        shown = orjson.loads(line[6:])["set"]
        assert [bot["bot"] for bot in shown["bots"]] == ["clicker", "shop"]
        assert {key for key in shown if key.startswith("chat/")} == {"chat/1002"}


async def test_a_bot_that_nobody_looks_at_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends while another one is looked at, and plays again when it is chosen."""
    monkeypatch.setattr(rooms, "REST", 0.05)
    async with page() as (bill, _, _session):
        for name in bill.scenes:
            await bill.choose(name)
        process, other = (bill.scenes[name].process for name in ("shop", "clicker"))
        assert process is not None
        assert other is not None
        with bill.watched("clicker"):
            await process.changes.until(lambda: not process.running, 30, "the shop has not ended")
            assert other.running
            await bill.choose("shop")
            assert process.running


async def test_the_time_goes_forward_for_telegram_and_the_bots() -> None:
    """Never back, and the bots' processes are told."""
    told: list[float] = []
    async with page(moved=told.append) as (bill, url, session):
        before = bill.telegram.clock.now()
        assert await post(session, f"{url}/clock", seconds=3600) == 200
        assert bill.telegram.clock.now() >= before + 3600
        assert await post(session, f"{url}/clock", seconds=-1) == 400
        assert told == [3600]
