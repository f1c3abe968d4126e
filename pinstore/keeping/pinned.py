"""The pinned document message: look at it, edit it, or write it anew where it cannot be edited."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pinstore.chat.held import DocumentMessage
from pinstore.chat.retry import AMBIGUOUS, patiently
from pinstore.chat.vault import Vault
from pinstore.copies.document import Stamp
from pinstore.copies.rendering import Rendered
from pinstore.copies.stamp import caption, read_caption
from pinstore.errors import MissingError

log = logging.getLogger(__name__)

TRIES = 3

Check = Callable[[], Awaitable[None]]
"""Raises if this process may not store anything any more."""


@dataclass(frozen=True)
class Seen:
    """What the chat shows: the document message (None if it is gone) and the message pinned on top."""

    document: DocumentMessage | None
    top: DocumentMessage | None

    @property
    def is_pinned(self) -> bool:
        """True if getChat shows the document message itself."""
        return bool(self.document and self.top and self.document.message_id == self.top.message_id)

    @property
    def stamps(self) -> list[Stamp]:
        """The stamps in both captions, as far as the bot has written them: another bot's backup is no claim on ours."""
        captions = [held.caption for held in (self.document, self.top) if held and held.is_own]
        return [stamp for text in captions if (stamp := read_caption(text).stamp)]


class Pinned:
    """One message of the admin chat; `held` is None until there is one that may be edited."""

    def __init__(self, vault: Vault, held: DocumentMessage | None) -> None:
        self.vault = vault
        self.held = held
        self._owes_an_answer = False
        """True after an edit that timed out: it may still land, on whatever is stored by then."""

    def follow(self, chat_id: int) -> None:
        """The group has this id now, and none of its messages there: the next document goes into a new one."""
        self.vault.chat_id, self.held = chat_id, None

    async def look(self, *, hidden: bool = True) -> Seen:
        """See the message without a trace in the chat; it is forwarded for that only if another one is on top.

        Without `hidden` it is not looked at then.
        """
        top = await self.vault.pinned()
        if self.held is None or (top and top.message_id == self.held.message_id):
            return Seen(top if self.held else None, top)
        if not hidden:
            return Seen(None, top)
        try:
            return Seen(await self.vault.peek(self.held.message_id), top)
        except MissingError:
            return Seen(None, top)

    async def put(self, rendered: Rendered, text: str, seen: Seen, check: Check, *, anew: bool) -> DocumentMessage:
        """Store a document in the message, or in a new one if that is gone, hidden by a later pin or not editable.

        A new one is pinned only if `check` does not raise: it may have been on its way for longer than anybody thinks.
        """
        held: DocumentMessage | None = None
        is_hidden = seen.document and seen.top and seen.top.message_id > seen.document.message_id
        if seen.document and not (anew or is_hidden or self._owes_an_answer):
            held = await self._edit(seen.document.message_id, rendered, text)
            if held and not seen.is_pinned:
                await self._pin(held)
        if held is None:
            held = await self.write(rendered, text, check)
        self.held = held
        return held

    async def write(self, rendered: Rendered, text: str, check: Check | None = None) -> DocumentMessage:
        """Store a document in a new message and pin it."""
        held = await self.vault.write(rendered.name, rendered.content, text)
        try:
            if check:
                await check()
        except Exception:  # whatever it says, this document is nobody's
            await self.vault.discard(held.message_id)
            raise
        self._owes_an_answer = False
        self.held = held  # if pinning fails, the next save edits this message and pins it
        await self._pin(held)
        return held

    async def claim(self, stamp: Stamp) -> None:
        """Put `stamp` into the caption; the document stays whole, whatever lies there at that moment.

        One attempt. Raises MissingError if the caption is not one of ours or cannot be edited.
        """
        if self.held is None:
            raise MissingError("no document is stored yet")
        before = self.held.caption
        checksum = read_caption(before).sha256
        if checksum is None:
            raise MissingError("its caption holds no checksum")
        text = caption(before.split(" · ")[0], stamp, checksum, is_claim=True)
        await self.vault.recaption(self.held.message_id, text)

    async def _edit(self, message_id: int, rendered: Rendered, text: str) -> DocumentMessage | None:
        """None if the message cannot be edited. A lost answer is recognised by reading back."""
        try:
            return await self.vault.edit(message_id, rendered.name, rendered.content, text)
        except MissingError as error:
            log.warning("The document is written anew: %s", error)
            return None
        except AMBIGUOUS as error:
            self._owes_an_answer = isinstance(error.__cause__, asyncio.TimeoutError)
            document = (await patiently(self.look, TRIES)).document
            if document is None or read_caption(document.caption).sha256 != rendered.sha256:
                raise
            self._owes_an_answer = False
            return document

    async def _pin(self, held: DocumentMessage) -> None:
        await patiently(lambda: self.vault.pin(held.message_id), TRIES)
