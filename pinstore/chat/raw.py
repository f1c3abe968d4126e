"""An update as it came, before anything was made of it."""

from typing import Any

RawUpdate = dict[str, Any]
"""Bot API, Update."""


def chat_of(update: RawUpdate) -> int | None:
    """The chat of a message."""
    match update:
        case {"message": {"chat": {"id": int(chat_id)}}}:
            return chat_id
    return None
