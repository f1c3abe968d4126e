"""What a forward or a copy takes from a message. Source: tdlib/telegram-bot-api, Client.cpp, JsonMessageOrigin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.state.media import with_new_ids

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Json

NOT_CONTENT = frozenset(
    [
        "message_id",
        "from",
        "sender_chat",
        "author_signature",
        "chat",
        "date",
        "edit_date",
        "message_thread_id",
        "is_topic_message",
        "is_automatic_forward",
        "media_group_id",
        "reply_to_message",
        "reply_markup",
        "has_protected_content",
    ]
)
ORIGIN = frozenset(
    [
        "forward_origin",
        "forward_from",
        "forward_from_chat",
        "forward_from_message_id",
        "forward_sender_name",
        "forward_date",
    ]
)


def copied(bot: Bot, message: Json) -> Json:
    """The content of a message alone: nobody sees whose it was."""
    content = {key: value for key, value in message.items() if key not in NOT_CONTENT}
    return with_new_ids(bot, {key: value for key, value in content.items() if key not in ORIGIN and key != "via_bot"})


def forwarded(bot: Bot, message: Json, *, hidden: bool = False) -> Json:
    """The content with its origin: who wrote it first; hidden: its author lets only the name be seen."""
    content = with_new_ids(bot, {key: value for key, value in message.items() if key not in NOT_CONTENT})
    return content if "forward_origin" in content else {**_origin(message, hidden=hidden), **content}


def _origin(message: Json, *, hidden: bool) -> Json:
    date = message["date"]
    if message["chat"]["type"] == "channel":
        place = {"chat": message["chat"], "message_id": message["message_id"]}
        origin: Json = {"type": "channel", **place, "date": date}
        legacy = {"forward_from_chat": message["chat"], "forward_from_message_id": message["message_id"]}
    elif hidden:
        name = message["from"]["first_name"]
        origin, legacy = {"type": "hidden_user", "sender_user_name": name, "date": date}, {"forward_sender_name": name}
    else:
        origin = {"type": "user", "sender_user": message["from"], "date": date}
        legacy = {"forward_from": message["from"]}
    return {"forward_origin": origin, **legacy, "forward_date": date}
