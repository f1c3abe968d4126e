"""forwardMessage, copyMessage: one message again, with or without its author.

Source: tdlib/telegram-bot-api, Client.cpp, process_forward_message_query, process_copy_message_query; tdlib/td,
MessageContent.cpp, can_forward_message_content. Protected messages can't be copied here; whether the server lets a
bot do so is not known.
"""

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
from emulator.state.media import KINDS, kind_of

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Chat, Json, Message

NOT_COPIED = ("paid_media", "giveaway", "giveaway_winners", "invoice")


@method("forwardMessage", SEND, "from_chat_id message_id video_start_timestamp")
def forward_message(bot: Bot, parameters: Parameters) -> Json:
    """Forward a message; a file keeps its unique id."""
    message = _find(bot, parameters, "forward", "forwarded")
    target = find_target(bot, Parameters({k: v for k, v in parameters.texts.items() if k != "reply_markup"}))
    return post(bot, target, forwarded(bot, message.data), fixed=True).data


@method(
    "copyMessage",
    SEND,
    "from_chat_id message_id video_start_timestamp caption parse_mode caption_entities show_caption_above_media",
)
def copy_message(bot: Bot, parameters: Parameters) -> Json:
    """Send the same content again, without its inline buttons; a caption given replaces the old one."""
    new_caption = formatted.caption(parameters) if "caption" in parameters.texts else None
    message = _find(bot, parameters, "copy", "copied")
    if not can_be_copied(message):
        raise bad_request("The message can't be copied")
    content = copied(bot, message.data)
    kind = kind_of(content)
    if new_caption is not None and kind is not None and KINDS[kind].captioned:
        content = {key: value for key, value in content.items() if key not in CAPTION_FIELDS}
        content.update(formatted.caption_fields(new_caption))
    return {"message_id": post(bot, find_target(bot, parameters), content).id}


def can_be_copied(message: Message) -> bool:
    """Whether its content may be sent without its author: not money, and no quiz whose answer the bot does not know."""
    poll = message.data.get("poll", {})
    quiz = poll.get("type") == "quiz" and "correct_option_id" not in poll
    return not (quiz or any(name in message.data for name in NOT_COPIED))


def is_protected(chat: Chat, message: Message) -> bool:
    """Whether it, or its whole chat, is protected from being passed on."""
    return chat.protected or bool(message.data.get("has_protected_content"))


def _find(bot: Bot, parameters: Parameters, verb: str, participle: str) -> Message:
    parameters.required("from_chat_id")
    chat = read_chat(bot, parameters, "from_chat_id")
    message = find_message(chat, message_id(parameters), f"message to {verb}")
    if message.service:
        raise bad_request(f"The message can't be {participle}")
    if is_protected(chat, message):
        raise bad_request(f"message has protected content and can't be {participle}")
    return message
