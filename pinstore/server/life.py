"""The life of a store on a server: opened when its turn comes, standing by, closed."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Protocol

from aiogram import Bot

from pinstore.chat.retry import patiently, within
from pinstore.errors import ReplicasError
from pinstore.listener import Listener
from pinstore.postgres.database import Database
from pinstore.server.turn import Turn, yield_to_replicas
from pinstore.server.upkeep import Upkeep
from pinstore.updates.window import Window

log = logging.getLogger(__name__)

CALM = 1.0
"""Seconds for handlers that still run when the store is closed."""


class Living(Protocol):
    """What lives."""

    bot: Bot
    database: Database
    upkeep: Upkeep
    window: Window
    listener: Listener

    async def enter(self, *, is_first: bool) -> None:
        """It is this process's turn."""

    async def confirm(self, seconds: float) -> None:
        """Confirm the last batch."""


class Life:
    """Also the guard of the polls: they wait while another process polls, and end when nobody may."""

    def __init__(self, store: Living) -> None:
        self._store = store
        self.turn = Turn(store.database, self._taken, self._lost)
        self.gate = asyncio.Event()
        """Set while updates may be taken."""
        self.has_begun = False
        """Whether it has been this process's turn."""
        self.is_connected = False
        self.why: Exception | None = None
        """Why this process may not go on."""
        self._is_closed = False
        self._tasks: list[asyncio.Task[None]] = []
        self._ended: asyncio.Event = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """That in which the store was opened."""
        if self._loop is None:
            raise RuntimeError("the store is not open")
        return self._loop

    async def open(self) -> None:
        """Connect, and wait for this process's turn, for as long as it takes. Raises why it may not go on."""
        if self._tasks:
            return
        self._loop = asyncio.get_running_loop()
        store = self._store
        await patiently(store.bot.me, what="getMe")
        await store.database.open()
        self.is_connected = True
        await self._begin_serving()
        gate, ended = asyncio.create_task(self.gate.wait()), asyncio.create_task(self._ended.wait())
        try:
            await asyncio.wait([gate, ended], return_when=asyncio.FIRST_COMPLETED)
        finally:
            gate.cancel()
            ended.cancel()
        if self.why:
            raise self.why
        self.begin(store.upkeep.run(lambda: self.turn.is_held, self.gate.is_set), "upkeep")

    async def _begin_serving(self) -> None:
        """Have the gate be set when this process may serve."""
        self.begin(self.turn.run(), "turn")

    def begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Go on with this until the store is closed; if it fails, this process may not go on."""
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(self._done)
        self._tasks.append(task)

    def _done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) and isinstance(error, Exception):
            self.end(error)

    async def _taken(self) -> None:
        await self._store.enter(is_first=not self.has_begun)
        self.has_begun = True
        self.gate.set()

    def _lost(self) -> None:
        log.warning("Another process polls now: this one stands by")
        self.gate.clear()

    @property
    def stands_by(self) -> bool:
        """Whether another process serves, and this one would if that ended."""
        return not self.turn.is_held

    async def check(self) -> None:
        """Another process polls as well, or Telegram brings the updates to others."""
        self.turn.nudge()
        try:
            await self._store.database.read(yield_to_replicas)
        except ReplicasError as error:
            self.end(error)

    def end(self, why: Exception) -> None:
        """The token does not work any more, or the server lets nobody in."""
        if self.why or self._is_closed:
            return
        self.gate.clear()
        self.why = why
        self._ended.set()
        self._store.listener.ended(why)

    async def close(self, seconds: float) -> None:
        """Confirm what is committed and leave the turn, within `seconds`. Raises why this process may not go on."""
        if self._is_closed:
            return
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CALM)
        if not self.why:
            with suppress(TimeoutError):  # a server that is away lets the next one have it when the lease is over
                await self._leave(seconds)
        await self._store.database.close()
        if self.why:
            raise self.why

    async def _leave(self, seconds: float) -> None:
        """Let another process go on. Raises TimeoutError."""
        if self.turn.is_held:
            await self._store.window.calm(CALM)
            await self._store.confirm(seconds / 6)
            await within(seconds / 6, self.turn.leave())
