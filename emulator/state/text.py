"""Texts as Telegram takes them: cleaned, trimmed, measured, with the entities it finds by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.state.chats import Json

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_RAW_BYTES = 1 << 15

_CONTROL = {code: " " for code in range(32) if code not in {9, 10, 13}} | {13: None}
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]+[^\s<>\".,:;!?)])"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})"
    r"|(?<![\w/@])(?P<bot_command>/[A-Za-z0-9_]{1,64}(?:@[A-Za-z][A-Za-z0-9_]{2,31})?)(?![\w/])"
    r"|(?<![\w@])(?P<mention>@[A-Za-z][A-Za-z0-9_]{3,31})(?!\w)"
    r"|(?<![\w#])(?P<hashtag>#\w*[^\W\d_]\w*)"
)
_MARKS = re.compile(r"[/@#]")


def clean(text: str) -> str:
    r"""Control characters become spaces, "\r" disappears. Source: tdlib/td, utf8/misc.cpp, clean_input_string."""
    return text.translate(_CONTROL)


def trim(text: str) -> str:
    """Spaces and line feeds go at both ends. Source: tdlib/td, MessageEntity.cpp, fix_formatted_text."""
    return text.strip(" \n\t\u00a0\u200b\u2028\u2029")


def utf16(text: str) -> int:
    """The length that entities are measured in."""
    return len(text) + sum(char > "\uffff" for char in text) if not text.isascii() else len(text)


def find_entities(text: str) -> list[Json]:
    """Commands, mentions, hashtags, URLs and e-mails. Source: tdlib/td, MessageEntity.cpp, find_entities."""
    if _MARKS.search(text) is None:
        return []
    found = []
    for match in _FOUND.finditer(text):
        kind = match.lastgroup
        offset = utf16(text[: match.start()])
        found.append({"type": kind, "offset": offset, "length": utf16(match.group())})
    return found


def merge_entities(given: list[Json], text: str) -> list[Json]:
    """The given entities and those found in `text` outside of them, by offset."""
    found = find_entities(text)
    if not given:
        return found
    free = [
        one
        for one in found
        if all(
            one["offset"] + one["length"] <= other["offset"] or other["offset"] + other["length"] <= one["offset"]
            for other in given
        )
    ]
    return sorted([*given, *free], key=lambda entity: (entity["offset"], -entity["length"]))
