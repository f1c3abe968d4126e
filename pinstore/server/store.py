"""The store whose tables are on a PostgreSQL server: one process polls, and any other stands by."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, TypeVar

from aiogram import Bot, Dispatcher

from pinstore.chat.notes import Notes
from pinstore.chat.retry import TRANSIENT, patiently, within
from pinstore.errors import ElsewhereError, OtherBotError
from pinstore.keeping.code import Code
from pinstore.listener import Listener
from pinstore.memory.table import Table
from pinstore.memory.tables import Tables
from pinstore.outside import put_outside
from pinstore.postgres.database import Database
from pinstore.postgres.inspection import Inspection, inspect
from pinstore.postgres.schema import check
from pinstore.postgres.side import ServerSide
from pinstore.server.agreeing import agreed, used
from pinstore.server.asked import Asked
from pinstore.server.known import Known
from pinstore.server.lane import BatchLane
from pinstore.server.life import Life
from pinstore.server.limit import Limit
from pinstore.server.many import Many, Say
from pinstore.server.mover import Mover
from pinstore.server.replica import Replica
from pinstore.server.settling import Settling
from pinstore.server.slots import Slots
from pinstore.server.state import status
from pinstore.server.updates import HandledOnce, ServerPoll, Turns, window
from pinstore.server.upkeep import Upkeep
from pinstore.status import Status
from pinstore.updates.fast import BatchPath
from pinstore.updates.order import keep_order

log = logging.getLogger(__name__)
T = TypeVar("T")


class ServerStore(Asked):
    """What a `Keeper` is, on a server."""

    def __init__(  # noqa: PLR0913 - the settings of a store, each with a name
        self,
        bot: Bot,
        tables: Sequence[Table],
        *,
        url: str,
        name: str,
        chat_id: int | None,
        is_lazy: bool,
        listener: Listener,
        document: str = "",
    ) -> None:
        """`document` is what a document in Telegram calls the bot.

        With `is_lazy` a tap is confirmed before it is on the server's disk.
        """
        self.bot = bot
        self.tables = tuple(tables)
        self._is_lazy = is_lazy
        self._code = Code(chat_id)
        self._asked_for = chat_id
        self._name = name
        self._notes = Notes(bot)
        self.listener = listener
        self.known = Known()
        self.window = window(listener)
        self.database = Database(url, self.tables, self._refused, Settling(bot, self.tables, document, chat_id).decide)
        self.upkeep = Upkeep(self.database, self.tables, listener)
        self.life = Life(self)
        self.polling: ServerPoll | None = None
        self.many: Many | None = None

    @staticmethod
    async def inspect(url: str, tables: Sequence[Table]) -> Inspection:
        """What can be told of a server without touching it; one attempt. Raises RefusedError, a line."""
        return await inspect(url, tables)

    @staticmethod
    def settling(bot: Bot, tables: Sequence[Table], document: str, chat_id: int | None) -> Settling:
        """What tells which side is in charge; the parameters are as for a store."""
        return Settling(bot, tables, document, chat_id)

    def share(self, rate: float, say: Say) -> Slots:
        """Be one of several, to which Telegram brings the updates: nobody polls, `take` is called for each.

        Before `attach`. All of them together send at most `rate` messages a second, `say` those that could not ride on
        the answer to their update.
        """
        self.many = Many(self, rate, say)
        self.life = Replica(self)
        return self.many.slots

    @staticmethod
    @asynccontextmanager
    async def mover(url: str, tables: Sequence[Table], name: str) -> AsyncGenerator[Mover, None]:
        """What moves the tables of this bot there and back; one connection. Raises RefusedError, a line."""
        async with ServerSide.connected(url, tables) as side:
            yield Mover(side, name)

    def attach(self, dispatcher: Dispatcher, path: BatchPath[Any, Any] | None = None) -> "ServerStore":
        """Watch this dispatcher's updates, and open and close with its polls; its handlers get this as `store`."""
        turns = Turns()
        lane = BatchLane(self, self.database, path, turns, is_lazy=self._is_lazy)
        polling = ServerPoll(self.window, lane, self.life, turns=turns, known=self.database.known)
        self.bot.session.middleware(polling)
        if self.many:
            self.many.attach(dispatcher, path, lane, turns, is_lazy=self._is_lazy)
        else:
            self.polling = polling
        dispatcher["store"] = self
        keep_order(dispatcher, self.window)
        put_outside(dispatcher, HandledOnce(self.window, turns, Limit(self.database.silence), self._finish))
        dispatcher.startup.register(self.open)
        dispatcher.shutdown.register(self.close)
        return self

    def _refused(self, error: Exception) -> None:
        self.life.end(error)

    async def open(self) -> None:
        """Connect, and wait for this process's turn, for as long as it takes.

        Raises RefusedError, NewerSchemaError, OtherBotError, ElsewhereError, or TelegramAPIError for a final refusal.
        """
        await self.life.open()

    async def calm(self, seconds: float) -> None:
        """Wait until every handler is through, for at most `seconds`."""
        await self.window.calm(seconds)

    async def close(self, seconds: float = 9) -> None:
        """Confirm what is committed and let another process have the turn. Raises why this one may not go on."""
        await self.life.close(seconds)

    async def enter(self, *, is_first: bool) -> None:
        """It is this process's turn: the tables are as others have left them."""
        if self.many is None:
            await patiently(self.bot.delete_webhook, what="deleteWebhook")
        await patiently(self._notes.read, what="getMyCommands")
        await self.database.repeat(self._enter)
        if self.known.bot != self._name:
            raise OtherBotError(self.known.bot, self._name)
        self.window.restored()
        await self.upkeep.count()
        if is_first:
            self.listener.ready()
        if self.chat_id is None:
            self._code.announce()
        self.listener.saved()

    async def _enter(self, tables: Tables) -> None:
        await check(tables)
        is_new, place = await self.known.lay(tables, self._name), self._notes.place
        if is_new and place and place.message_id:
            raise ElsewhereError(*place)
        if self._asked_for is not None:
            await self.known.appoint(tables, self._asked_for)
        await self.known.read(tables)
        if self.many and self.known.admin is None:
            self._code.word = await agreed(tables, self._code.word)
        await self.listener.entered(tables)

    async def learn(self, tables: Tables) -> None:
        """See what other replicas have changed."""
        await self.known.read(tables)
        if self.life.turn.is_held:
            self.hurry()

    async def appoint(self, chat_id: int) -> None:
        """Have this chat be the admin's from now on, unless another one is."""
        await self.database.repeat(lambda tables: self._appoint(tables, chat_id))

    async def _appoint(self, tables: Tables, chat_id: int) -> None:
        await used(tables)  # whoever else knows it waits here
        await self.known.read(tables)
        if self.chat_id is None:
            await self.known.appoint(tables, chat_id)

    def accepts(self, chat_id: int, code: str) -> bool:
        """Whether this chat may become the admin's: the settings name it, or it knows the code from the log."""
        return self._code.accepts(chat_id, code)

    @property
    def setting_up(self) -> asyncio.Lock:
        """Held while somebody is listened to who wants to be the admin."""
        return self._code.lock

    @property
    def is_open(self) -> bool:
        """Whether it has been this process's turn."""
        return self.life.has_begun

    @property
    def status(self) -> Status:
        """How it is now."""
        told = status(self.life, self.database, self.window, self.polling, is_exact=not self._is_lazy)
        if self.many is None:
            return told
        return replace(told, received=self.many.received, polled_at=time.monotonic())

    async def confirm(self, seconds: float) -> None:
        """Confirm the last batch, which aiogram never does; unconfirmed it comes again and is recognised."""
        if self.polling is None:
            return
        try:
            await within(seconds, self.polling.confirm(self.bot))
        except TRANSIENT as error:
            log.debug("The last updates were not confirmed: %s", type(error).__name__)
