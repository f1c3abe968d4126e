"""Whoever writes or presses too much is told once, and then left alone until the minute has room again."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import CallbackQuery, Message, TelegramObject

from bots.shop import texts
from bots.shop.limits import Kind, Limits, Over
from bots.shop.shop import Shop
from runtime.filters import SENT
from runtime.languages import Phrase
from runtime.presses import let_go

PAYING = frozenset({"buy", "bill", "top", "coin", "again"})
"""What stands first in the data of a button that issues an invoice or pays."""


class Limited(BaseMiddleware):
    """Lets through what one person may do; the admin may do anything."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        shop: Shop = data["shop"]
        limits: Limits = data["limits"]
        if isinstance(event, Message) and _counts(event, shop):
            if over := _over(limits, Kind.MESSAGES, event):
                if over.is_first:
                    shop.tell(event.chat.id, Phrase(texts.TOO_MANY_MESSAGES, seconds=over.seconds))
                return None
        elif isinstance(event, CallbackQuery) and event.from_user.id != shop.store.chat_id:
            for kind, text in _counted(event):
                if over := _over(limits, kind, event):
                    said = shop.say(event.from_user.id, Phrase(text, seconds=over.seconds)) if over.is_first else None
                    await let_go(shop.bot, event.id, said, is_alert=over.is_first)
                    return None
        return await handler(event, data)


def _counts(message: Message, shop: Shop) -> bool:
    is_persons = message.chat.type == "private" and message.content_type in SENT
    return is_persons and message.chat.id != shop.store.chat_id


def _counted(query: CallbackQuery) -> list[tuple[Kind, str]]:
    """What a press counts as, and what is said when there are too many."""
    is_paying = (query.data or "").partition(":")[0] in PAYING
    payments = [(Kind.PAYMENTS, texts.TOO_MANY_PAYMENTS)] if is_paying else []
    return [(Kind.OPERATIONS, texts.TOO_MANY_PRESSES), *payments]


def _over(limits: Limits, kind: Kind, event: Message | CallbackQuery) -> Over | None:
    user = event.from_user
    return limits.over(kind, user.id, is_premium=bool(user.is_premium)) if user else None
