"""Replicas of one bot behind a balancer, to which the local Telegram brings the updates."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.postgres.test_away import health
from tests.postgres.test_standby import GENEROUS
from tests.stories.balancer import balancing
from tests.stories.ports import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.launcher import Bot

PATH = "/hook"


class Replicas:
    """Some of them, each at a port of its own; `url` is that of the balancer."""

    def __init__(self, bots: list[Bot], ports: list[int], url: str) -> None:
        self.bots, self.ports, self.url = bots, ports, url

    def hook(self, number: int) -> str:
        """Where one of them is reached past the balancer."""
        return f"http://127.0.0.1:{self.ports[number]}{PATH}"

    async def start(self) -> None:
        """All of them; they serve."""
        await asyncio.gather(*(bot.start() for bot in self.bots))
        await asyncio.gather(*(self.serves(number) for number in range(len(self.bots))))

    async def serves(self, number: int) -> None:
        """Wait until one says that it does."""
        await self.says(number, 200)

    async def says(self, number: int, code: int, word: str = "") -> None:
        """Wait until one says so at the port where it receives."""
        said: tuple[int, str] = 0, ""
        for _ in range(int(GENEROUS * 20)):
            said = await health(self.ports[number])
            if said[0] == code and word in said[1]:
                return
            await asyncio.sleep(0.05)
        pytest.fail(f"replica {number} says {said}, and not {code} {word}:\n{self.bots[number].output}")

    async def stop(self) -> None:
        """All end well."""
        for bot in self.bots:
            if bot.running:
                assert await bot.stop() == 0, bot.output


@asynccontextmanager
async def replicas(
    new_bot: NewBot, telegram: Telegram, database_url: str, count: int = 3, **env: str
) -> AsyncIterator[Replicas]:
    """Bots that are not started yet."""
    telegram.local_webhooks = True
    ports = [free_port() for _ in range(count)]
    async with balancing(ports) as balancer:
        url = f"http://127.0.0.1:{balancer.port}{PATH}"
        common = {"DATABASE_URL": database_url, "WEBHOOK_URL": url, **env}
        yield Replicas([new_bot(None, **common, WEBHOOK_PORT=str(port)) for port in ports], ports, url)
