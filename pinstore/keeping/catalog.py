"""The stored copies: where they lie, and which of them are good."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from pinstore.chat.notes import BEFORE, Notes
from pinstore.chat.retry import patiently
from pinstore.chat.vault import Vault
from pinstore.copies.document import check_sum
from pinstore.copies.found import LoadedCopy, StoredCopy, alone
from pinstore.copies.reader import Reader
from pinstore.errors import DocumentError, MissingError, NotRestoredError, NotSetUpError
from pinstore.keeping.expiry import deletes
from pinstore.keeping.history import History, Lengths
from pinstore.memory.table import Table


class Copies:
    """The messages that may hold a copy, read one after the other."""

    attempts: int | None = None
    """At a call, None where whoever watches them sees to it that they end."""

    def __init__(
        self,
        notes: Notes,
        tables: Sequence[Table],
        name: str,
        chat_id: int | None,
        message_id: int | None,
        history: str,
    ) -> None:
        """`chat_id` and `message_id` as the settings know them."""
        self.bot = notes.bot
        self._notes = notes
        self._tables = tables
        self._name = name
        self._chat_id = chat_id
        self._message_id = message_id
        self._history = history

    async def open(self, attempts: int | None = None) -> None:
        """Find the backup chat. Raises NotSetUpError if there is none."""
        await patiently(self._notes.read, attempts or self.attempts)
        chat_id = self._chat_id or (self._notes.place.chat_id if self._notes.place else None)
        if chat_id is None:
            raise NotSetUpError("ADMIN_ID is not set and this bot has no backup yet: set it up with `admin` first.")
        self.vault = Vault(self.bot, chat_id)
        self.reader = Reader(self.vault, self._tables, self._name)

    @property
    def chat_id(self) -> int:
        """The backup chat."""
        return self.vault.chat_id

    async def look(self, attempts: int | None = None) -> str:
        """Have Telegram show the chat; returns what is wrong with it, "" if nothing is."""
        await patiently(self.vault.pinned, attempts or self.attempts)
        return deletes(self.vault.auto_delete) if self.vault.auto_delete else ""

    async def good(self) -> LoadedCopy:
        """The newest copy, loaded. Raises NotRestoredError if it is not good, or if there is none."""
        if heads := await self.heads():
            return await self.reader.newest(heads)
        raise NotRestoredError("nothing is stored yet: open the bot in Telegram and send: admin")

    @property
    def _is_noted(self) -> bool:
        place = self._notes.place
        return place is not None and place.chat_id == self.vault.chat_id

    async def newest(self) -> list[StoredCopy]:
        """The copies of which one is the newest."""
        found: list[StoredCopy] = []
        for message_id in await self.heads():
            with suppress(MissingError):
                found.append(await patiently(lambda: self.reader.find(message_id), self.attempts))  # noqa: B023
        return found

    async def heads(self) -> list[int]:
        """The pinned message and those that settings and notes name: one of them holds the newest copy; each once."""
        pinned = await patiently(self.vault.pinned, self.attempts)
        ids = [pinned.message_id if pinned and pinned.file_id else None, self._message_id]
        ids += [self._notes.place.message_id] if self._notes.place and self._is_noted else []
        return list(dict.fromkeys(message for message in ids if message))

    async def messages(self) -> list[int]:
        """Where the newest copy may lie, then the history; each once."""
        ids: list[int] = await self.heads()
        if self._is_noted:
            rings = History(Lengths.read(self._history), self._notes.rings).rings
            rings[BEFORE] = self._notes.rings.get(BEFORE, [])
            ids += [message for ring in rings.values() for message in ring]
        return list(dict.fromkeys(message for message in ids if message))

    async def read(
        self, on_message: Callable[[int, int], Awaitable[None]], on_fault: Callable[[int, Exception], None]
    ) -> list[StoredCopy]:
        """Read and check each copy, newest first; one that is not good has a `fault`.

        `on_message` is told the number of each message, from 1 on, and how many there are; `on_fault` the id of one
        that cannot be read, and why.
        """
        found: list[StoredCopy] = []
        messages = await self.messages()
        for number, message_id in enumerate(messages, 1):
            await on_message(number, len(messages))
            try:
                one = await patiently(lambda: self.reader.find(message_id), self.attempts)  # noqa: B023
                found.append(await self.check(one))
            except (MissingError, NotRestoredError) as error:
                on_fault(message_id, error)
        found.sort(key=lambda one: one.stamp.generation, reverse=True)
        if found and (before := found[0].previous):
            with suppress(DocumentError, MissingError):  # a courtesy: it has no message of its own
                found.insert(1, await self.check(await patiently(lambda: self.reader.before(before), self.attempts)))
        return found

    async def check(self, one: StoredCopy) -> StoredCopy:
        """Load it and let it go again: a large table would not fit into memory many times."""
        try:
            (await patiently(lambda: self.reader.load(one), self.attempts)).loader.close()
        except (DocumentError, MissingError) as error:
            return replace(one, fault=alone(error))
        return one


class QuickCopies(Copies):
    """The same while the bot plays: parts are not loaded, and one that many copies share is downloaded once."""

    attempts = 3

    def __init__(
        self,
        notes: Notes,
        tables: Sequence[Table],
        name: str,
        chat_id: int | None,
        message_id: int | None,
        history: str,
    ) -> None:
        super().__init__(notes, tables, name, chat_id, message_id, history)
        self._good: set[str] = set()

    async def check(self, one: StoredCopy) -> StoredCopy:
        """Load it if it has no parts, else look whether each part is what was stored."""
        parts = one.document.parts if one.document else []
        if not parts:
            return await super().check(one)
        try:
            for part in parts:
                if part.sha256 not in self._good:
                    content = await patiently(lambda: self.vault.fetch(part.file_id), self.attempts)  # noqa: B023
                    await asyncio.to_thread(check_sum, content, part.sha256)
                    self._good.add(part.sha256)
        except (DocumentError, MissingError) as error:
            return replace(one, fault=alone(error))
        return one
