"""Messages that have waited at Telegram, after a night for instance, and whether it makes sense to answer them yet."""

import time
from collections import deque
from collections.abc import Collection, Mapping
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from runtime.outbox.gate import Gate

FULL = 100
"""The most updates that getUpdates returns (Bot API, getUpdates)."""

OLD = 5.0
"""Seconds that a message has waited at Telegram above which it belongs to a backlog."""

HOLD = 3.0
"""Seconds that answers wait for more messages of the same people."""


class Backlog:
    """Remembers who has written in the backlog that comes now."""

    def __init__(self) -> None:
        self._chats: set[int] = set()
        self._count = 0

    def hold(self, answer: Collection[Mapping[str, Any]], new: Collection[Mapping[str, Any]]) -> float:
        """Seconds that answers should wait after an answer of getUpdates, of whose updates these are new.

        While Telegram hands out full answers of old messages, most from people who have written in this backlog
        before, what could be told them now will have changed soon.
        """
        if len(answer) < FULL or not _is_old(list(answer)[-1]):
            self._chats.clear()
            self._count = 0
            return 0.0
        self._chats.update(_chat(update) for update in new)
        self._count += len(new)
        return HOLD if len(self._chats) <= self._count / 2 else 0.0


class HoldBack(BaseRequestMiddleware):
    """Looks at what getUpdates brings, and holds the answers back while a backlog comes; inside of what filters it."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._backlog = Backlog()
        self._seen: deque[int] = deque(maxlen=2 * FULL)
        """Updates that came last, as they come again until they are stored."""

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        result: Any = await make_request(bot, method)
        if method.__api_method__ == "getUpdates" and isinstance(result, list):
            self._look(result)
        return cast("Response[TelegramType]", result)

    def _look(self, updates: list[Mapping[str, Any]]) -> None:
        known = set(self._seen)
        new = [update for update in updates if isinstance(update, dict) and update.get("update_id") not in known]
        self._seen.extend(number for update in new if isinstance(number := update.get("update_id"), int))
        self._gate.hold(self._backlog.hold(updates, new))


def _message(update: Mapping[str, Any]) -> Mapping[str, Any]:
    message = update.get("message") if isinstance(update, dict) else None
    return message if isinstance(message, dict) else {}


def _chat(update: Mapping[str, Any]) -> int:
    chat = _message(update).get("chat")
    return int(chat.get("id", 0)) if isinstance(chat, dict) else 0


def _is_old(update: Mapping[str, Any]) -> bool:
    date = _message(update).get("date")
    return isinstance(date, int) and date < time.time() - OLD
