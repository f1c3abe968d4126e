"""Texts and captions of a call, parsed and measured.

Source: tdlib/telegram-bot-api, Client.cpp, get_formatted_text, get_input_message_text; tdlib/td, MessageContent.cpp.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from emulator.methods.markup_html import parse_html
from emulator.state.content import caption_content, text_content
from emulator.state.errors import bad_request
from emulator.state.text import MAX_CAPTION, MAX_RAW_BYTES, MAX_TEXT

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.chats import Json

Formatted = tuple[str, list["Json"]]


def parse(text: str, mode: str, entities: Any) -> Formatted:
    """A text and its entities by parse mode or as given. MarkdownV2 is refused: nothing here needs it."""
    if len(text) > MAX_RAW_BYTES // 4 and len(text.encode()) > MAX_RAW_BYTES:
        raise bad_request("Text is too long")
    mode = mode.lower()
    if text and mode and mode != "none":
        if mode == "html":
            return parse_html(text)
        if mode in {"markdown", "markdownv2"}:
            raise bad_request(f"can't parse entities: the local Telegram does not know parse_mode {mode}")
        raise bad_request("Unsupported parse_mode")
    return text, _checked(entities) if entities else []


def message_text(parameters: Parameters) -> Formatted:
    """The text of sendMessage and editMessageText; not measured yet."""
    text = parameters.text("text")
    if not text:
        raise bad_request("Message text is empty")
    return parse(text, parameters.text("parse_mode"), _given(parameters, "entities"))


def caption(parameters: Parameters) -> Formatted:
    """The caption of a file; not measured yet."""
    text = parameters.text("caption")
    return parse(text, parameters.text("parse_mode"), _given(parameters, "caption_entities"))


def text_fields(formatted: Formatted, complaint: str = "message is too long") -> Json:
    """The fields of a text message, at most 4096 characters after parsing."""
    content = text_content(*formatted)
    if not content["text"]:
        raise bad_request("text must be non-empty")
    if len(content["text"]) > MAX_TEXT:
        raise bad_request(complaint)
    return content


def caption_fields(formatted: Formatted, complaint: str = "message caption is too long") -> Json:
    """The fields of a caption, at most 1024 characters after parsing."""
    content = caption_content(*formatted)
    if len(content.get("caption", "")) > MAX_CAPTION:
        raise bad_request(complaint)
    return content


def _given(parameters: Parameters, name: str) -> Any:
    source = parameters.text(name)
    if not source:
        return None
    try:
        return orjson.loads(source)
    except orjson.JSONDecodeError:
        return None  # Client.cpp, get_input_entities: ignored


def _checked(entities: Any) -> list[Json]:
    if not isinstance(entities, list):
        return []
    for entity in entities:
        if not isinstance(entity, dict):
            raise bad_request("Can't parse MessageEntity: expected an Object")
        if not (isinstance(entity.get("offset"), int) and isinstance(entity.get("length"), int)):
            raise bad_request('Can\'t parse MessageEntity: field "offset" and field "length" must be a Number')
        if not isinstance(entity.get("type"), str):
            raise bad_request("Can't parse MessageEntity: Can't find field \"type\"")
    return entities
