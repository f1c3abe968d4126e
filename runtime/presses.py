"""Taps on buttons below messages: which of them are taken, and that the button waits no more."""

import logging

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Filter
from aiogram.types import CallbackQuery

from pinstore import Store, retry
from runtime.outbox.methods import Answered

log = logging.getLogger(__name__)


class Pressed(Filter):
    """A button in a private chat, while there is a place where its effect can be kept."""

    async def __call__(self, query: CallbackQuery, store: Store) -> bool:
        return store.chat_id is not None and query.message is not None and query.message.chat.type == "private"


async def let_go(bot: Bot, query: CallbackQuery) -> None:
    """Let the button wait no more."""
    try:
        await bot(Answered(callback_query_id=query.id))
    except (TelegramAPIError, *retry.TRANSIENT) as error:  # it is an ornament
        log.debug("A button waits: %s", retry.reason(error))
