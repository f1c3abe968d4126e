"""Chaos: processes are killed, stopped and paused, commits cut off, the server crashes, and every tap counts once."""

from __future__ import annotations

import asyncio
import random
import sys
from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests.postgres.cutting import cutting
from tests.postgres.test_standby import GO_ON, PAUSE, Rush
from tests.stories.harness import set_up, sign_up

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.postgres.server import Server
    from tests.stories.launcher import Bot

DEEDS = 8


class Chaos:
    """Two processes at a time, what befalls them, and a server behind a way that is cut."""

    def __init__(self, seed: int, new_bot: NewBot, url: str) -> None:
        self.dice = random.Random(seed)
        self._new_bot, self._url = new_bot, url
        self.bots: list[Bot] = []

    async def start(self) -> Bot:
        """One more."""
        bot = self._new_bot(DATABASE_URL=self._url)
        self.bots.append(bot)
        await bot.start()
        return bot

    async def befall(self, server: Server) -> None:
        """One deed, and there are two again."""
        bot = self.dice.choice(self.bots)
        deed = self.dice.choice(("kill", "stop", "pause", "crash"))
        if deed == "crash":
            await server.stop()
            await asyncio.sleep(self.dice.random())
            await server.start()
            return
        if deed == "pause" and sys.platform != "win32":
            bot.signal(PAUSE)
            await asyncio.sleep(self.dice.uniform(0.5, 9))
            bot.signal(GO_ON)
            return
        self.bots.remove(bot)
        if deed == "stop":
            assert await bot.stop() == 0, bot.output
        else:
            await bot.kill()
        await self.start()


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2))
async def test_every_tap_counts_once(new_bot: NewBot, telegram: Telegram, own: Server, seed: int) -> None:
    """And nobody is ever told a higher number than he has tapped."""
    url = await own.empty()
    async with cutting(own.port) as (proxy, port):
        chaos = Chaos(seed, new_bot, url.replace(str(own.port), str(port)))
        await set_up(await chaos.start(), telegram)
        rush = Rush(*[await sign_up(telegram, 1001 + number, "Анна") for number in range(6)])
        await chaos.start()
        proxy.cuts, proxy.spares = 10**6, 7
        rush.begin()
        for _ in range(DEEDS):
            await asyncio.sleep(chaos.dice.random())
            await chaos.befall(own)
        proxy.cuts = 0
        await rush.end()
        for person, taps in rush.taps.items():
            told = [int(text.split()[1]) for text in person.answers if text.startswith("Кликов: ")]
            assert max(told) == taps
        for bot in chaos.bots:
            assert await bot.stop() == 0, bot.output
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT chatid, click FROM users")
    await connection.close()
    assert {row[0]: row[1] for row in rows} == {person.id: taps for person, taps in rush.taps.items()}
