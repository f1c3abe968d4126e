"""forwardMessage and copyMessage: besides getChat's pinned message the only way to see an old message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.methods import formatted
from emulator.methods.access import find_message, message_id, read_chat
from emulator.methods.parameters import Parameters
from emulator.methods.registry import SEND, method
from emulator.methods.sending import find_target, post
from emulator.state.content import CAPTION_FIELDS
from emulator.state.errors import bad_request
from emulator.state.forwards import copied, forwarded

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Json, Message


@method("forwardMessage", SEND, "from_chat_id message_id video_start_timestamp")
def forward_message(bot: Bot, parameters: Parameters) -> Json:
    """Forward a message; a document keeps its unique id. Source: Client.cpp, process_forward_message_query."""
    message = _find(bot, parameters, "forward", "forwarded")
    target = find_target(bot, Parameters({k: v for k, v in parameters.texts.items() if k != "reply_markup"}))
    return post(bot, target, forwarded(bot, message.data), fixed=True).data


@method(
    "copyMessage",
    SEND,
    "from_chat_id message_id video_start_timestamp caption parse_mode caption_entities show_caption_above_media",
)
def copy_message(bot: Bot, parameters: Parameters) -> Json:
    """Send the same content again. Source: Client.cpp, process_copy_message_query."""
    new_caption = formatted.caption(parameters) if "caption" in parameters.texts else None
    message = _find(bot, parameters, "copy", "copied")
    content = copied(bot, message.data)
    if new_caption is not None and "text" not in content:
        content = {key: value for key, value in content.items() if key not in CAPTION_FIELDS}
        content.update(formatted.caption_fields(new_caption))
    return {"message_id": post(bot, find_target(bot, parameters), content).id}


def _find(bot: Bot, parameters: Parameters, verb: str, participle: str) -> Message:
    parameters.required("from_chat_id")
    chat = read_chat(bot, parameters, "from_chat_id")
    message = find_message(chat, message_id(parameters), f"message to {verb}")
    if message.service:
        raise bad_request(f"the message can't be {participle}")
    if message.data.get("has_protected_content"):
        raise bad_request(f"message has protected content and can't be {participle}")
    return message
