"""Screens on their way: in the place of the message that was pressed, or as a new one where that cannot be edited."""

from dataclasses import dataclass
from typing import ClassVar

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import InlineKeyboardMarkup

from runtime.outbox.answer import Answer
from runtime.outbox.methods import NewText

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
