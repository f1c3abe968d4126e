"""Who is here; what is pressed before the set-up; and faults of ours, told with a code alone."""

import logging
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.dispatcher.event.bases import CancelHandler, SkipHandler
from aiogram.types import CallbackQuery, TelegramObject, User

from bots.shop import texts
from bots.shop.shop import Shop
from pinstore import errors
from runtime.languages import BEING_SET_UP, Phrase
from runtime.presses import let_go

log = logging.getLogger(__name__)


class Presence(BaseMiddleware):
    """Around all that comes from a person."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        shop: Shop = data["shop"]
        user: User | None = data.get("event_from_user")
        if user is None:
            return await handler(event, data)
        shop.heard(user.id, user.language_code)
        if isinstance(event, CallbackQuery) and not (shop.is_open.is_set() and _is_private(event)):
            await let_go(shop.bot, event.id, None if shop.is_open.is_set() else shop.say(user.id, BEING_SET_UP))
            return None
        if not shop.is_open.is_set():
            return None
        try:
            return await handler(event, data)
        except (errors.StoreError, SkipHandler, CancelHandler):
            raise
        except Exception:
            code = secrets.token_hex(4)
            shop.meters.faults += 1
            log.exception("A fault, code %s", code)
            if isinstance(event, CallbackQuery):
                await let_go(shop.bot, event.id)
            shop.tell(user.id, Phrase(texts.FAULT, code=code))
            return None


def _is_private(query: CallbackQuery) -> bool:
    """Whether its message is one of the shop's: in groups there are none, and numbers there are those of others."""
    return query.message is None or query.message.chat.type == "private"
