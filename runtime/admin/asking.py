"""Questions with buttons below them: asked once, answered once."""

import logging
import secrets
from collections.abc import Mapping
from typing import Generic, TypeVar

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from pinstore import retry
from runtime.admin.chat import AdminChat
from runtime.languages import Phrase, Said
from runtime.outbox.topic import topic_of

log = logging.getLogger(__name__)
Subject = TypeVar("Subject")

TRIES = 3


class Question(Generic[Subject]):
    """A question about something; a later one of its kind, or a restart, makes it stale."""

    def __init__(self, bot: Bot, kind: str) -> None:
        self._bot = bot
        self._kind = kind
        """The word with which the data of its buttons begins."""
        self._token = ""
        self._subject: Subject | None = None

    async def ask(
        self, chat_id: int, admin: AdminChat, said: Said, answers: Mapping[str, Phrase], subject: Subject
    ) -> None:
        """Ask; `answers` are the words on the buttons by what they mean. Raises what sending raises."""
        self._token, self._subject = secrets.token_hex(8), subject
        buttons = [
            InlineKeyboardButton(text=admin.say(words), callback_data=f"{self._kind}:{answer}:{self._token}")
            for answer, words in answers.items()
        ]
        markup = InlineKeyboardMarkup(inline_keyboard=[buttons])
        topic, text = topic_of(chat_id), admin.say(said)
        await retry.patiently(
            lambda: self._bot.send_message(chat_id, text, reply_markup=markup, message_thread_id=topic),
            TRIES,
        )

    def read(self, data: str | None) -> bool | dict[str, str]:
        """The answer and the token of a pressed button; False if it is one of another kind."""
        kind, _, rest = (data or "").partition(":")
        answer, _, token = rest.partition(":")
        return {"answer": answer, "token": token} if kind == self._kind else False

    def take(self, token: str) -> Subject | None:
        """What the question was about whose button was pressed; None if it is stale or answered already."""
        if not self._token or not secrets.compare_digest(self._token.encode(), token.encode()):
            return None
        subject, self._subject, self._token = self._subject, None, ""
        return subject

    def forget(self) -> None:
        """What was asked is no longer true."""
        self._subject, self._token = None, ""


async def reply(query: CallbackQuery, line: str, popup: str = "") -> None:
    """Show the popup, or none if it is empty, and put the line in place of the buttons; a courtesy that may fail."""
    try:
        await query.answer(popup, show_alert=bool(popup))
    except (
        TelegramAPIError,
        *retry.TRANSIENT,
    ) as error:  # too late for it after a restart, and a second one is refused
        log.info("A pressed button was not answered: %s", retry.reason(error))
    message = query.message
    if not line or not isinstance(message, Message):
        return
    try:
        await retry.patiently(lambda: message.edit_text(f"{message.text}\n\n{line}"), TRIES)
    except (TelegramAPIError, *retry.TRANSIENT) as error:
        log.info("A question keeps its buttons: %s", retry.reason(error))
