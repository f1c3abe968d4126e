"""Bots on other libraries, each a process of its own, play against the local Telegram as against the real one."""

from __future__ import annotations

import os
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from emulator import Process, Telegram, serve
from tests.stories.environment import foreign
from tests.stories.script import START

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from emulator.http.server import Server
    from emulator.state.people import Person

pytestmark = pytest.mark.long

FOLDER = Path(__file__).parent / "libraries"
TOKENS = {"python_telegram_bot": "43:OTHER", "pytelegrambotapi": "44:ANOTHER"}

library = pytest.mark.parametrize("library", TOKENS)


@pytest.fixture
def telegram() -> Telegram:
    """A Telegram in real time; without flood limits, as these bots do not wait and ask again."""
    return Telegram()


@pytest.fixture
async def server(telegram: Telegram) -> AsyncIterator[Server]:
    """It over HTTP."""
    async with serve(telegram) as server:
        yield server


@asynccontextmanager
async def running(library: str, server: Server, telegram: Telegram) -> AsyncIterator[Process]:
    """The program of this library, ready to play."""
    env = {**foreign(os.environ), "BOT_API_URL": server.url, "BOT_TOKEN": TOKENS[library]}
    process = Process([sys.executable, str(FOLDER / f"{library}.py")], env, changes=telegram.changed)
    try:
        await process.start()
        await process.wait_line("^Ready$", START)
        yield process
    finally:
        if process.running:
            await process.kill()


def anna(telegram: Telegram, library: str) -> Person:
    """Anna in a chat with the bot of this library, which she has started."""
    bot = telegram.add_bot(TOKENS[library], username=f"{library}_bot", name="Counter")
    person = telegram.person(1001, bot=bot, first_name="Анна")
    person.send("/start")
    return person


@library
async def test_it_plays(library: str, telegram: Telegram, server: Server) -> None:
    """Command, reply keyboard, inline button, edit, alert, HTML, file: each as the library's user expects it."""
    person = anna(telegram, library)
    async with running(library, server, telegram):
        assert await person.answer(0) == "Hello, Анна!"
        assert person.keyboard == [["Tap", "About"]]
        assert [line["command"] for line in person.commands] == ["start"]
        person.tap("Tap")
        assert await person.answer() == "Taps: 1"
        query = person.press("Undo")
        await person.wait(lambda: person.newest == "Taps: 0")
        assert (person.alert(query) or {})["text"] == "Undone"
        person.tap("About")
        assert await person.answer() == "A bold bot & more"
        assert person.messages[-1]["entities"] == [{"type": "bold", "offset": 2, "length": 4}]
        person.send_file("note.txt", b"some words")
        await person.wait(lambda: person.messages[-1].get("caption"))
        assert telegram.document(person.messages[-1]) == b"SOME WORDS"
    assert [(call.method, call.description) for call in telegram.calls if call.status >= 400] == []
    assert {(call.method, name) for call in telegram.calls for name in call.unknown} == set()


@library
async def test_it_gets_what_came_while_it_was_down(library: str, telegram: Telegram, server: Server) -> None:
    """What is confirmed is gone, what is not is delivered to the next run."""
    person = anna(telegram, library)
    async with running(library, server, telegram) as process:
        assert await person.answer(0) == "Hello, Анна!"
        await telegram.wait(lambda: not telegram.queue_of())
        await process.kill()
        person.tap("Tap")
        assert [update["message"]["text"] for update in telegram.queue_of()] == ["Tap"]
    async with running(library, server, telegram):
        assert await person.answer() == "Taps: 1"


async def test_two_bots_live_in_one_telegram(telegram: Telegram, server: Server) -> None:
    """Each has its own chat with the same person, its own queue and its own numbers of messages."""
    first, second = (anna(telegram, name) for name in TOKENS)
    names = list(TOKENS)
    async with running(names[0], server, telegram), running(names[1], server, telegram):
        for person in first, second:
            assert await person.answer(0) == "Hello, Анна!"
        first.tap("Tap")
        assert await first.answer() == "Taps: 1"
        assert second.answers == ["Hello, Анна!"]
