"""Taps on buttons below messages: which of them are taken, and that the button waits no more."""

import logging

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Filter
from aiogram.types import CallbackQuery

from pinstore import Keeper, retry
from runtime.outbox.methods import Answered

log = logging.getLogger(__name__)


class Pressed(Filter):
    """A button in a private chat, while there is a place where its effect can be kept."""

    async def __call__(self, query: CallbackQuery, store: Keeper) -> bool:
        return store.chat_id is not None and query.message is not None and query.message.chat.type == "private"


async def let_go(bot: Bot, query_id: str, text: str | None = None, *, is_alert: bool = False) -> None:
    """Let the button wait no more, with a text or without; one that was pressed too long ago waits no longer anyway."""
    try:
        await bot(Answered(callback_query_id=query_id, text=text or None, show_alert=is_alert or None))
    except (TelegramAPIError, *retry.TRANSIENT) as error:
        log.debug("A button waits: %s", retry.reason(error))
