"""Reads stored copies and loads the newest good one."""

import asyncio
import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from clicker.backup.document import (
    Document,
    DocumentError,
    NewerVersionError,
    Stamp,
    check_sum,
    matches_name,
    parse,
    read_caption,
)
from clicker.backup.snapshot import load_document, load_part
from clicker.backup.vault import Held, MissingError, Vault
from clicker.database import Loader, Table

log = logging.getLogger(__name__)


class NotRestoredError(Exception):
    """There are copies and none of them is good, or they cannot be reached; the message is one sentence."""


@dataclass(frozen=True)
class Copy:
    """A copy that was read and verified."""

    document: Document
    loader: Loader
    stamp: Stamp
    """Its generation; epoch and owner are the highest that any copy showed."""
    place: Held | None
    """The message that the next save may edit; None if a copy that is not good lies there and must stay as it is."""
    faults: tuple[str, ...] = ()
    """Why copies with a higher generation, or in other places, were passed over."""


@dataclass(frozen=True)
class _Found:
    held: Held
    stamp: Stamp
    document: Document | None
    previous: str | None


_PREVIOUS = re.compile(rb'"previous": "([\w-]+)"')


class Reader:
    """Verifies copies in the admin chat: checksum, format, version, parts, counts."""

    def __init__(self, vault: Vault, tables: Sequence[Table]) -> None:
        self._vault = vault
        self._tables = tables

    async def newest(self, message_ids: Sequence[int], older: Iterable[int] | None = None) -> Copy:
        """Load the highest generation that is good. Raises NotRestoredError if there is none.

        Where a copy is not good, `older` allows to fall back: to the generation before it, then to these messages.
        """
        faults: list[str] = []
        found = [copy for message_id in message_ids if (copy := await self._find(message_id, faults))]
        generation = max((copy.stamp.generation for copy in found), default=0)
        epoch, owner = max((copy.stamp.claim for copy in found), default=(0, ""))
        stamp = Stamp(generation, epoch, owner or None)
        for copy in sorted(found, key=lambda copy: copy.stamp.generation, reverse=True):
            loaded = await self._load(copy, stamp, faults)
            if loaded is None and older is not None and copy.previous:
                loaded = await self._load_previous(copy.previous, stamp, faults)
            if loaded:
                return replace(loaded, faults=tuple(faults))
        for message_id in older or ():
            copy_before = await self._find(message_id, [])
            loaded = await self._load(copy_before, stamp, faults) if copy_before else None
            if loaded:
                return replace(loaded, place=None, faults=tuple(faults))
        raise NotRestoredError(f"The stored table cannot be restored: {'; '.join(faults)}.")

    async def verify(self, message_id: int) -> Copy:
        """Load the copy in one message. Raises NotRestoredError if it is not good."""
        return await self.newest([message_id])

    async def _find(self, message_id: int, faults: list[str]) -> _Found | None:
        try:
            held, content = await self._vault.read(message_id)
        except MissingError as error:
            faults.append(f"message {message_id}: {error}")
            return None
        stamp = read_caption(held.caption).stamp
        try:
            document = await asyncio.to_thread(_verified, held, content)
        except NewerVersionError as error:
            raise NotRestoredError(f"The stored table cannot be restored: {error}.") from error
        except DocumentError as error:
            faults.append(f"message {message_id}: {error}")
            hint = _PREVIOUS.search(content)
            return _Found(held, stamp or Stamp(), None, hint[1].decode() if hint else None)
        stamp = stamp or Stamp(document.generation, document.epoch, document.owner)
        return _Found(held, stamp, document, document.previous)

    async def _load(self, copy: _Found, stamp: Stamp, faults: list[str]) -> Copy | None:
        if copy.document is None:
            return None
        try:
            return Copy(copy.document, await self.open(copy.document), stamp, copy.held)
        except (DocumentError, MissingError) as error:
            faults.append(f"message {copy.held.message_id}: {error}")
            return None

    async def _load_previous(self, file_id: str, stamp: Stamp, faults: list[str]) -> Copy | None:
        """The generation before: its message has been edited since, its file is still at Telegram."""
        try:
            document = await asyncio.to_thread(parse, await self._vault.fetch(file_id))
            return Copy(document, await self.open(document), stamp, None)
        except (DocumentError, MissingError) as error:
            faults.append(f"the generation before it: {error}")
            return None

    async def open(self, document: Document) -> Loader:
        """Load a document and its parts. Raises DocumentError or MissingError."""
        loader = Loader(self._tables)
        parts = sorted(document.parts, key=lambda part: part.run)
        for number, part in enumerate(parts, 1):
            content = await self._vault.fetch(part.file_id)
            await asyncio.to_thread(load_part, loader, part, content, oldest=part.run == parts[0].run)
            log.info("Restoring: part %s of %s", number, len(parts))
        await asyncio.to_thread(load_document, loader, document)
        return loader


def _verified(held: Held, content: bytes) -> Document:
    marks = read_caption(held.caption)
    if not (marks.is_claim and matches_name(content, held.name)):
        check_sum(content, marks.sha256)
    return parse(content)
