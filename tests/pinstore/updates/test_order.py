"""The order of what one person does while the polls catch up."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from aiogram import Bot, Dispatcher
from aiogram.fsm.storage.base import StorageKey
from aiogram.fsm.storage.memory import SimpleEventIsolation

from pinstore import Listener, Store, Table
from pinstore.keeping.schedule import Schedule
from pinstore.memory.database import Database
from pinstore.updates.order import InOrder
from pinstore.updates.window import Window
from tests.stories.launcher import TOKEN

ANNA = StorageKey(bot_id=42, chat_id=1001, user_id=1001)
BORIS = replace(ANNA, chat_id=1002, user_id=1002)
NOTES = Table("CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT NOT NULL)")


class Desk:
    """Handlers that each wait for a word, and what has begun so far."""

    def __init__(self, *, caught_up: bool = False) -> None:
        self.window = Window(Database([NOTES]), Schedule(1, exact=True), Listener(), exact=True)
        self.window.has_caught_up = caught_up
        self.isolation = InOrder(self.window)
        self.begun: list[str] = []
        self.words: dict[str, asyncio.Event] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def handle(self, key: StorageKey, name: str) -> None:
        """Begin one more, as far as it gets."""
        self.words[name] = asyncio.Event()
        self._tasks.append(asyncio.create_task(self._handle(key, name)))
        await self.rest()

    async def _handle(self, key: StorageKey, name: str) -> None:
        async with self.isolation.lock(key):
            self.begun.append(name)
            await self.words[name].wait()

    async def end(self, name: str) -> None:
        """Let one end."""
        self.words[name].set()
        await self.rest()

    async def rest(self) -> None:
        """Let all run until they wait."""
        for _ in range(5):
            await asyncio.sleep(0)


async def test_what_waited_at_the_start_is_handled_in_order() -> None:
    """One person's updates one after the other, another person's beside them."""
    desk = Desk()
    for key, name in (ANNA, "first"), (ANNA, "second"), (BORIS, "other"), (ANNA, "third"):
        await desk.handle(key, name)
    assert desk.begun == ["first", "other"]
    await desk.end("first")
    await desk.end("second")
    assert desk.begun == ["first", "other", "second", "third"]


async def test_nobody_overtakes_what_waited() -> None:
    """What comes after the polls have caught up waits for what still waits; then all goes on as aiogram does it."""
    desk = Desk()
    await desk.handle(ANNA, "first")
    desk.window.has_caught_up = True
    await desk.handle(ANNA, "second")
    assert desk.begun == ["first"]
    await desk.end("first")
    await desk.end("second")
    await desk.handle(ANNA, "third")
    await desk.handle(ANNA, "beside it")
    assert desk.begun == ["first", "second", "third", "beside it"]


def test_an_order_of_ones_own_stays() -> None:
    """Whoever has chosen how updates are told apart keeps that."""
    mine, plain = SimpleEventIsolation(), Dispatcher()
    chosen = Dispatcher(events_isolation=mine)
    for dispatcher in plain, chosen:
        Store(Bot(TOKEN), [NOTES]).attach(dispatcher)
    assert isinstance(plain.fsm.events_isolation, InOrder)
    assert chosen.fsm.events_isolation is mine
