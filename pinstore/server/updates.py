"""Updates on their way to a server: one is confirmed when its handler is through: all it wrote is committed."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from typing import Any, cast

from aiogram import BaseMiddleware, Bot
from aiogram.methods import GetUpdates
from aiogram.types import TelegramObject, Update

from pinstore.errors import CountedError
from pinstore.listener import Listener
from pinstore.postgres.database import Id
from pinstore.server.limit import Limit
from pinstore.updates.handled import Scope
from pinstore.updates.polling import Poll
from pinstore.updates.window import Window

log = logging.getLogger(__name__)


class Stored:
    """What a window asks of tables and of saves: all that is handled is stored."""

    applied: Collection[int] = ()

    def changed_by(self, _: int) -> bool:
        """Nothing waits for a save."""
        return False

    def forget(self, _: Iterable[int]) -> None:
        """The server keeps ids for as long as Telegram keeps updates."""

    def touch(self, *, is_full: bool) -> None:
        """Nothing waits for a save."""


def window(listener: Listener) -> Window:
    """The updates that Telegram keeps until their handlers are through."""
    stored = Stored()
    return Window(stored, stored, listener, exact=False)


def id_of(update: Update) -> Id:
    """The chat or person whose update it is, and its number."""
    event = update.event
    for holder in (event, getattr(event, "message", None)):
        if chat := getattr(holder, "chat", None):
            return Id(chat.id, update.update_id)
    person = getattr(event, "from_user", None) or getattr(event, "user", None)
    return Id(person.id if person else 0, update.update_id)


class Turns:
    """The order of what comes from one chat: handlers wait for the server, and none is to overtake another."""

    def __init__(self) -> None:
        self._waiting: Counter[int] = Counter()
        self._locks: dict[int, asyncio.Lock] = {}

    @property
    def busy(self) -> Collection[int]:
        """Chats some of whose updates are on their way to handlers, or with them."""
        return self._waiting.keys()

    def came(self, chat: int) -> None:
        """An update goes to its handler."""
        self._waiting[chat] += 1

    @asynccontextmanager
    async def of(self, chat: int) -> AsyncGenerator[None, None]:
        """Wait for one's turn; who came first has it first."""
        try:
            async with self._locks.setdefault(chat, asyncio.Lock()):
                yield
        finally:
            self._waiting[chat] -= 1
            if self._waiting[chat] <= 0:
                del self._waiting[chat]
                self._locks.pop(chat, None)


class HandledOnce(BaseMiddleware):
    """Tells the window when a handler is through; what another process has counted meanwhile is done with."""

    def __init__(self, window: Window, turns: Turns, limit: Limit, finish: Callable[[Scope], Awaitable[None]]) -> None:
        """`finish` writes what nobody has written yet."""
        self._limit = limit
        self._window = window
        self._turns = turns
        self._finish = finish

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        update = cast("Update", event)
        async with self._turns.of(id_of(update).chat):
            return await self._handle(handler, update, data)

    async def _handle(
        self, handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]], event: Update, data: dict[str, Any]
    ) -> Any:
        update, result = event, None
        try:
            with Scope(update.update_id, id_of(update).chat) as scope:
                try:
                    result = await self._limit.keep(handler(event, data))
                finally:
                    if scope.has_riders:
                        await self._finish(scope)
        except CountedError:
            log.debug("Update %s has counted before", update.update_id)
        except asyncio.CancelledError:  # it is left to be sent again
            raise
        except Exception:  # aiogram logs it; it is not tried again: a failure, or hours, of its own would come again
            self._window.handled(update.update_id)
            raise
        self._window.handled(update.update_id)
        return result


class ServerPoll(Poll):
    """The polls, whose first updates may have counted before a process was killed."""

    def __init__(self, *parts: Any, turns: Turns, known: Callable[[list[Id]], Awaitable[set[Id]]]) -> None:
        super().__init__(*parts)
        self._turns = turns
        self._counted = known

    async def _take(self, offset: int, answer: Any, method: GetUpdates, bot: Bot) -> list[Update]:
        """As before, without those that have counted while nobody confirmed them."""
        new = await super()._take(offset, answer, method, bot)
        known = set[Id]()
        if new and not self.window.has_caught_up:
            known = await self._counted([id_of(update) for update in new])
        for update in new:
            if id_of(update) in known:
                self.window.handled(update.update_id)
            else:
                self._turns.came(id_of(update).chat)
        return [update for update in new if id_of(update) not in known]
