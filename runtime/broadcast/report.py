"""The one message by which the admin follows a broadcast and steers it."""

import asyncio
import logging
import time

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest

from pinstore import retry
from runtime.admin.chat import AdminChat
from runtime.broadcast import broadcast_texts as texts
from runtime.broadcast.buttons import buttons
from runtime.broadcast.mailing import Broadcast

log = logging.getLogger(__name__)

GAP = 5.0
"""Seconds between edits while all goes well: they share the limits of the chat with saves (tdlib/td issue 2592)."""


class Report:
    """Shows a broadcast; `row.progress` is its message, 0 before the first time."""

    def __init__(self, bot: Bot, admin: AdminChat, row: Broadcast) -> None:
        self._bot = bot
        self._admin = admin
        self._row = row
        self._shown = ""
        self._after = 0.0
        self._failures = 0
        self._showing: asyncio.Task[None] | None = None

    def show_soon(self) -> None:
        """Show how far it has come, unless that was done a moment ago; beside whatever follows."""
        if time.monotonic() >= self._after and (self._showing is None or self._showing.done()):
            self._showing = asyncio.create_task(self._try(), name="report")

    async def show(self, *, is_checking: bool = False) -> None:
        """Show how it is, for as long as it takes; a chat that cannot be written to is told nothing."""
        if self._showing:
            await asyncio.wait([self._showing])
        try:
            await retry.patiently(lambda: self._show(is_checking=is_checking))
        except TelegramAPIError as error:
            log.warning("The admin cannot be told of the broadcast: %s", retry.reason(error))

    async def abandon(self) -> None:
        """Break off what is under way."""
        if self._showing:
            self._showing.cancel()
            await asyncio.wait([self._showing])

    async def _try(self) -> None:
        try:
            await self._show()
        except (TelegramAPIError, *retry.TRANSIENT) as error:
            self._failures += 1
            self._after = time.monotonic() + max(GAP, retry.delay(self._failures, error))
            log.debug("The progress of the broadcast was not shown: %s", retry.reason(error))
        else:
            self._failures = 0

    async def _show(self, *, is_checking: bool = False) -> None:
        self._after = time.monotonic() + GAP
        text = self._admin.say(texts.progress(self._row, is_checking=is_checking))
        if text == self._shown:
            return
        if not self._row.progress or not await self._edit(text):
            message = await self._bot.send_message(self._row.chat, text, reply_markup=buttons(self._admin, self._row))
            self._row.progress = message.message_id
        self._shown = text

    async def _edit(self, text: str) -> bool:
        """False if the message is gone."""
        row = self._row
        try:
            await self._bot.edit_message_text(
                text, chat_id=row.chat, message_id=row.progress, reply_markup=buttons(self._admin, row)
            )
        except TelegramBadRequest as error:
            return "not modified" in error.message
        return True
