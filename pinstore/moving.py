"""Telegram as one of the two sides of a move: the document, opened as a new process opens it, and never polled for."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Callable, Collection, Mapping, Sequence

from aiogram.exceptions import TelegramConflictError
from aiogram.types import Update

from pinstore.chat.notes import BEFORE, EXPIRES, RETIRED, Place
from pinstore.chat.retry import patiently
from pinstore.chat.vault import Vault
from pinstore.copies.document import Away, Document
from pinstore.copies.found import newest_first
from pinstore.errors import CannotMoveError, NotSetUpError
from pinstore.keeping.catalog import Copies
from pinstore.memory.changes import walk
from pinstore.memory.loader import Loader
from pinstore.memory.table import Table
from pinstore.memory.tables import Row
from pinstore.parts import Parts
from pinstore.updates.fast import RawUpdate
from pinstore.updates.polling import Ask
from pinstore.updates.reading import read

OWN = frozenset({BEFORE, RETIRED, EXPIRES, "hours", "days"})
"""Notes of the document itself, which mean nothing elsewhere."""

POLLS = 40
PAUSE = 0.6
"""How often updates are asked for while another process still polls, and seconds in between."""

WAIT = 1
"""Seconds to wait for the first: an answer at once would let another process go on waiting for its own."""

ALL = 100
"""Updates that one answer holds: what is not confirmed and has counted is among the first of them."""


class ChatSide:
    """Of one move, with a store that nobody else uses."""

    def __init__(self, parts: Parts, copies: Copies) -> None:
        self._parts = parts
        self._copies = copies

    @property
    def tables(self) -> Sequence[Table]:
        """Those of the bot."""
        return self._parts.database.tables

    async def look(self) -> tuple[Place, Document] | None:
        """The newest document and where it lies, without its parts; None if there is none.

        Raises NotRestoredError, OtherBotError, DocumentError or ChatError.
        """
        try:
            await self._copies.open()
        except NotSetUpError:
            return None
        found = newest_first(await self._copies.newest())
        return (Place(self._copies.chat_id, found[0].held.message_id), found[0].good) if found else None

    async def open(self) -> None:
        """Have the tables and own them, wherever they are served from. Raises NotSetUpError, OwnershipLostError."""
        await self._meet()
        self._parts.opening.takes_away = True
        await self._parts.opening.open()

    async def create(self, chat_id: int, away: Away) -> None:
        """Where there is no document yet: one that nobody is served from."""
        await self._meet()
        self._parts.stored.away = away
        await self._parts.saver.create(Vault(self._parts.bot, chat_id), 0, adopt=True)

    async def _meet(self) -> None:
        bot = self._parts.bot
        await patiently(bot.me)
        await patiently(bot.delete_webhook)

    async def save(self, away: Away | None, *, last: bool) -> Place:
        """Store everything, and say whether it is served from here; with `last` it is nobody's then.

        Raises OwnershipLostError, OvertakenError or ChatError.
        """
        parts = self._parts
        parts.stored.away, parts.locator.is_patient = away, last
        await patiently(lambda: asyncio.to_thread(parts.saver.save, force=True, last=last))
        return parts.stored.place

    async def pending(self) -> Sequence[Update]:
        """The first updates that nobody has confirmed, which nothing here does either."""
        bot, found = self._parts.bot, await self._ask()
        if len(found) == 1:  # of two questions alike within half a second the second has one update as its answer
            await asyncio.sleep(PAUSE)
            found = await self._ask()
        return [readable for update in found if (readable := read(update, bot))]

    async def _ask(self) -> Sequence[RawUpdate]:
        for _ in range(POLLS):
            try:
                return await patiently(lambda: self._parts.bot(Ask(offset=0, limit=ALL, timeout=WAIT)))
            except TelegramConflictError:  # whoever polls as well learns by this that he has lost
                await asyncio.sleep(PAUSE)
        raise CannotMoveError("Another process goes on polling: stop it, and run this again.")

    @property
    def applied(self) -> Collection[int]:
        """Updates whose effect is in the tables, and of which Telegram may not know."""
        return self._parts.database.applied

    @property
    def chat_id(self) -> int:
        """The admin's."""
        return self._parts.stored.place.chat_id

    @property
    def has_place(self) -> bool:
        """Whether a document was opened or created."""
        return self._parts.stored.has_place

    @property
    def place(self) -> Place:
        """Where the document lies now. Raises MissingError or NotRestoredError if there is none."""
        return self._parts.stored.place

    def notes(self) -> Mapping[str, Sequence[int]]:
        """What the bot has noted beside the tables."""
        return {name: numbers for name, numbers in self._parts.locator.notes.rings.items() if name not in OWN}

    def note(self, notes: Mapping[str, list[int]]) -> None:
        """Have it noted with the next save."""
        for name, numbers in notes.items():
            self._parts.locator.will_note(name, numbers)

    async def rows(self, table: Table) -> AsyncIterator[Row]:
        """All rows of a table; they are read beside the event loop."""
        walked = walk(self._parts.database.look, table, table.columns[1:], -(2**63))
        while some := await asyncio.to_thread(next, walked, ()):
            for row in some:
                yield row

    async def refill(self, rows: Callable[[Table], AsyncIterable[Sequence[Row]]], applied: Collection[int]) -> None:
        """Put other rows in place of all there are; the next save stores them."""
        loader = Loader(self.tables)
        for table in self.tables:
            async for some in rows(table):
                await asyncio.to_thread(loader.load, table.name, table.columns, some, (), 0)
        await asyncio.to_thread(loader.finish, 1)
        self._parts.stored.refill(loader, applied)
