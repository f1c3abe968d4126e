"""A broadcast of replicas: it goes on in another one, once to each, and obeys from any."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.postgres.replicas import Replicas, replicas
from tests.postgres.test_standby import GENEROUS
from tests.stories.announcing import PAUSE, RESUME, broadcast, copies, crowd, press, read
from tests.stories.harness import set_up

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.launcher import Bot

pytestmark = pytest.mark.long


async def sender(three: Replicas) -> Bot:
    """Whichever sends it now."""
    for _ in range(int(GENEROUS * 10)):
        on_duty = [bot for bot in three.bots if bot.running and any("does now what one" in line for line in bot.lines)]
        if on_duty:
            return on_duty[-1]
        await asyncio.sleep(0.1)
    pytest.fail("no replica has taken over")


async def test_a_broadcast_outlives_its_replicas(new_bot: NewBot, telegram: Telegram, database_url: str) -> None:
    """Killed three times: everybody gets it once. The pause and its end may come to any of them."""
    async with replicas(new_bot, telegram, database_url, MESSAGES_PER_SECOND="34") as three:
        await three.start()
        admin = await set_up(three.bots[0], telegram)
        people = await crowd(telegram, 200)
        await broadcast(admin)
        for kill in range(1, 4):
            await telegram.wait(lambda: sum(copies(people)) >= 40 * kill, GENEROUS)  # noqa: B023
            killed = await sender(three)
            await killed.kill()
            await sender(three)
            await killed.start()
            await three.serves(three.bots.index(killed))
        assert await press(admin, PAUSE) == "Рассылка на паузе."
        await read(admin, "Рассылка на паузе")
        paused = sum(copies(people))
        await asyncio.sleep(1.5)
        assert sum(copies(people)) == paused < 200
        assert await press(admin, RESUME) == "Рассылка продолжается."
        assert await read(admin, "Рассылка завершена") == "Рассылка завершена. Отправлено: 200 из 200."
        assert copies(people) == [1] * 200
        await three.stop()
