"""Message ids that pass by: whoever looks for a certain message need not look at these."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from runtime.parsing import Unread


class Witness(BaseRequestMiddleware):
    """Notes the ids of messages that come, and of those that are sent in plain calls."""

    def __init__(self) -> None:
        self.ids: set[int] = set()

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        result: Any = await make_request(bot, method)
        seen = result.read() if isinstance(result, Unread) else result
        for one in seen if isinstance(seen, list) else [seen]:
            if isinstance(one, dict):
                self._note(one.get("message", one))
        return cast("Response[TelegramType]", result)

    def _note(self, message: Any) -> None:
        """Supergroups and channels, which have negative ids, count their messages for themselves."""
        match message:
            case {"message_id": int(number), "chat": {"id": int(chat)}} if chat > 0:
                self.ids.add(number)


@contextmanager
def witness(bot: Bot) -> Iterator[set[int]]:
    """The ids of private messages that have passed by since the beginning of the block."""
    watching = Witness()
    bot.session.middleware.register(watching)
    try:
        yield watching.ids
    finally:
        bot.session.middleware.unregister(watching)
