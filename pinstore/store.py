"""The store: tables in memory whose disk is a pinned document in a Telegram chat."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Literal, TypeVar

from aiogram import Bot, Dispatcher

from pinstore.chat.notes import Place
from pinstore.chat.vault import Vault
from pinstore.copies.rendering import Describe, counted
from pinstore.copies.stamp import read_caption
from pinstore.copying import Copying
from pinstore.keeper import About
from pinstore.keeping.code import read_admin
from pinstore.keeping.history import Lengths
from pinstore.keeping.renewal import Hearing
from pinstore.keeping.schedule import Schedule
from pinstore.listener import Listener
from pinstore.memory.table import Table
from pinstore.outside import put_outside
from pinstore.parts import Parts
from pinstore.set_up import SetUp
from pinstore.status import Status
from pinstore.updates.fast import FastPath
from pinstore.updates.handled import Handled, handled
from pinstore.updates.order import keep_order
from pinstore.updates.window import LONG_POLL
from pinstore.working import Working

T = TypeVar("T")

Durability = Literal["exact", "interval"]
"""Whether an update is confirmed to Telegram when its effect is stored, or at once."""


class Store(Working, Copying):
    """The tables of one bot, in one chat, owned by one process at a time."""

    long_poll: ClassVar[int] = LONG_POLL
    """Seconds that a poll may wait for updates, for whoever gives the dispatcher its `polling_timeout`."""

    def __init__(  # noqa: PLR0913 - the settings of a store, each with a name and most with a default
        self,
        bot: Bot,
        tables: Sequence[Table],
        *,
        name: str = "store",
        chat_id: int | None = None,
        message_id: int | None = None,
        interval: float = 30.0,
        durability: Durability = "exact",
        history: str = "24h 7d",
        caption: Describe = counted,
        listener: Listener | None = None,
    ) -> None:
        """`chat_id` and `message_id` say where the document lies, if that is known; else Telegram tells.

        `name` stands in the document; `interval` is the longest time in seconds between a change and its save;
        `history` tells how many hours and days copies are kept; `caption` words counts for whoever sees the document.
        Raises ValueError for a history that cannot be read.
        """
        self.bot = bot
        self.tables = tuple(tables)
        place, schedule = (chat_id, message_id), Schedule(interval, durability == "exact")
        parts = Parts(
            bot=bot,
            tables=self.tables,
            name=name,
            place=place,
            schedule=schedule,
            lengths=Lengths.read(history),
            caption=caption,
            listener=listener or Listener(),
        )
        Working.__init__(self, parts)
        Copying.__init__(self, parts, place, history)

    def attach(self, dispatcher: Dispatcher, fast: FastPath[Any] | None = None, *, takes_admin: bool = True) -> "Store":
        """Watch this dispatcher's updates, and open and close with its polls; its handlers get this as `store`.

        With `takes_admin` the store itself answers `admin CODE`, by which it gets its chat.
        """
        parts = self._parts
        parts.lane.path = fast
        self.bot.session.middleware(parts.polling)
        dispatcher["store"] = self
        keep_order(dispatcher, parts.window)
        hearing = Hearing(parts.stored, parts.expiry)
        put_outside(dispatcher, Handled(parts.window, parts.database), hearing, *([SetUp(self)] if takes_admin else []))
        dispatcher.startup.register(self._start)
        dispatcher.shutdown.register(self._stop)
        return self

    async def _start(self, dispatcher: Dispatcher) -> None:
        await self.open()
        self._watching = asyncio.create_task(self._watch(dispatcher), name="end")

    async def _watch(self, dispatcher: Dispatcher) -> None:
        """End the polls when the store has ended; whoever has begun them is told why by `close`."""
        await self._parts.guard.ended.wait()
        await dispatcher.stop_polling()

    async def _stop(self) -> None:
        await self.close()

    async def open(self) -> None:
        """Find, restore and claim the tables, for as long as it takes; without a backup chat, tell how to set it up.

        Raises OwnershipLostError, or TelegramAPIError for a final refusal.
        """
        await self._parts.life.open(self.bot)

    async def close(self, seconds: float = 9) -> None:
        """Save once more, give the ownership up and confirm what is stored, within `seconds`.

        Raises what the last save failed with.
        """
        await self._parts.life.close(self.bot, seconds)

    async def calm(self, seconds: float) -> None:
        """Wait until every handler is through, for at most `seconds`."""
        await self._parts.window.calm(seconds)

    async def save(self) -> Status:
        """Store all that is written so far, changed or not; returns when it is stored."""
        await asyncio.to_thread(self._parts.saver.save, force=True)
        return self.status

    async def assure(self) -> None:
        """Return when no other process had claimed the tables a moment ago: before what must not happen twice outside.

        Raises OwnershipLostError, OvertakenError, or an error of `retry.TRANSIENT`.
        """
        await self._parts.guard.assure()

    def hurry(self) -> None:
        """Have what is written stored as soon as the pace of the chat allows."""
        self._parts.schedule.touch(is_full=True)

    async def drill(self) -> int:
        """Download what is stored and compare it with the tables; returns how many rows agree. Raises DrillError."""
        return await asyncio.to_thread(self._parts.saver.drill)

    async def create(self, chat_id: int, *, adopt: bool = True) -> Place:
        """Write the first document, of empty tables, into this chat and pin it; with `adopt` it is this store's.

        Raises ChatError, or an error of `retry.TRANSIENT`.
        """
        held = await self._parts.saver.create(Vault(self.bot, chat_id), _asked_by(), adopt=adopt)
        if adopt:
            self._parts.expiry.heard()  # it may be the default of all new chats
        return Place(chat_id, held.message_id)

    async def renew(self) -> Place:
        """Store everything in a new message and pin that; the update that is handled will not do it twice."""
        await self._parts.saver.write_anew(_asked_by())
        return self._parts.stored.place

    def follow(self, about: About[T]) -> Callable[[], T | None]:
        """What returns at once what `about` tells of the admin; None while there is no admin or are no tables."""

        def look() -> T | None:
            chat_id = self.chat_id
            return None if chat_id is None or not self.is_open else self.look(lambda tables: about(tables, chat_id))

        return look

    @staticmethod
    def mark(hour: int, totals: Sequence[int]) -> int:
        """What `Tables.order` was when this hour since 1970 began, and those totals of it were so."""
        del hour
        return sum(totals)

    def noted(self, name: str) -> list[int]:
        """A small line of numbers that is kept at Telegram beside the place of the document, [] if there is none."""
        return self._parts.locator.noted(name)

    async def note(self, name: str, numbers: list[int]) -> None:
        """Change such a line of at most 24 numbers; one attempt, which the next save makes up for if it fails."""
        await self._parts.locator.note(name, numbers)

    def accepts(self, chat_id: int, code: str) -> bool:
        """Whether this chat may become the backup chat: the settings name it, or it knows the code from the log."""
        return self._parts.code.accepts(chat_id, code)

    @staticmethod
    def read_code(text: str | None) -> str | None:
        """The code of `admin {code}`, "" for `admin` alone, None for any other text."""
        return read_admin(text)

    @staticmethod
    def is_marked(text: str) -> bool:
        """Whether this is the caption of a stored document, copied or forwarded."""
        return read_caption(text).stamp is not None

    @property
    def setting_up(self) -> asyncio.Lock:
        """Held while somebody is listened to who wants to set the store up: the first one is adopted."""
        return self._parts.code.lock

    @property
    def chat_id(self) -> int | None:
        """The backup chat, once it is known."""
        return self._parts.stored.chat_id

    @property
    def status(self) -> Status:
        """How it is now."""
        return self._parts.status()


def _asked_by() -> int:
    scope = handled()
    return scope.update or 0 if scope else 0
