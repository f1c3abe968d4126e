"""The JSON that comes from Telegram."""

import json
from typing import Any

import orjson

YES = b'{"ok":true,'
"""How Telegram's server begins an answer that says yes (tdlib/telegram-bot-api, Query.h, JsonQueryOk)."""


class Unread:
    """The result of a call of which nobody needs to know more than that it worked."""

    __slots__ = ("_content",)

    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self) -> Any:
        """The result, for whoever watches calls."""
        said = yes(self._content)
        return said and said.get("result")


def yes(content: bytes) -> dict[str, Any] | None:
    """An answer that says yes, with its result as it came; None for any other."""
    try:
        said = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return said if isinstance(said, dict) and said.get("ok") is True else None


def loads(content: str | bytes) -> Any:
    """Any JSON; half a character, which a text that was cut has at its end, becomes a question mark."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        text = json.dumps(json.loads(content), ensure_ascii=False)
        return orjson.loads(text.encode(errors="replace"))
