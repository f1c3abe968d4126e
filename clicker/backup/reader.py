"""Reads stored copies and loads the newest good one."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class _Found:
    held: Held
    stamp: Stamp
    document: Document | None


class Reader:
    """Verifies copies in the admin chat: checksum, format, version, parts, counts."""

    def __init__(self, vault: Vault, tables: Sequence[Table]) -> None:
        self._vault = vault
        self._tables = tables

    async def newest(self, message_ids: Sequence[int]) -> Copy:
        """Load the highest generation that is good. Raises NotRestoredError if there is none."""
        faults: list[str] = []
        found = [copy for message_id in message_ids if (copy := await self._find(message_id, faults))]
        claim = max((copy.stamp.claim for copy in found), default=(0, ""))
        for copy in sorted(found, key=lambda copy: copy.stamp.generation, reverse=True):
            stamp = Stamp(copy.stamp.generation, claim[0], claim[1] or None)
            loaded = await self._load(copy, stamp, faults)
            if loaded:
                if faults:
                    log.error("A copy is not good and was passed over: %s", "; ".join(faults))
                return loaded
        raise NotRestoredError(f"The stored table cannot be restored: {'; '.join(faults)}.")

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
            return _Found(held, stamp, None) if stamp else None
        return _Found(held, stamp or Stamp(document.generation, document.epoch, document.owner), document)

    async def _load(self, copy: _Found, stamp: Stamp, faults: list[str]) -> Copy | None:
        if copy.document is None:
            return None
        try:
            loader = await self.open(copy.document)
        except (DocumentError, MissingError) as error:
            faults.append(f"message {copy.held.message_id}: {error}")
        else:
            return Copy(copy.document, loader, stamp, copy.held)
        previous = copy.document.previous
        return await self._load_previous(previous, stamp, faults) if previous else None

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
