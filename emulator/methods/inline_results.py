"""One result of an inline query: what is shown of it, and the message that it makes.

Source: tdlib/telegram-bot-api, Client.cpp, get_inline_query_result, get_input_message_content. Known here are articles
and files that the bot has sent before; files from the web and other kinds are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from emulator.methods import formatted
from emulator.methods.markup import read_markup
from emulator.methods.parameters import Parameters
from emulator.state.errors import BotApiError, bad_request
from emulator.state.media import stored_content

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Json

FILES = {
    "photo": "photo_file_id",
    "gif": "gif_file_id",
    "mpeg4_gif": "mpeg4_file_id",
    "video": "video_file_id",
    "audio": "audio_file_id",
    "voice": "voice_file_id",
    "document": "document_file_id",
    "sticker": "sticker_file_id",
}
TITLED = ("article", "video", "voice", "document")
_TEXTS = ("title", "description", "caption", "parse_mode")


def read_result(bot: Bot, value: Any) -> Json:
    """The result as `InlineQuery.answer` keeps it, or its refusal."""
    if not isinstance(value, dict):
        raise _refusal("Inline query result must be an object")
    kind = _text(value, "type").lower()
    shown = {"type": kind, "id": _text(value, "id")}
    if kind != "article" and kind not in FILES:
        raise _refusal(f"the local Telegram does not know type {kind}")
    for name in _TEXTS:
        if name in value or (name == "title" and kind in TITLED):
            _text(value, name)
    shown |= {name: value[name] for name in ("title", "description") if value.get(name)}
    return {"shown": shown, "content": _content(bot, kind, value), "markup": _markup(value)}


def _content(bot: Bot, kind: str, value: Json) -> Json:
    """The fields of the message: a text in place of the file, or the file with its caption."""
    text = _message_text(value)
    if text is not None:
        return formatted.text_fields(text)
    if kind == "article":
        raise _refusal('Can\'t find field "message_text"')
    caption = formatted.parse(value.get("caption", ""), value.get("parse_mode", ""), value.get("caption_entities"))
    try:
        stored = bot.world.files.find(bot.id, _text(value, FILES[kind]))
    except LookupError:
        raise bad_request("wrong remote file identifier specified: Wrong character in the string") from None
    return {**stored_content(bot, stored), **formatted.caption_fields(caption)}


def _message_text(value: Json) -> formatted.Formatted | None:
    given = value.get("input_message_content")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise _refusal('Field "input_message_content" must be of type Object')
    if "message_text" not in given:
        raise _refusal("the local Telegram knows only texts as input_message_content")
    text = _text(given, "message_text")
    if not text:
        raise _refusal("Message text is empty")
    return formatted.parse(text, given.get("parse_mode") or "", given.get("entities"))


def _markup(value: Json) -> Json:
    """The inline buttons as fields of the message; other markup is refused."""
    given = value.get("reply_markup")
    if given is None:
        return {}
    try:
        markup = read_markup(Parameters({"reply_markup": orjson.dumps(given).decode()}), inline_only=True)
    except BotApiError as error:
        raise _refusal(error.description.removeprefix("Bad Request: ")) from None
    return {} if markup is None else {"reply_markup": markup}


def _text(value: Json, name: str) -> str:
    if name not in value:
        raise _refusal(f'Can\'t find field "{name}"')
    if not isinstance(value[name], str):
        raise _refusal(f'Field "{name}" must be of type String')
    return str(value[name])


def _refusal(complaint: str) -> BotApiError:
    return bad_request(f"Can't parse inline query result: {complaint}")
