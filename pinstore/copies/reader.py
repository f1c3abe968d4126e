"""Reads stored copies and loads the newest good one."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import replace

from pinstore.chat.held import DocumentMessage
from pinstore.chat.retry import delay
from pinstore.chat.vault import Vault
from pinstore.copies.document import Document, Rank, Stamp, parse
from pinstore.copies.downloads import TRIES, downloads
from pinstore.copies.found import LoadedCopy, StoredCopy, alone, newest_first
from pinstore.copies.loading import load_document, load_part
from pinstore.copies.progress import Progress
from pinstore.copies.stamp import read_caption
from pinstore.copies.verifying import is_named_ours, verified, verified_as_offered
from pinstore.errors import (
    DocumentError,
    Fault,
    MissingError,
    NewerVersionError,
    NotRestoredError,
    OtherBotError,
    StoreError,
)
from pinstore.memory.loader import Loader
from pinstore.memory.table import Table

SOMETHING_ELSE = {Fault.NOT_JSON, Fault.NOT_OURS}
"""Faults of what may be no backup at all."""

_PREVIOUS = re.compile(rb'"previous": "([\w-]+)"')


class Reader:
    """Verifies copies in the admin chat: checksum, format, version, parts, counts."""

    def __init__(self, vault: Vault, tables: Sequence[Table], name: str = "") -> None:
        """`name` is that of the bot whose copies are read."""
        self._vault = vault
        self._tables = tables
        self._name = name

    async def newest(self, message_ids: Iterable[int], older: Iterable[int] | None = None) -> LoadedCopy:
        """Load the newest document of these messages. Raises NotRestoredError if it is not good.

        With `older` the next lower one is taken then, the generation before it, or the first good one in `older`.
        """
        faults: list[str] = []
        found = [one for message_id in message_ids if (one := await self._seek(message_id, faults))]
        async for copy in self._candidates(found, older, faults):
            stamps = [copy.stamp, *(one.stamp for one in found)]
            generation = max(stamp.generation for stamp in stamps)
            epoch, owner = max(stamp.claim for stamp in stamps)
            stamp, newest = Stamp(generation, epoch, owner or None), max((one.rank for one in found), default=Rank())
            taken = replace(copy, stamp=stamp, newest=newest)
            return replace(taken, held=None) if taken.is_outdated else taken
        raise NotRestoredError(f"The stored table cannot be restored: {'; '.join(faults)}.")

    async def find(self, message_id: int) -> StoredCopy:
        """Read the document in a message; what is damaged on the way is downloaded again.

        Raises MissingError, NotRestoredError for one that a newer program wrote, or OtherBotError.
        """
        held, content = await self._vault.read(message_id)
        stamp = read_caption(held.caption).stamp
        for attempt in range(1, TRIES + 1):
            try:
                document = await asyncio.to_thread(verified, held, content, self._tables)
            except NewerVersionError as error:
                raise NotRestoredError(f"The stored table cannot be restored: {error}.") from error
            except DocumentError as error:
                fault = DocumentError(error.fault, *error.values, message_id=message_id)
                is_backup = error.fault not in SOMETHING_ELSE or is_named_ours(held)
            else:
                if document.bot != self._name:
                    raise OtherBotError(document.bot, self._name)
                stamp = stamp or Stamp(document.generation, document.epoch, document.owner)
                return StoredCopy(held, stamp, len(content), document, document.previous)
            if attempt < TRIES:
                await asyncio.sleep(delay(attempt, None))
                content = await self._vault.fetch(held.file_id)
        hint = _PREVIOUS.search(content)
        return StoredCopy(
            held, stamp or Stamp(), len(content), None, hint[1].decode() if hint else None, fault, is_backup
        )

    async def seek(self, held: DocumentMessage) -> StoredCopy | None:
        """As `find`, of a message that may hold anything; None if that is no backup.

        One that is gone, or that a newer program wrote, is not good.
        """
        try:
            found = await self.find(held.message_id)
        except (NotRestoredError, OtherBotError) as error:
            return StoredCopy(held, Stamp(), 0, fault=alone(_said(error)))
        except MissingError as error:
            is_backup = held.name.endswith(".json") or is_named_ours(held)
            return StoredCopy(held, Stamp(), 0, fault=alone(error)) if is_backup else None
        return replace(found, held=replace(found.held, is_own=held.is_own)) if found.is_backup else None

    async def load(self, found: StoredCopy) -> LoadedCopy:
        """Load a document and its parts. Raises DocumentError or MissingError."""
        document = found.good
        return LoadedCopy(document, await self.open(document), found.stamp, found.held)

    async def offered(self, held: DocumentMessage) -> LoadedCopy:
        """Load a document that somebody has sent; its checksum is known if caption or name tell it.

        Raises DocumentError or MissingError.
        """
        content = await self._vault.fetch(held.file_id)
        document = await asyncio.to_thread(verified_as_offered, held, content, self._tables)
        if document.bot != self._name:
            theirs = OtherBotError(document.bot, self._name)
            raise DocumentError(Fault.OTHER_BOT, theirs.theirs, theirs.ours)
        stamp = Stamp(document.generation, document.epoch, document.owner)
        return LoadedCopy(document, await self.open(document), stamp, None)

    async def _seek(self, message_id: int, faults: list[str]) -> StoredCopy | None:
        try:
            return await self.find(message_id)
        except MissingError as error:
            faults.append(f"message {message_id}: {error}")
            return None

    async def before(self, file_id: str) -> StoredCopy:
        """Read the generation before: its message has been edited since, its file is still at Telegram.

        Raises DocumentError or MissingError.
        """
        content = await self._vault.fetch(file_id)
        document = await asyncio.to_thread(parse, content)
        stamp = Stamp(document.generation, document.epoch, document.owner)
        return StoredCopy(DocumentMessage(0, file_id, "", "", ""), stamp, len(content), document, document.previous)

    async def _candidates(
        self, found: Sequence[StoredCopy], older: Iterable[int] | None, faults: list[str]
    ) -> AsyncIterator[LoadedCopy]:
        """The good copies, newest first; only the newest one unless there is `older`."""
        ordered = newest_first(found)
        for one in ordered[:1]:
            if copy := await self._try(self.load(one), faults):
                yield copy
        if older is not None:
            others = [await self._seek(message_id, []) for message_id in older]
            others += [await self._seek_before(one, faults) for one in found]
            for one in newest_first([*ordered[1:], *(other for other in others if other)]):
                if copy := await self._try(self.load(one), faults):
                    yield replace(copy, held=None)

    async def _seek_before(self, found: StoredCopy, faults: list[str]) -> StoredCopy | None:
        try:
            return await self.before(found.previous) if found.previous else None
        except (DocumentError, MissingError) as error:
            faults.append(f"the generation before it: {error}")
            return None

    async def _try(self, loading: Awaitable[LoadedCopy], faults: list[str]) -> LoadedCopy | None:
        try:
            return replace(await loading, faults=tuple(faults))
        except (DocumentError, MissingError) as error:
            faults.append(str(error))
            return None

    async def open(self, document: Document) -> Loader:
        """Load a document and its parts. Raises DocumentError or MissingError."""
        parts = sorted(document.parts, key=lambda part: part.run)
        progress = Progress(sum(part.rows for part in parts))
        loader = Loader(self._tables)
        try:
            async with aclosing(downloads(self._vault, parts)) as stored:
                async for part, content in stored:
                    oldest = part.run == parts[0].run
                    await asyncio.to_thread(load_part, loader, part, content, oldest=oldest, on_rows=progress.add)
            await asyncio.to_thread(load_document, loader, document)
        except Exception:  # of an end from outside the thread that loads would hear nothing
            loader.close()
            raise
        finally:
            progress.end()
        return loader


def _said(error: NotRestoredError | OtherBotError) -> StoreError:
    """What is wrong with a copy, of an error that says as well that it keeps the tables from being restored."""
    return error.__cause__ if isinstance(error.__cause__, DocumentError) else error
