"""A bot on aiogram's own webhook server, alone and as two replicas behind one address."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from emulator.state.telegram import Telegram
from tests.stories.balancer import balancing
from tests.stories.launcher import TOKEN, Bot
from tests.stories.ports import free_port
from tests.stories.script import START, Script

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from emulator.http.server import Server
    from emulator.state.people import Person
    from tests.stories.launcher import Launcher

PROGRAM = Path(__file__).parent / "libraries" / "aiogram_webhook.py"


@pytest.fixture
def telegram() -> Telegram:
    """In real time, with webhooks on this machine."""
    telegram = Telegram()
    telegram.add_bot(TOKEN)
    telegram.local_webhooks = True
    return telegram


@pytest.fixture
async def replica(programs: Launcher, server: Server, tmp_path: Path) -> AsyncIterator[Callable[[int, int], Bot]]:
    """Makes replicas: at this port, behind that one."""
    replicas: list[Bot] = []

    def make(port: int, front: int) -> Bot:
        env = {"PORT": str(port), "WEBHOOK_URL": f"http://127.0.0.1:{front}/hook", "NAME": f"bot{len(replicas)}"}
        replicas.append(Bot(Script(programs, PROGRAM), server.url, tmp_path / "none.env", **env))
        return replicas[-1]

    yield make
    for each in replicas:
        await each.close()


async def test_aiogram_is_served(telegram: Telegram, replica: Callable[[int, int], Bot]) -> None:
    """Answers that ride in the response, with a button and with a file; a press; what came while it was down."""
    port = free_port()
    bot = replica(port, port)
    anna = telegram.person(1001, first_name="Анна")
    await bot.start()
    await bot.wait_line("^Ready$", START)
    anna.send("/start")
    assert await anna.answer(0) == "Hello, Анна!"
    query = anna.press("Look")
    await telegram.wait(lambda: anna.alert(query))
    assert ((anna.alert(query) or {})["text"], anna.newest) == ("Looked", "You have pressed")
    await bot.kill()
    anna.send("file")
    await telegram.wait(lambda: telegram.deliveries()[-1].error)
    assert len(telegram.queue_of()) == 1
    await bot.start()
    await bot.wait_line("^Ready$", START)
    telegram.clock.advance(60)
    await anna.wait(lambda: anna.messages[-1].get("caption") == "Here you are")
    assert telegram.document(anna.messages[-1]) == b"some words"
    await telegram.wait(lambda: not telegram.queue_of())
    refused = [(call.method, call.description) for call in telegram.calls if call.status >= 400]
    assert set(refused) <= {("setWebhook", "Too Many Requests: retry after 1")}, "all but a restart within a second"
    assert {(call.method, name) for call in telegram.calls for name in call.unknown} == set()


def told(person: Person) -> list[str]:
    """What the person was told, each thing once, in the order in which it came first."""
    return list(dict.fromkeys(answer.partition(": ")[2] for answer in person.answers))


async def test_replicas_behind_one_address(telegram: Telegram, replica: Callable[[int, int], Bot]) -> None:
    """Both are fed; one is killed in the midst, and everybody is answered everything in order."""
    ports = [free_port(), free_port()]
    async with balancing(ports) as front:
        bots = [replica(port, front.port) for port in ports]
        await asyncio.gather(*(bot.start() for bot in bots))
        await asyncio.gather(*(bot.wait_line("^Ready$", START) for bot in bots))
        people = [telegram.person(2000 + number) for number in range(8)]
        for number in range(6):
            for person in people:
                person.send(str(number))
            if number == 3:
                await telegram.wait(lambda: all(len(told(person)) >= 2 for person in people))
                await bots[0].kill()
        await telegram.wait(lambda: not telegram.queue_of())
        await telegram.wait(lambda: all(told(person) == list("012345") for person in people))
        assert {answer.partition(":")[0] for person in people for answer in person.answers} == {"bot0", "bot1"}
