"""The store: tables in memory whose disk is a pinned document in a Telegram chat."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, ClassVar, Final, Literal, TypeVar

from aiogram import BaseMiddleware, Bot, Dispatcher

from pinstore.chat.pointer import BEFORE, Place, Pointer
from pinstore.chat.register import Register
from pinstore.chat.retry import patiently
from pinstore.chat.vault import DocumentMessage, Vault
from pinstore.copies.document import Stamp
from pinstore.copies.found import LoadedCopy, StoredCopy
from pinstore.copies.reader import Reader
from pinstore.copies.rendering import Describe, counted
from pinstore.copies.stamp import read_caption
from pinstore.errors import OwnershipLostError
from pinstore.export import KINDS, Exported, export
from pinstore.keeping.between import exchange
from pinstore.keeping.catalog import Copies, QuickCopies
from pinstore.keeping.code import Code, read_admin
from pinstore.keeping.expiry import Hearing, deletes
from pinstore.keeping.history import Lengths
from pinstore.keeping.keeper import Keeper
from pinstore.keeping.opening import Opening
from pinstore.life import Life
from pinstore.listener import Listener
from pinstore.memory.changes import walk
from pinstore.memory.database import Database
from pinstore.memory.table import Table
from pinstore.memory.tables import Row, Tables
from pinstore.set_up import SetUp
from pinstore.status import Status
from pinstore.updates.fast import FastPath, Lane
from pinstore.updates.handled import Handled, handled
from pinstore.updates.order import keep_order
from pinstore.updates.polling import Poll
from pinstore.updates.window import LONG_POLL, Window

T = TypeVar("T")

Durability = Literal["exact", "interval"]
"""Whether an update is confirmed to Telegram when its effect is stored, or at once."""

TRIES = 3

REPLACED = 5
"""Copies that an exchange has replaced and that stay listed, newest first."""


class Writer(Enum):
    """In whose name something is written."""

    HANDLED = "the update whose handler is running"


HANDLED: Final = Writer.HANDLED


class Store:
    """The tables of one bot, in one chat, owned by one process at a time."""

    kinds: ClassVar[Sequence[str]] = tuple(KINDS)
    """Of exports."""
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
        self.name = name
        self.listener = listener or Listener()
        self.code = Code(chat_id)
        self._history = history
        self._place = (chat_id, message_id)
        self.database = Database(self.tables, self._restore, name)
        self._window = Window(
            self.database, exact=durability == "exact", on_change=self.touch, on_overload=self.listener.overloaded
        )
        self.keeper = Keeper(
            self.database,
            Register(bot),
            describe=caption,
            on_stored=self._stored,
            on_moved=self._moved,
            on_committed=self._committed,
            on_saving=self._saving,
        )
        self.opening = Opening(bot, self.keeper, self.database, chat_id, message_id, Lengths.read(history))
        self._lane = Lane(is_open=lambda: self.chat_id is not None)
        self._polling = Poll(self._window, self._lane, on_conflict=self._check_owner, on_refusal=self._end)
        self._life = Life(bot, self.keeper, self.opening, self._polling, self.listener, self.code, interval)

    def attach(self, dispatcher: Dispatcher, fast: FastPath[Any] | None = None, *, takes_admin: bool = True) -> "Store":
        """Watch this dispatcher's updates, and open and close with its polls; its handlers get this as `store`.

        With `takes_admin` the store itself answers `admin CODE`, by which it gets its chat.
        """
        self._lane.path = fast
        self.bot.session.middleware(self._polling)
        dispatcher["store"] = self
        keep_order(dispatcher, lambda: self._window.has_caught_up)
        hearing = Hearing(lambda: self.chat_id, self._life.expiry.heard)
        _put_outside(dispatcher, Handled(self._window, self.database), hearing, *([SetUp(self)] if takes_admin else []))
        dispatcher.startup.register(self._start)
        dispatcher.shutdown.register(self._stop)
        return self

    async def _start(self, dispatcher: Dispatcher) -> None:
        await self.open()
        self._watching = asyncio.create_task(self._watch(dispatcher), name="end")

    async def _watch(self, dispatcher: Dispatcher) -> None:
        """End the polls when the store has ended; whoever has begun them is told why by `close`."""
        await self._life.ended.wait()
        await dispatcher.stop_polling()

    async def _stop(self) -> None:
        await self.close()

    async def open(self) -> None:
        """Find, restore and claim the tables, for as long as it takes; without a backup chat, tell how to set it up.

        Raises OwnershipLostError, or TelegramAPIError for a final refusal.
        """
        await self._life.open()

    async def close(self, seconds: float = 9) -> None:
        """Save once more, give the ownership up and confirm what is stored, within `seconds`.

        Raises what the last save failed with.
        """
        await self._life.close(seconds)

    async def calm(self, seconds: float) -> None:
        """Wait until every handler is through, for at most `seconds`."""
        await self._window.calm(seconds)

    async def write(self, work: Callable[[Tables], T], *, update: int | Writer | None = HANDLED) -> T:
        """Run `work` in one transaction, in the name of an update (None: of none); returns what it returns.

        Raises NotSetUpError, or SecondWriteError if this update has written already.
        """
        if update is not HANDLED:
            return await self._write(update, work)
        scope = handled()
        if scope is None:
            return await self._write(None, work)

        def both(tables: Tables) -> T:
            result = work(tables)
            scope.carry(tables)
            return result

        result = await self.database.write(scope.update, both if scope.has_riders else work)
        scope.written()
        return result

    async def _write(self, update: int | None, work: Callable[[Tables], T]) -> T:
        if update is not None:  # when its handler is through the window sees to the save
            return await self.database.write(update, work)
        before = self.database.position
        result = await self.database.write(None, work)
        if self.database.position != before:
            self.touch(is_full=False)
        return result

    async def read(self, work: Callable[[Tables], T]) -> T:
        """Run `work`, which only reads. Raises NotSetUpError."""
        return await self.database.read(work)

    def look(self, work: Callable[[Tables], T]) -> T:
        """As `read`, in this thread, now; restores nothing. For threads, in short turns."""
        return self.database.look(work)

    def write_now(self, work: Callable[[Tables], T]) -> T:
        """As `write` under no update, in this thread, now."""
        return self.database.transact(None, work)

    def walk(self, table: Table, columns: Sequence[str], after: int = -(2**63)) -> Iterator[Sequence[Row]]:
        """The rows whose key is above `after`, in its order, some at a time; for threads, as it leaves time between."""
        return walk(self.database.look, table, columns, after)

    def totals(self) -> dict[str, int]:
        """Rows and sums of all tables by name, {} while there are none."""
        return self.database.totals()

    async def save(self) -> Status:
        """Store all that is written so far, changed or not; returns when it is stored."""
        await asyncio.to_thread(self.keeper.save, force=True)
        return self.status

    async def drill(self) -> int:
        """Download what is stored and compare it with the tables; returns how many rows agree. Raises DrillError."""
        return await asyncio.to_thread(self.keeper.drill)

    async def create(self, chat_id: int, *, adopt: bool = True) -> Place:
        """Write the first document, of empty tables, into this chat and pin it; with `adopt` it is this store's.

        Raises ChatError, or an error of `retry.TRANSIENT`.
        """
        held = await self.keeper.found(Vault(self.bot, chat_id), self._asked_by(), adopt=adopt)
        if adopt:
            self._life.expiry.heard()  # it may be the default of all new chats
        return Place(chat_id, held.message_id)

    def _asked_by(self) -> int:
        scope = handled()
        return scope.update or 0 if scope else 0

    async def pinned(self, chat_id: int) -> StoredCopy | None:
        """The backup that is pinned in this chat, None if there is none; one that is not good has a `fault`.

        Raises ChatError, or an error of `retry.TRANSIENT`.
        """
        vault = Vault(self.bot, chat_id)
        held = await patiently(vault.pinned, TRIES)
        return await Reader(vault, self.tables, self.name).seek(held) if held and held.file_id else None

    async def adopt(self, chat_id: int, found: StoredCopy) -> Place:
        """Make a document that is pinned in this chat the table: the bot's own as it lies, any other in a new message.

        Raises DocumentError, MissingError, ChatError, NotRestoredError, or an error of `retry.TRANSIENT`.
        """
        if found.held.is_own:
            await self._life.adopt(Place(chat_id, found.held.message_id))
        else:
            vault = Vault(self.bot, chat_id)
            await self.keeper.take(vault, await Reader(vault, self.tables, self.name).load(found))
            self.listener.opened(())
            self._life.expiry.opened()
        return self.keeper.place

    async def renew(self) -> Place:
        """Store everything in a new message and pin that; the update that is handled will not do it twice."""
        await self.keeper.write_anew(self._asked_by())
        return self.keeper.place

    async def offered(self, held: DocumentMessage) -> LoadedCopy:
        """Load a document that somebody has sent into the backup chat, and verify it.

        Raises DocumentError, MissingError, or an error of `retry.TRANSIENT`.
        """
        return await Reader(Vault(self.bot, self.keeper.place.chat_id), self.tables, self.name).offered(held)

    async def exchange(self, copy: LoadedCopy) -> None:
        """Make a loaded copy the tables; the next save stores it anew, and what it replaces stays in its message."""
        await asyncio.to_thread(exchange, self.keeper, copy, self._exchanged)
        self.touch(is_full=False)

    async def export(
        self, kind: str, folder: Path, name: str = "tables", stopping: threading.Event | None = None
    ) -> Exported:
        """Write all tables, as they are at one instant, as files of one of the `kinds` into a folder.

        Raises TooLargeError for what no bot may send, or StoppedError when `stopping` is set.
        """
        return await asyncio.to_thread(export, self.database, self.keeper, kind, folder / f"{name}.sqlite", stopping)

    async def discard(self, message_id: int) -> None:
        """Delete a message of the backup chat, as far as Telegram lets."""
        await Vault(self.bot, self.keeper.place.chat_id).discard(message_id)

    async def fetch(self, file_id: str) -> bytes:
        """Download a file. Raises MissingError, ChatError, or an error of `retry.AMBIGUOUS`."""
        return await Vault(self.bot, 0).fetch(file_id)

    def copies(self) -> Copies:
        """The stored copies; of a store that is not open each is looked through to its last row."""
        if self.chat_id is None:
            return Copies(self.opening.pointer, self.tables, self.name, *self._place, self._history)
        return QuickCopies(Pointer(self.bot), self.tables, self.name, *self.keeper.place, self._history)

    async def put_back(self, copies: Copies, chosen: StoredCopy, replaced: StoredCopy, highest: Stamp) -> Place:
        """Make a copy the tables of a store that is not open, above all that is stored and claimed up to `highest`.

        It is stored at once, and nobody owns it then; the message of `replaced` stays as it is. Whoever has the store
        open loses it. Raises DocumentError, MissingError, ChatError, or an error of `retry.TRANSIENT`.
        """
        self.opening.is_patient = True
        self.opening.will_note(BEFORE, [replaced.held.message_id])
        copy = await patiently(lambda: copies.reader.load(chosen))
        await self.keeper.take_over(copies.vault, copy, highest)
        await asyncio.to_thread(self.keeper.save, last=True)
        return self.keeper.place

    def noted(self, name: str) -> list[int]:
        """A small line of numbers that is kept at Telegram beside the place of the document, [] if there is none."""
        return self.opening.noted(name)

    async def note(self, name: str, numbers: list[int]) -> None:
        """Change such a line of at most 24 numbers; one attempt, which the next save makes up for if it fails."""
        await self.opening.note(name, numbers)

    def accepts(self, chat_id: int, code: str) -> bool:
        """Whether this chat may become the backup chat: the settings name it, or it knows the code from the log."""
        return self.code.accepts(chat_id, code)

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
        return self.code.lock

    @property
    def is_open(self) -> bool:
        """Whether there are tables."""
        return self.database.is_there

    @property
    def position(self) -> int:
        """Grows with every transaction that changed something; a save holds what was written if it holds this."""
        return self.database.position

    @property
    def chat_id(self) -> int | None:
        """The backup chat, once it is known."""
        return self.keeper.chat_id

    @property
    def status(self) -> Status:
        """How it is now."""
        keeper, window, life = self.keeper, self._window, self._life
        tally, stored = keeper.tally, keeper.stored
        return Status(
            place=stored.place if stored.has_place else None,
            generation=keeper.generation,
            owns=keeper.owns,
            is_lost=isinstance(life.why, OwnershipLostError),
            trouble=life.timer.trouble if life.timer else self.opening.trouble,
            auto_delete=life.expiry.seconds,
            at_risk=deletes(life.expiry.seconds) if life.expiry.seconds else "",
            is_exact=window.is_exact,
            is_overloaded=window.overloaded,
            held=window.held,
            received=self._polling.received,
            polled_at=self._polling.answered_at,
            claimed_at=keeper.claimed_at,
            confirmed_at=stored.at,
            written=self.database.position,
            stored=stored.position,
            saves=tally.stored,
            failed_saves=tally.failed,
            save_seconds=tally.seconds,
            saved_bytes=tally.bytes,
            document_bytes=tally.last_bytes,
            parts_bytes=keeper.parts_bytes,
            saved_at=tally.last_at,
            drilled_at=keeper.drilled_at,
        )

    async def _restore(self) -> None:
        """What a query calls that found no tables."""
        await self.opening.restore()

    def _saving(self) -> None:
        self.database.transact(None, self.listener.saving)

    def _stored(self, updates: frozenset[int]) -> None:
        self._window.stored(updates)
        self._life.expiry.saved()
        self.listener.saved()

    async def _moved(self, place: Place, asked: bool) -> None:
        self._life.expiry.moved(place)
        await self.listener.moved(place, asked=asked)
        await self.opening.point(place)

    async def _committed(self, vault: Vault, before: DocumentMessage) -> None:
        await self.opening.remember(vault, before)

    def _exchanged(self, replaced: int) -> None:
        self.opening.will_note(BEFORE, [replaced, *self.opening.noted(BEFORE)][:REPLACED])
        self.database.look(self.listener.exchanged)

    def hurry(self) -> None:
        """Have what is written stored as soon as the pace of the chat allows."""
        self.touch(is_full=True)

    def touch(self, is_full: bool) -> None:
        """Have what has changed stored soon; `is_full`: the window of unconfirmed updates is nearly full."""
        self._life.touch(is_full)

    async def _check_owner(self) -> None:
        await self._life.check_owner()

    def _end(self, why: Exception) -> None:
        self._life.end(why)


def _put_outside(dispatcher: Dispatcher, *ours: BaseMiddleware) -> None:
    """Put middlewares around all that are there: an update has to be let go whatever they do."""
    manager = dispatcher.update.outer_middleware
    others = list(manager)
    for other in others:
        manager.unregister(other)
    each: Any
    for each in (*ours, *others):
        manager.register(each)
