"""Refusals of the Bot API, worded as the real server words them."""

from __future__ import annotations

import math

_PREFIXES = {400: "Bad Request", 403: "Forbidden"}


class BotApiError(Exception):
    """One refused call: HTTP status, description, retry_after in seconds for 429, and where a chat has moved."""

    def __init__(
        self, code: int, description: str, retry_after: int | None = None, migrate_to_chat_id: int | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.migrate_to_chat_id = migrate_to_chat_id


def refusal(code: int, message: str) -> BotApiError:
    """Prefix by code, first letter lowered unless the second is a capital or '_'.

    Source: tdlib/telegram-bot-api, Client.cpp, fail_query_with_error.
    """
    if not (message[1:2] == "_" or "A" <= message[1:2] <= "Z"):
        message = message[:1].lower() + message[1:]
    return BotApiError(code, f"{_PREFIXES[code]}: {message}")


def bad_request(message: str) -> BotApiError:
    """A 400, the usual refusal."""
    return refusal(400, message)


def forbidden(message: str) -> BotApiError:
    """A 403: the chat is closed to the bot."""
    return refusal(403, message)


def too_many_requests(seconds: float) -> BotApiError:
    """A 429 with whole seconds, at least one. Source: tdlib/telegram-bot-api, Query.cpp, set_retry_after_error."""
    retry_after = max(1, math.ceil(seconds))
    return BotApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after)
