"""Lanes: which updates wait for one another at a webhook.

Those of one lane are delivered one after another, those of different lanes at once. Source: tdlib/telegram-bot-api,
Client.cpp, webhook_queue_id in add_new_message, add_new_callback_query and the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.state.chats import Json

NONE = 0
"""A lane of its own."""

_BY_CHAT = {
    "message": 0,
    "edited_message": 0,
    "channel_post": 0,
    "edited_channel_post": 0,
    "my_chat_member": 5,
    "chat_boost": 7,
    "removed_chat_boost": 7,
    "message_reaction": 8,
    "message_reaction_count": 9,
    "business_message": 11,
    "edited_business_message": 11,
    "deleted_business_messages": 11,
}
_BY_PERSON = {
    "inline_query": 1,
    "chosen_inline_result": 2,
    "callback_query": 3,
    "shipping_query": 4,
    "pre_checkout_query": 4,
    "chat_member": 6,
    "chat_join_request": 6,
    "business_connection": 10,
    "purchased_paid_media": 12,
}


def lane(kind: str, payload: Json) -> int:
    """The lane of an update: its chat, or the person whose query it is, apart for each family of kinds."""
    if kind in _BY_CHAT:
        return chat_of(payload) + (_BY_CHAT[kind] << 33)
    if kind in _BY_PERSON:
        return int((payload.get("from") or payload["user"])["id"]) + (_BY_PERSON[kind] << 33)
    return NONE


def chat_of(payload: Json) -> int:
    """The chat that an update is about; of a query that is in none, the person's own; 0: no update of Telegram's."""
    chat = payload.get("chat") or payload.get("message", {}).get("chat") or payload.get("from") or {"id": 0}
    return int(chat["id"])
