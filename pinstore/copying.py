"""What is done with copies of a store's tables: found, offered, taken, listed, put back, exported."""

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from pinstore.chat.held import DocumentMessage
from pinstore.chat.notes import BEFORE, Notes, Place
from pinstore.chat.retry import patiently
from pinstore.chat.vault import Vault
from pinstore.copies.document import Stamp
from pinstore.copies.found import LoadedCopy, StoredCopy
from pinstore.copies.reader import Reader
from pinstore.export import Exported, export
from pinstore.formats import KINDS
from pinstore.keeping.between import exchange, take_in, take_over
from pinstore.keeping.catalog import Copies, QuickCopies
from pinstore.moving import ChatSide
from pinstore.parts import Parts

TRIES = 3


class Copying:
    """Store, as far as copies go."""

    kinds: ClassVar[Sequence[str]] = tuple(KINDS)
    """Of exports."""

    def __init__(self, parts: Parts, place: tuple[int | None, int | None], history: str) -> None:
        self._parts = parts
        self._settings = (*place, history)

    def _reader(self, chat_id: int) -> Reader:
        parts = self._parts
        return Reader(Vault(parts.bot, chat_id), parts.database.tables, parts.database.name)

    async def pinned(self, chat_id: int) -> StoredCopy | None:
        """The backup that is pinned in this chat, None if there is none; one that is not good has a `fault`.

        Raises ChatError, or an error of `retry.TRANSIENT`.
        """
        held = await patiently(Vault(self._parts.bot, chat_id).pinned, TRIES)
        return await self._reader(chat_id).seek(held) if held and held.file_id else None

    async def adopt(self, chat_id: int, found: StoredCopy) -> Place:
        """Make a document that is pinned in this chat the table: the bot's own as it lies, any other in a new message.

        Raises DocumentError, MissingError, ChatError, NotRestoredError, or an error of `retry.TRANSIENT`.
        """
        parts = self._parts
        if found.held.is_own:
            await parts.life.adopt(Place(chat_id, found.held.message_id))
        else:
            await take_in(parts.saver, Vault(parts.bot, chat_id), await self._reader(chat_id).load(found))
            parts.life.opened(())
        return parts.stored.place

    async def offered(self, held: DocumentMessage) -> LoadedCopy:
        """Load a document that somebody has sent into the backup chat, and verify it.

        Raises DocumentError, MissingError, or an error of `retry.TRANSIENT`.
        """
        return await self._reader(self._parts.stored.place.chat_id).offered(held)

    async def exchange(self, copy: LoadedCopy) -> None:
        """Make a loaded copy the tables; the next save stores it anew, and what it replaces stays in its message."""
        await asyncio.to_thread(exchange, self._parts.saver, copy)
        self._parts.schedule.touch(is_full=False)

    async def export(
        self, kind: str, folder: Path, name: str = "tables", stopping: threading.Event | None = None
    ) -> Exported:
        """Write all tables, as they are at one instant, as files of one of the `kinds` into a folder.

        Raises TooLargeError for what no bot may send, or StoppedError when `stopping` is set.
        """
        return await asyncio.to_thread(export, self._parts.saver, kind, folder / f"{name}.sqlite", stopping)

    def copies(self) -> Copies:
        """The stored copies; of a store that is not open each is looked through to its last row."""
        bot, database, stored = self._parts.bot, self._parts.database, self._parts.stored
        if stored.chat_id is None:
            return Copies(self._parts.locator.notes, database.tables, database.name, *self._settings)
        return QuickCopies(Notes(bot), database.tables, database.name, *stored.place, self._settings[-1])

    def side(self) -> ChatSide:
        """What this store, which is not open, is in a move."""
        return ChatSide(self._parts, self.copies())

    async def put_back(self, copies: Copies, chosen: StoredCopy, replaced: StoredCopy, highest: Stamp) -> Place:
        """Make a copy the tables of a store that is not open, above all that is stored and claimed up to `highest`.

        It is stored at once, and nobody owns it then; the message of `replaced` stays as it is. Whoever has the store
        open loses it. Raises DocumentError, MissingError, ChatError, or an error of `retry.TRANSIENT`.
        """
        saver, locator = self._parts.saver, self._parts.locator
        locator.is_patient = True
        locator.will_note(BEFORE, [replaced.held.message_id])
        copy = await patiently(lambda: copies.reader.load(chosen))
        await take_over(saver, copies.vault, copy, highest)
        await asyncio.to_thread(saver.save, last=True)
        return self._parts.stored.place

    async def fetch(self, file_id: str) -> bytes:
        """Download a file. Raises MissingError, ChatError, or an error of `retry.AMBIGUOUS`."""
        return await Vault(self._parts.bot, 0).fetch(file_id)

    async def discard(self, message_id: int) -> None:
        """Delete a message of the backup chat, as far as Telegram lets."""
        await Vault(self._parts.bot, self._parts.stored.place.chat_id).discard(message_id)
