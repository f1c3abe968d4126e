"""Plain calls with what ads need: entities, albums, alerts."""

from typing import Any

from aiogram.types import (
    ForceReply,
    InlineKeyboardMarkup,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from pinstore import PlainMethod

Entities = list[dict[str, Any]]
"""Marks in a text (Bot API, MessageEntity)."""
Board = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | ForceReply
PLAIN = {"is_disabled": True}
"""LinkPreviewOptions of a text without a preview."""


class SendText(PlainMethod[Any]):
    """sendMessage."""

    __returning__ = Any
    __api_method__ = "sendMessage"

    chat_id: int | str
    text: str
    entities: Entities | None = None
    link_preview_options: dict[str, Any] | None = PLAIN
    reply_markup: Board | None = None


class SendPhoto(PlainMethod[Any]):
    """sendPhoto, of one that Telegram has."""

    __returning__ = Any
    __api_method__ = "sendPhoto"

    chat_id: int | str
    photo: str
    caption: str | None = None
    caption_entities: Entities | None = None


class SendAlbum(PlainMethod[Any]):
    """sendMediaGroup."""

    __returning__ = Any
    __api_method__ = "sendMediaGroup"

    chat_id: int | str
    media: list[dict[str, Any]]


class DeleteAll(PlainMethod[bool]):
    """deleteMessages: what is gone already is skipped."""

    __returning__ = bool
    __api_method__ = "deleteMessages"

    chat_id: int | str
    message_ids: list[int]


class Forward(PlainMethod[Message]):
    """forwardMessage."""

    __returning__ = Message
    __api_method__ = "forwardMessage"

    chat_id: int
    from_chat_id: int | str
    message_id: int
    disable_notification: bool = True


class AnswerInline(PlainMethod[object]):
    """answerInlineQuery."""

    __returning__ = object
    __api_method__ = "answerInlineQuery"

    inline_query_id: str
    results: list[dict[str, Any]]
    cache_time: int
    is_personal: bool = False
    next_offset: str
    button: dict[str, str] | None = None


def photos(chat_id: int | str, files: list[str], caption: str | None = None, entities: Entities | None = None) -> Any:
    """The call that sends one photo, or several as an album, with the caption at the first."""
    if len(files) == 1:
        return SendPhoto(chat_id=chat_id, photo=files[0], caption=caption, caption_entities=entities)
    media: list[dict[str, Any]] = [{"type": "photo", "media": file} for file in files]
    if caption is not None:
        media[0] |= {"caption": caption, "caption_entities": entities or []}
    return SendAlbum(chat_id=chat_id, media=media)
