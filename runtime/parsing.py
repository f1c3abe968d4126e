"""The JSON that comes from Telegram."""

import json
from typing import Any

import orjson


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
