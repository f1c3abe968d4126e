"""parse_mode HTML: tags to entities, with no nesting error forgiven."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emulator.state.errors import bad_request
from emulator.state.text import utf16

if TYPE_CHECKING:
    from emulator.state.chats import Json
    from emulator.state.errors import BotApiError

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_NAMED = {"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": '"'}
_TOKEN = re.compile(
    r"(?P<tag><[^<>]*>)|(?P<entity>&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});)|(?P<text><|[^<&]+|&)"
)
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)(?P<more>[^>]*)>\Z")
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")


def parse_html(source: str) -> tuple[str, list[Json]]:
    """The text and its entities (offsets in UTF-16). Source: tdlib/td, MessageEntity.cpp, parse_html."""
    text: list[str] = []
    length = 0
    entities: list[Json] = []
    open_tags: list[tuple[str, Json]] = []
    for match in _TOKEN.finditer(source):
        at = len(source[: match.start()].encode())
        if match.lastgroup == "tag":
            _take_tag(match.group(), at, length, open_tags, entities)
            continue
        if match.group() == "<":
            raise _error(f"Unclosed start tag at byte offset {at}")
        piece = _decode(match.group()) if match.lastgroup == "entity" else match.group()
        text.append(piece)
        length += utf16(piece)
    if open_tags:
        raise _error(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    return "".join(text), sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def _take_tag(tag: str, at: int, length: int, open_tags: list[tuple[str, Json]], entities: list[Json]) -> None:
    match = _TAG.match(tag)
    name = match["name"].lower() if match else ""
    if match is None or (not match["end"] and name not in _TYPES):
        raise _error(f'Unsupported start tag "{name}" at byte offset {at}')
    if not match["end"]:
        entity = {"type": _TYPES[name], "offset": length, "length": 0, **_attributes(name, match["more"], at)}
        open_tags.append((name, entity))
        return
    if not open_tags:
        raise _error(f"Unexpected end tag at byte offset {at}")
    opened, entity = open_tags.pop()
    if name != opened:
        raise _error(f'Unmatched end tag at byte offset {at}, expected "</{opened}>", found "</{name}>"')
    entity["length"] = length - entity["offset"]
    if entity["length"]:
        entities.append(entity)


def _attributes(name: str, more: str, at: int) -> Json:
    given = {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(more)}
    if name == "a":
        return {"url": given.get("href", "")}
    if name == "tg-emoji":
        return {"custom_emoji_id": given.get("emoji-id", "")}
    if name == "span" and given.get("class") != "tg-spoiler":
        raise _error(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
    return {}


def _decode(entity: str) -> str:
    if entity in _NAMED:
        return _NAMED[entity]
    digits = entity[2:-1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    return chr(code) if 0 < code < 0x110000 else entity


def _error(message: str) -> BotApiError:
    return bad_request(f"can't parse entities: {message}")
