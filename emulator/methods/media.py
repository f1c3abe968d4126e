"""sendDocument, sendPhoto and the other methods that send one file.

Source: tdlib/telegram-bot-api, Client.cpp, process_send_document_query and its likes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.methods import formatted
from emulator.methods.registry import SEND, method
from emulator.methods.sending import find_target, post
from emulator.methods.uploads import input_file
from emulator.state.errors import bad_request
from emulator.state.media import KINDS

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.chats import Json

_CAPTION = "caption parse_mode caption_entities"
_SHOWN = "show_caption_above_media has_spoiler"
_FRAME = "duration width height thumbnail"
_TAKES = {
    "document": f"{_CAPTION} thumbnail disable_content_type_detection",
    "photo": f"{_CAPTION} {_SHOWN}",
    "video": f"{_CAPTION} {_SHOWN} {_FRAME} cover start_timestamp supports_streaming",
    "animation": f"{_CAPTION} {_SHOWN} {_FRAME}",
    "audio": f"{_CAPTION} duration performer title thumbnail",
    "voice": f"{_CAPTION} duration",
    "video_note": "duration length thumbnail",
    "sticker": "emoji",
}


def _register(kind: str) -> None:
    """The method of a kind: up to 50 MB, a photo up to 10 MB."""
    name = "send" + "".join(word.capitalize() for word in kind.split("_"))
    method(name, SEND, kind, _TAKES[kind])(lambda bot, parameters: _send(bot, parameters, kind))


def _send(bot: Bot, parameters: Parameters, kind: str) -> Json:
    file = input_file(bot, parameters, parameters.text(kind), kind)
    if file is None:
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    caption = formatted.caption(parameters) if KINDS[kind].captioned else ("", [])
    detection = not parameters.boolean("disable_content_type_detection")
    target = find_target(bot, parameters)
    fields = formatted.caption_fields(caption)
    return post(bot, target, {**file.content(kind, detection=detection), **fields}).data


for _kind in KINDS:
    _register(_kind)
