"""What a store on a server has where several processes serve: the updates brought, messages that go out together."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from itertools import count
from typing import Any, Protocol, cast

from aiogram import Bot, Dispatcher

from pinstore.postgres.batch import Batch
from pinstore.postgres.database import Database
from pinstore.server import told
from pinstore.server.known import Known
from pinstore.server.lane import BatchLane, TellingLane
from pinstore.server.life import Life
from pinstore.server.slots import Slots
from pinstore.server.taking import Taking
from pinstore.server.teller import Say, Teller
from pinstore.server.updates import Turns
from pinstore.updates.fast import BatchPath, RawUpdate, TellingPath

LOOK = 0.25
"""Seconds until a chat whose turn has not come is asked about again."""

BEAT, CLEARING = 1.0, 60
"""Seconds between two looks for chats that wait; every how-maniest also clears away."""

__all__ = ["Many", "Say"]


class Shared(Protocol):
    """The store."""

    bot: Bot
    database: Database
    known: Known
    life: Life

    @property
    def chat_id(self) -> int | None:
        """The admin's chat, once it is known."""


class Many:
    """Of one replica."""

    def __init__(self, store: Shared, rate: float, say: Say) -> None:
        self._store = store
        self._say = say
        self.slots = Slots(store.database, rate)
        self.received = 0
        """Updates that came, again or not."""
        self._taking: Taking | None = None
        self._teller: Teller | None = None
        self._turns: Batch[tuple[int, bool], bool] = Batch(self._ask)

    def attach(
        self,
        dispatcher: Dispatcher,
        path: BatchPath[Any, Any] | None,
        lane: BatchLane,
        turns: Turns,
        *,
        is_lazy: bool,
    ) -> None:
        """Hand updates to these handlers, but for what this path reads."""
        store = self._store
        if path is not None and hasattr(path, "saying"):
            telling = cast("TellingPath[Any, Any]", path)
            self._teller = Teller(store.database, telling, self.slots, self._say)
            lane = TellingLane(
                store, store.database, telling, turns, is_lazy=is_lazy, slots=self.slots, teller=self._teller
            )
        self._taking = Taking(store.bot, dispatcher, lane, turns)

    @property
    def is_serving(self) -> bool:
        """Whether updates may be taken."""
        return self._store.life.gate.is_set()

    async def take(self, update: RawUpdate) -> Mapping[str, Any] | None:
        """Handle an update that Telegram has brought; returns when all that it wrote is committed.

        Parameters of sendMessage, if the answer to the update may bring a message.
        """
        if self._taking is None:
            raise RuntimeError("nobody handles updates")
        self.received += 1
        if self._store.chat_id is None:  # another replica may just have got its admin
            await self._store.database.repeat(self._store.known.read)
        return await self._taking.take(update)

    def works(self, is_ours: Callable[[], bool]) -> Sequence[Coroutine[Any, Any, None]]:
        """What goes on beside the updates; `is_ours`: whether it is this replica that looks after others."""
        return (self._teller.run(), self._sweep(is_ours, self._teller)) if self._teller else ()

    async def turn(self, chat: int, *, is_number: bool = False) -> None:
        """Wait until this chat may have another message, whoever has sent the last one.

        Of numbers one is on its way for a second before the next may be, or that could arrive first.
        """
        while True:
            if await self._turns.put((chat, is_number)):
                return
            await asyncio.sleep(LOOK)

    async def drain(self, seconds: float) -> None:
        """Tell what is to be told still, for at most `seconds`."""
        if self._teller:
            await self._teller.drain(seconds)
        self.slots.close()

    async def _ask(self, asked: Sequence[tuple[int, bool]]) -> Sequence[bool]:
        first = {chat: place for place, (chat, _) in reversed(list(enumerate(asked)))}
        wanted = dict(asked[place] for place in first.values())
        may = await self._store.database.apart(lambda tables: told.turns(tables, wanted))
        return [chat in may and first[chat] == place for place, (chat, _) in enumerate(asked)]

    async def _sweep(self, is_ours: Callable[[], bool], teller: Teller) -> None:
        """See to chats whose replica has ended, and now and then forget those that nobody speaks to."""
        for beat in count(1):
            await asyncio.sleep(BEAT)
            if is_ours():
                await teller.sweep()
                if beat % CLEARING == 0:
                    await self._store.database.repeat(told.clear)
