"""The question before a broadcast: the message as players will see it, how many will get it, and two buttons."""

import asyncio
import logging

from aiogram.exceptions import TelegramAPIError
from aiogram.types import Document, Message, ReplyParameters

from pinstore import errors, retry
from runtime.broadcast import broadcast_texts as texts
from runtime.broadcast.buttons import buttons
from runtime.broadcast.confidential import objection
from runtime.broadcast.contents import holds_tables
from runtime.broadcast.mailing import ASKED, CANCELLED, Broadcast
from runtime.broadcast.means import Means
from runtime.broadcast.readback import GoneError, Readback
from runtime.languages import Phrase
from runtime.outbox.calls import Copy

log = logging.getLogger(__name__)

LARGEST = 20 << 20
"""Bytes of a file that a bot can download (Bot API, getFile)."""

TRIES = 8
"""Attempts at a call: half a minute and more. What goes on meanwhile has to wait."""

HARMLESS = ("video/", "audio/", "image/")
"""Types of files that may be too large to be looked at."""


class Asking:
    """Asks about one broadcast; what keeps it from being sent is said instead."""

    def __init__(self, means: Means, row: Broadcast) -> None:
        self._means = means
        self._row = row
        self._readback = Readback(means.bot, (row.chat, row.message))

    async def ask(self) -> None:
        """Look at the message once more, as an old one may have changed, and show it. Raises TakenAwayError."""
        try:
            refused = await self._objection(await self._readback.see(TRIES))
            if refused is None:
                await self._show()
        except retry.TRANSIENT as error:
            log.warning("The message could not be shown before it is sent: %s", retry.reason(error))
            refused = texts.NOT_SHOWN
        except (GoneError, TelegramAPIError) as error:
            log.info("The message cannot be sent to players: %s", retry.reason(error))
            refused = texts.NOT_COPIED
        if refused:
            await self._refuse(refused)

    async def _objection(self, message: Message) -> Phrase | None:
        if refused := objection(message, self._means.bot.id, self._means.admin.app.name):
            return refused
        document = message.document
        return await self._look_into(document) if document and not message.animation else None

    async def _look_into(self, document: Document) -> Phrase | None:
        if (document.file_size or 0) > LARGEST:
            return None if (document.mime_type or "").startswith(HARMLESS) else texts.UNREADABLE
        try:
            content = await self._means.store.fetch(document.file_id)
        except (errors.MissingError, *retry.TRANSIENT) as error:
            log.warning("A file that is to go to all players could not be read: %s", retry.reason(error))
            return texts.UNREADABLE
        tables = self._means.store.tables
        return texts.CONFIDENTIAL if await asyncio.to_thread(holds_tables, content, tables) else None

    async def _show(self) -> None:
        """A copy of the message, and the question as an answer to it."""
        row, bot = self._row, self._means.bot
        copy = await retry.patiently(
            lambda: bot(Copy(chat_id=row.chat, from_chat_id=row.chat, message_id=row.message)), TRIES
        )
        number = await asyncio.to_thread(self._means.people.served)
        question = await retry.patiently(
            lambda: bot.send_message(
                row.chat,
                self._means.admin.say(texts.question(number)),
                reply_markup=buttons(self._means.admin, row),
                reply_parameters=ReplyParameters(message_id=copy.message_id, allow_sending_without_reply=True),
            ),
            TRIES,
        )
        row.progress = question.message_id
        await self._write()

    async def _refuse(self, why: Phrase) -> None:
        await self._means.broadcasts.steer(self._row.id, [ASKED], CANCELLED, update=None)
        self._row.is_told = True
        await self._write()
        self._means.admin.tell(self._row.chat, why)

    async def _write(self) -> None:
        await self._means.broadcasts.write(self._row)
