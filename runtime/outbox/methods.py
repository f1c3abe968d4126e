"""Plain calls that change messages which are there."""

from typing import Any

from aiogram.types import InlineKeyboardMarkup

from pinstore import PlainMethod


class Buttons(PlainMethod[Any]):
    """editMessageReplyMarkup: without buttons it takes them away. Returns the message, for whoever looks for one."""

    __returning__ = Any
    __api_method__ = "editMessageReplyMarkup"

    chat_id: int
    message_id: int
    reply_markup: InlineKeyboardMarkup | None = None


class NewText(PlainMethod[object]):
    """editMessageText."""

    __returning__ = object
    __api_method__ = "editMessageText"

    chat_id: int | str
    message_id: int
    text: str
    entities: list[dict[str, Any]] | None = None
    link_preview_options: dict[str, Any] | None = None
    reply_markup: InlineKeyboardMarkup | None = None


class NewCaption(PlainMethod[object]):
    """editMessageCaption."""

    __returning__ = object
    __api_method__ = "editMessageCaption"

    chat_id: int | str
    message_id: int
    caption: str
    caption_entities: list[dict[str, Any]] | None = None


class Reaction(PlainMethod[object]):
    """setMessageReaction."""

    __returning__ = object
    __api_method__ = "setMessageReaction"

    chat_id: int
    message_id: int
    reaction: list[dict[str, str]]


class Delete(PlainMethod[object]):
    """deleteMessage."""

    __returning__ = object
    __api_method__ = "deleteMessage"

    chat_id: int
    message_id: int


class Answered(PlainMethod[object]):
    """answerCallbackQuery: the button does not wait any more, and the person may be told something."""

    __returning__ = object
    __api_method__ = "answerCallbackQuery"

    callback_query_id: str
    text: str | None = None
    show_alert: bool | None = None
