"""`move`, killed at each of its steps: then one side is in charge, and the same command again finishes the work."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from tests.stories.harness import PATIENCE, say, set_up, sign_up, stored

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.postgres.server import Server
    from tests.stories.launcher import Bot

HELD = 1000.0
PEOPLE = {1001: 3, 1002: 3, 1003: 1}
"""Taps; of the first two the first one was there first."""


class Stopping:
    """A way to the server on which nothing is forwarded any more after so many pieces of what a client says."""

    def __init__(self, port: int, pieces: int | None) -> None:
        self._port = port
        self._left = pieces
        self.said = 0
        self.has_stopped = asyncio.Event()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        answers = asyncio.create_task(_pump(there, writer))
        try:
            while said := await reader.read(1 << 16):
                self.said += 1
                if self._left is not None and self.said > self._left:
                    self.has_stopped.set()
                    continue
                back.write(said)
                await back.drain()
        finally:
            answers.cancel()
            for end in (back, writer):
                end.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while said := await reader.read(1 << 16):
        writer.write(said)
        await writer.drain()


@asynccontextmanager
async def stopping(server: Server, url: str, pieces: int | None = None) -> AsyncIterator[tuple[Stopping, str]]:
    """It, and the DATABASE_URL that leads through it."""
    proxy = Stopping(server.port, pieces)
    listening = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        yield proxy, url.replace(f":{server.port}/", f":{port}/")


class Story:
    """A bot with players, whose tables are moved."""

    def __init__(self, new_bot: NewBot, telegram: Telegram, server: Server, url: str) -> None:
        self._new_bot = new_bot
        self.telegram, self.server, self.url = telegram, server, url
        self.here, self.there = new_bot(), new_bot(DATABASE_URL=url)

    def side(self, name: str) -> Bot:
        """What serves there."""
        return self.there if name == "postgresql" else self.here

    async def begin(self, source: str) -> None:
        """All sorts of rows on one side, whose bot has ended."""
        bot = self.side(source)
        admin = await set_up(bot, self.telegram)
        for number, taps in PEOPLE.items():
            person = await sign_up(self.telegram, number, "Анна")
            for _ in range(taps):
                await say(person, "Клик")
        await say(self.telegram.person(1001), "/language")
        await say(self.telegram.person(1001), "English")
        assert "1003" in await say(admin, "/ban 1003")
        assert await bot.stop() == 0

    async def move(self, target: str, **env: str) -> Bot:
        """The command, begun."""
        command = self._new_bot(None, **{"DATABASE_URL": self.url, **env})
        await command.start("move", target, "--yes")
        return command

    async def finish(self, target: str) -> None:
        """The command, which succeeds."""
        command = await self.move(target)
        assert await command.wait() == 0, command.output

    async def steps(self, target: str) -> dict[str, int]:
        """How many steps of each kind there are, after which it has been moved."""
        before = len(self.telegram.calls)
        async with stopping(self.server, self.url) as (proxy, url):
            command = await self.move(target, DATABASE_URL=url)
            assert await command.wait() == 0, command.output
        return {CALLS: len(self.telegram.calls) - before, SAID: proxy.said}

    async def kill(self, target: str, kind: str, number: int) -> None:
        """Kill it when so many steps are done and the next one has begun."""
        if kind == SAID:
            async with stopping(self.server, self.url, number) as (proxy, url):
                command = await self.move(target, DATABASE_URL=url)
                await until(command, proxy.has_stopped.is_set)
                await command.kill()
        else:
            fault = self.telegram.faults.add("*", "latency", after=number, value=HELD)
            command = await self.move(target)
            await until(command, lambda: fault.hits > 0)
            await command.kill()
            self.telegram.faults.clear()

    async def in_charge(self) -> list[str]:
        """Which sides serve; the others end with status 3."""
        found = []
        for name in ("telegram", "postgresql"):
            bot = self.side(name)
            await bot.start()
            await until(bot, lambda: "Ready: users 3, " in bot.output)  # noqa: B023 - waited for at once
            if not bot.running or bot.has_ended:
                assert await bot.wait() == 3, bot.output
            else:
                found.append(name)
                assert await bot.stop() == 0, bot.output
        return found

    async def rows(self, side: str) -> dict[str, Any]:
        """What is kept there, by table; who came first among equals is an order and no number."""
        names = ("users", "chats", "members", "broadcasts", "hours")
        if side == "telegram":
            document = stored(self.telegram)
            tables = {
                name: [dict(zip(document["tables"][name]["columns"], row, strict=True)) for row in found["rows"]]
                for name, found in document["tables"].items()
            }
        else:
            connection = await asyncpg.connect(self.url)
            tables = {name: [dict(row) for row in await connection.fetch(f"TABLE {name}")] for name in names}
            await connection.close()
        users = sorted(tables["users"], key=lambda row: (-row["click"], row["reached"], row["chatid"]))
        told = ("chatid", "name", "click", "state", "language", "status")
        return {
            "users": [[row[name] for name in told] for row in users],
            **{name: len(rows) for name, rows in tables.items() if name != "hours"},
        }


async def until(bot: Bot, is_so: Callable[[], bool]) -> None:
    """Wait until it is so, or the bot has ended."""
    for _ in range(int(PATIENCE * 100)):
        if is_so() or bot.has_ended:
            return
        await asyncio.sleep(0.03)
    pytest.fail(f"what was waited for has not come:\n{bot.output}")


@pytest.fixture
def story(new_bot: NewBot, telegram: Telegram, postgresql: Server, database_url: str) -> Story:
    """One that has not begun."""
    return Story(new_bot, telegram, postgresql, database_url)


CALLS, SAID = "calls of Telegram", "pieces said to the server"
ROUTES = ("postgresql", "telegram")


@pytest.mark.long
@pytest.mark.parametrize("kind", [CALLS, SAID])
@pytest.mark.parametrize("left", [1, 3, 5, 9])
async def test_a_kill_leaves_one_side_in_charge(story: Story, kind: str, left: int) -> None:
    """There and back, killed so many steps before the end; the other side refuses, and the command again finishes."""
    await story.begin("telegram")
    before = await story.rows("telegram")
    steps = {target: await story.steps(target) for target in ROUTES}
    for target in ROUTES:
        await story.kill(target, kind, max(0, steps[target][kind] - left))
        assert len(await story.in_charge()) == 1, f"{target}: {steps}"
        await story.finish(target)
        assert await story.in_charge() == [target]
        assert await story.rows(target) == before
