"""Messages that have waited at Telegram, after a night for instance, and whether it makes sense to answer them yet."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

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

    def hold(self, updates: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> float:
        """Seconds that answers should wait after getUpdates has returned these, of which some are new.

        While Telegram hands out full answers of old messages, most from people who have written in this backlog
        before, what could be told them now will have changed soon.
        """
        if len(updates) < FULL or not _is_old(updates[-1]):
            self._chats.clear()
            self._count = 0
            return 0.0
        self._chats.update(_chat(update) for update in new)
        self._count += len(new)
        return HOLD if len(self._chats) <= self._count / 2 else 0.0


def _message(update: Mapping[str, Any]) -> Mapping[str, Any]:
    message = update.get("message") if isinstance(update, dict) else None
    return message if isinstance(message, dict) else {}


def _chat(update: Mapping[str, Any]) -> int:
    chat = _message(update).get("chat")
    return int(chat.get("id", 0)) if isinstance(chat, dict) else 0


def _is_old(update: Mapping[str, Any]) -> bool:
    date = _message(update).get("date")
    return isinstance(date, int) and date < time.time() - OLD
