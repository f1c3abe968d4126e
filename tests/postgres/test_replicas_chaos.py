"""Chaos of replicas: killed, stopped, answers lost, updates brought twice, the server crashes: every tap counts once.

By hand as many as wanted: `REPLICAS_SEEDS=200 python -m pytest tests/postgres/test_replicas_chaos.py -m ''`.
"""

from __future__ import annotations

import asyncio
import os
import random
from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests.postgres.replicas import Replicas, replicas
from tests.postgres.test_standby import GENEROUS, Rush
from tests.stories.harness import set_up, sign_up

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.postgres.server import Server

pytestmark = pytest.mark.long

SEEDS = int(os.environ.get("REPLICAS_SEEDS", "2"))
PEOPLE = 12
DEEDS = ("kill", "kill", "stop", "crash", "twice", "lost", "lost before")


async def befall(dice: random.Random, three: Replicas, telegram: Telegram, server: Server) -> None:
    """One deed; three are there again, or will be."""
    deed = dice.choice(DEEDS)
    if deed == "twice":
        urls = [three.hook(dice.randrange(3)), three.hook(dice.randrange(3))]
        telegram.faults.add("webhook", "twice", value=urls, times=dice.randint(1, 9))
    elif deed == "lost":
        telegram.faults.add("webhook", "reset_after", times=dice.randint(1, 9))
    elif deed == "lost before":
        telegram.faults.add("webhook", "reset_before", times=dice.randint(1, 3))
    elif deed == "crash":
        await server.stop()
        await asyncio.sleep(dice.random())
        await server.start()
    else:
        bot = dice.choice(three.bots)
        if not bot.running:
            return
        if deed == "stop":
            assert await bot.stop() == 0, bot.output
        else:
            await bot.kill()
        await bot.start()


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_every_tap_counts_once(new_bot: NewBot, telegram: Telegram, own: Server, seed: int) -> None:
    """Nobody is ever told a higher number than he has tapped, and the last that he is told is the right one."""
    dice, url = random.Random(seed), await own.empty()
    async with replicas(new_bot, telegram, url) as three:
        await three.start()
        await set_up(three.bots[0], telegram)
        rush = Rush(*[await sign_up(telegram, 1001 + number, "Анна") for number in range(PEOPLE)])
        rush.begin()
        for _ in range(8):
            await asyncio.sleep(dice.uniform(0.5, 1.5))
            await befall(dice, three, telegram, own)
        telegram.faults.clear()
        await rush.end()
        for person, taps in rush.taps.items():
            told = [int(text.split()[1]) for text in person.answers if text.startswith("Кликов: ")]
            assert max(told) == taps
        await telegram.wait(lambda: not telegram.queue_of(), GENEROUS)
        connection = await asyncpg.connect(url)
        rows = await connection.fetch("SELECT chatid, click FROM users")
        await connection.close()
        assert {row[0]: row[1] for row in rows} == {person.id: taps for person, taps in rush.taps.items()}
        await three.stop()


@pytest.mark.parametrize("level", ["read committed", "serializable"])
async def test_the_race(new_bot: NewBot, telegram: Telegram, own: Server, level: str) -> None:
    """The same updates to all three at once: each counts once, however the server isolates transactions."""
    url = await own.empty()
    connection = await asyncpg.connect(url)
    database = url.rsplit("/", 1)[1].partition("?")[0]
    await connection.execute(f"ALTER DATABASE {database} SET default_transaction_isolation TO '{level}'")
    await connection.close()
    async with replicas(new_bot, telegram, url) as three:
        await three.start()
        await set_up(three.bots[0], telegram)
        people = [await sign_up(telegram, 1001 + number, "Анна") for number in range(10)]
        telegram.faults.add("webhook", "twice", value=[three.hook(number) for number in range(3)], times=None)
        for _ in range(20):
            for person in people:
                person.send("Клик")
        await telegram.wait(lambda: not telegram.queue_of(), GENEROUS)
        connection = await asyncpg.connect(url)
        rows = await connection.fetch("SELECT click FROM users")
        await connection.close()
        assert [row[0] for row in rows] == [20] * 10
        await three.stop()
