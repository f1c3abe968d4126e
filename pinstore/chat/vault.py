"""The messages in the admin chat: write, edit, pin, forward, download. It has no idea what is in them."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import BufferedInputFile, InputMediaDocument

from pinstore.chat.files import content_of
from pinstore.chat.held import DocumentMessage, Forward, Held, Look, Recaption, Replace, Send, Sender
from pinstore.chat.methods import upload_time
from pinstore.chat.refusals import refusals
from pinstore.chat.retry import TRANSIENT, patiently, reason
from pinstore.errors import MissingError, NoFileError, UnmodifiedError

log = logging.getLogger(__name__)

TRIES = 3
"""Attempts at a call within one restore; the restore itself is repeated until it succeeds."""


class Upload(BufferedInputFile):
    """A file that leaves time to the event loop: a connection may take all of it at once, and that is milliseconds."""

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:
        """The content in chunks of 64 KB, which is what aiogram sends."""
        async for chunk in super().read(bot):
            yield chunk
            await asyncio.sleep(0)


class Vault:
    """Document messages of one chat.

    The defaults that a bot may have for its answers are not for them: a caption is no markup, and what is protected
    cannot be forwarded, so nobody could read it again.
    """

    def __init__(self, bot: Bot, chat_id: int) -> None:
        self._bot = bot
        self.chat_id = chat_id
        self.auto_delete = 0
        """Seconds after which Telegram deletes what is sent to the chat, 0 if never, when `pinned` was last asked."""
        self._shown: DocumentMessage | None = None

    async def pinned(self) -> DocumentMessage | None:
        """The message that getChat shows as pinned: of all pinned ones the one sent last (Bot API, ChatFullInfo)."""
        with refusals(self.chat_id):
            chat = await self._bot(Look(chat_id=self.chat_id))
        self.auto_delete, self._shown = chat.message_auto_delete_time, None
        if message := chat.pinned_message:
            is_own = self._is_self(message.sender) and message.forward_origin is None
            self._shown = replace(DocumentMessage.of(message), is_own=is_own)
        return self._shown

    async def peek(self, message_id: int) -> DocumentMessage:
        """See a message by forwarding it to its own chat and deleting the copy. Raises MissingError."""
        copy = await self._forward(message_id)
        await self.discard(copy.message_id)
        return self._original(copy, message_id)

    async def read(self, message_id: int) -> tuple[DocumentMessage, bytes]:
        """Forward a message, download its document, delete the copy. Raises MissingError."""
        try:
            copy = await self._forward(message_id)
        except MissingError:
            shown = self._shown  # what getChat has shown needs no forward, which may be refused for reasons of its own
            if shown is None or shown.message_id != message_id or not shown.file_id:
                raise
            return shown, await self.fetch(shown.file_id)
        try:
            held = self._original(copy, message_id)
            if not held.file_id:
                raise MissingError(f"message {message_id} holds no document")
            return held, await self.fetch(held.file_id)
        finally:
            await self.discard(copy.message_id)

    async def fetch(self, file_id: str) -> bytes:
        """Download a file.

        Raises MissingError if Telegram no longer has it, ElsewhereError, or an error of `retry.AMBIGUOUS`.
        """

        async def attempt() -> bytes:
            return await content_of(self._bot, str((await self._bot.get_file(file_id)).file_path))

        try:
            return await patiently(attempt, TRIES)
        except TelegramBadRequest as error:
            raise NoFileError(error.message) from error

    async def write(self, name: str, content: bytes, caption: str) -> DocumentMessage:
        """Send a document silently."""
        return await self._send(Upload(content, name), caption, upload_time(len(content)))

    async def resend(self, file_id: str, caption: str) -> DocumentMessage:
        """Send a document that is at Telegram already."""
        return await self._send(file_id, caption)

    async def edit(self, message_id: int, name: str, content: bytes, caption: str) -> DocumentMessage:
        """Put another document into a message of the bot. Raises MissingError if it cannot be edited."""
        return await self._edit(message_id, Upload(content, name), caption, upload_time(len(content)))

    async def point(self, message_id: int, file_id: str, caption: str) -> None:
        """Put a document that is at Telegram already into a message. Raises MissingError if it cannot be edited."""
        with suppress(UnmodifiedError):
            await self._edit(message_id, file_id, caption)

    async def recaption(self, message_id: int, caption: str) -> None:
        """Change the caption alone; the document stays whatever it is at that moment."""
        with suppress(UnmodifiedError), refusals(self.chat_id, is_edit=True):
            await self._bot(Recaption(chat_id=self.chat_id, message_id=message_id, caption=caption))

    async def pin(self, message_id: int) -> None:
        """Pin silently; what is pinned already stays pinned."""
        with suppress(UnmodifiedError), refusals(self.chat_id):
            await self._bot.pin_chat_message(self.chat_id, message_id, disable_notification=True)

    async def _send(self, file: BufferedInputFile | str, caption: str, seconds: int | None = None) -> DocumentMessage:
        send = Send(chat_id=self.chat_id, document=file, caption=caption)
        with refusals(self.chat_id):
            return DocumentMessage.of(await self._bot(send, seconds))

    async def _edit(
        self, message_id: int, file: BufferedInputFile | str, caption: str, seconds: int | None = None
    ) -> DocumentMessage:
        media = InputMediaDocument(media=file, caption=caption, disable_content_type_detection=True, parse_mode=None)
        replacing = Replace(media=media, chat_id=self.chat_id, message_id=message_id)
        with refusals(self.chat_id, is_edit=True):
            message = await self._bot(replacing, seconds)
        if not isinstance(message, Held):
            raise MissingError(f"message {message_id} is not the bot's own")
        return DocumentMessage.of(message)

    async def _forward(self, message_id: int) -> Held:
        forward = Forward(chat_id=self.chat_id, from_chat_id=self.chat_id, message_id=message_id)
        with refusals(self.chat_id):
            return await patiently(lambda: self._bot(forward), TRIES)

    def _original(self, copy: Held, message_id: int) -> DocumentMessage:
        """The message of which this is a forwarded copy."""
        is_own = copy.forward_origin is not None and self._is_self(copy.forward_origin.sender_user)
        return replace(DocumentMessage.of(copy), message_id=message_id, is_own=is_own)

    def _is_self(self, sender: Sender | None) -> bool:
        return sender is not None and sender.id == self._bot.id

    async def retire(self, message_id: int) -> None:
        """Delete a message, or unpin it where that is too late (48 hours; Bot API, deleteMessage).

        Raises an error of `retry.TRANSIENT`.
        """
        for call in (self._bot.delete_message, self._bot.unpin_chat_message):
            try:
                await patiently(lambda: call(chat_id=self.chat_id, message_id=message_id), TRIES)  # noqa: B023
            except TRANSIENT:
                raise
            except TelegramAPIError as error:
                log.debug("Message %s: %s", message_id, reason(error))
            else:
                return

    async def discard(self, message_id: int) -> None:
        """Delete a message that nobody needs, if that works."""
        try:
            await patiently(lambda: self._bot.delete_message(self.chat_id, message_id), TRIES)
        except Exception as error:  # noqa: BLE001 - a copy that stays is untidy, what was read from it is good
            log.warning("The forwarded copy %s could not be deleted: %s", message_id, reason(error))
