"""Screens on their way: in the place of the message that was pressed, or as a new one where that cannot be edited."""

import logging
from dataclasses import dataclass
from typing import ClassVar

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from pinstore import retry
from runtime.outbox.answer import Answer
from runtime.outbox.methods import NewText

log = logging.getLogger(__name__)

UNCHANGED = "message is not modified"


@dataclass(slots=True)
class Shown(Answer):
    """A screen; `message` is what it replaces, 0 for nothing."""

    stands_alone: ClassVar[bool] = True

    message: int = 0
    is_new: bool = True
    """Whether it is worth a message of its own where that is gone."""

    async def deliver(self, bot: Bot, chat_id: int) -> None:
        """Edit, or send."""
        if self.message:
            buttons = self.markup if isinstance(self.markup, InlineKeyboardMarkup) else None
            edit = NewText(chat_id=chat_id, message_id=self.message, text=self.text, reply_markup=buttons)
            try:
                await bot(edit)
            except TelegramBadRequest as error:
                if UNCHANGED in error.message or not self.is_new:
                    return
                self.message = 0  # it is gone, or too old
            else:
                return
        await bot(self.say(chat_id))


async def answer(query: CallbackQuery, text: str | None = None, *, alert: bool = False) -> None:
    """Answer a press; one that came too late for that is served all the same."""
    try:
        await query.answer(text, show_alert=alert or None)
    except (TelegramAPIError, *retry.TRANSIENT) as error:
        log.debug("A press could not be answered: %s", retry.reason(error))
