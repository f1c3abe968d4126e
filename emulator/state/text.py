"""Texts as Telegram takes them: cleaned, trimmed, measured."""

from __future__ import annotations

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_RAW_BYTES = 1 << 15

_CONTROL = {code: " " for code in range(32) if code not in {9, 10, 13}} | {13: None}


def clean(text: str) -> str:
    r"""Control characters become spaces, "\r" disappears. Source: tdlib/td, utf8/misc.cpp, clean_input_string."""
    return text.translate(_CONTROL)


def trim(text: str) -> str:
    """Spaces and line feeds go at both ends. Source: tdlib/td, MessageEntity.cpp, fix_formatted_text."""
    return text.strip(" \n\t\u00a0\u200b\u2028\u2029")


def utf16(text: str) -> int:
    """The length that entities are measured in."""
    return len(text) + sum(char > "\uffff" for char in text) if not text.isascii() else len(text)
