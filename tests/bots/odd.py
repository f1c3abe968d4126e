"""Updates of which bots were reported to die, or which the next Bot API may bring: raw, as they come."""

from __future__ import annotations

import time
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.state.chats import Json

FORUM = {"id": -1001000000555, "type": "supergroup", "title": "Форум", "is_forum": True}
SMALL = {"id": -77, "type": "group", "title": "Двор"}
CHANNEL = {"id": -1001000000777, "type": "channel", "title": "Канал"}
BOT = {"id": 42, "is_bot": True, "first_name": "Кликер", "username": "clicker_bot"}
OTHER = {"id": 777, "is_bot": True, "first_name": "Other", "username": "other_bot"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
AS_CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
TELEGRAM = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
FILE = {"file_id": "x", "file_unique_id": "y"}

CONTENTS: dict[str, Json] = {
    "nothing": {},
    "a kind from the future": {"hologram": {"depth": 3}},
    "a gift of another shape": {"unique_gift": {"gift": {"base_name": "x"}, "origin": "new"}},
    "paid media of a new type": {"paid_media": {"star_count": 5, "paid_media": [{"type": "hologram"}]}},
    "a poll that lacks what is new": {"poll": {"id": "1", "question": "?", "options": []}},
    "a story that is gone": {"story": {"id": 3, "chat": CHANNEL}},
    "a checklist": {"checklist": {"title": "t", "tasks": [{"id": 1, "text": "x"}]}},
    "a photo without sizes": {"photo": []},
    "a document without a name": {"document": FILE},
    "a caption that is a command": {"photo": [{**FILE, "width": 1, "height": 1}], "caption": "/start"},
    "a payment of nobody's order": {
        "refunded_payment": {
            "currency": "XTR",
            "total_amount": 1,
            "invoice_payload": "?",
            "telegram_payment_charge_id": "?",
        }
    },
    "what was pinned is gone": {"pinned_message": {"chat": CHANNEL, "message_id": 5, "date": 0}},
    "the move of a group": {"migrate_to_chat_id": -1001},
    "the longest text": {"text": "😀" * 2048},
    "marks without a letter": {"text": "a" + "\u0300" * 500},
    "text that turns": {"text": "\u202e\u2066x"},
    "no text": {"text": ""},
    "a slash": {"text": "/"},
    "a command of another bot": {"text": "/start@other_bot"},
    "a command with lines": {"text": "/help@clicker_bot\n/top\n"},
    "a deep link": {"text": "/start a-Z_0"},
    "formats": {"text": "%s {0} <b>&lt; '; DROP TABLE users; --"},
    "an entity beyond the text": {"text": "x", "entities": [{"type": "sparkle", "offset": 5, "length": 99}]},
    "a forward of somebody without a name": {"text": "x", "forward_origin": {"type": "hidden_user", "date": 1}},
    "a reply to what is gone": {"text": "x", "reply_to_message": {"chat": CHANNEL, "message_id": 5, "date": 0}},
    "a topic": {"text": "x", "message_thread_id": 77, "is_topic_message": True},
    "no time": {"text": "x", "date": 0},
    "a time far away": {"text": "x", "date": 2**40},
}


def _messages(number: count[int]) -> list[tuple[str, Json]]:
    """Each content by a stranger of his own, so that no answer waits for another."""
    found: list[tuple[str, Json]] = []
    for content in CONTENTS.values():
        person = {"id": next(number), "first_name": ""}  # as of an account that is deleted
        message = {"message_id": next(number), "date": int(time.time()), "chat": {**person, "type": "private"}}
        found.append(("message", {**message, "from": {**person, "is_bot": False}, **content}))
    return found


def _elsewhere(number: count[int]) -> list[tuple[str, Json]]:
    """What is said in groups and channels, by whom nobody can answer in private."""

    def said(chat: Json, text: str, **more: Any) -> Json:
        return {"message_id": next(number), "date": int(time.time()), "chat": chat, "text": text, **more}

    found: list[tuple[str, Json]] = []
    for text in ("Клик", "/start", "350", "/find"):
        found += [
            ("message", said(FORUM, text, **{"from": ANONYMOUS}, sender_chat=FORUM)),
            ("message", said(FORUM, text, **{"from": AS_CHANNEL}, sender_chat=CHANNEL)),
            ("message", said(FORUM, text, **{"from": TELEGRAM}, sender_chat=CHANNEL, is_automatic_forward=True)),
            ("message", said(FORUM, text, **{"from": OTHER})),
            ("message", said(FORUM, text)),
            ("message", said({"id": -5000, "type": "realm", "title": "R"}, text)),
            ("channel_post", said(CHANNEL, text, sender_chat=CHANNEL)),
            ("edited_channel_post", said(CHANNEL, text, sender_chat=CHANNEL, edit_date=1)),
        ]
    return found


def _others(person: int) -> list[tuple[str, Json]]:
    """Updates that are no messages."""
    user = {"id": person, "is_bot": False, "first_name": "Ева"}
    chat = {"id": person, "type": "private", "first_name": "Ева"}
    gone = {"chat": chat, "message_id": 5, "date": 0}
    query = {"from": user, "chat_instance": "1"}
    change = {"chat": FORUM, "from": user, "date": 1, "old_chat_member": {"user": BOT, "status": "member"}}
    unread = {"user": BOT, "status": "restricted", "is_member": True, "until_date": 0}  # aiogram/aiogram #1812
    return [
        ("callback_query", {**query, "id": "1", "message": gone, "data": "x"}),
        ("callback_query", {**query, "id": "2", "message": gone, "data": "undo:" + "9" * 40}),
        ("callback_query", {**query, "id": "3", "data": "x"}),
        ("callback_query", {**query, "id": "4", "inline_message_id": "x", "data": "x"}),
        ("callback_query", {**query, "id": "5", "message": gone, "game_short_name": "g"}),
        (
            "edited_message",
            {"message_id": 400, "date": 1, "edit_date": 2, "chat": chat, "from": user, "text": "1"},
        ),
        ("my_chat_member", {**change, "new_chat_member": unread}),
        ("my_chat_member", {**change, "new_chat_member": {"user": BOT, "status": "asleep"}}),
        ("message_reaction", {**gone, "user": user, "old_reaction": [], "new_reaction": [{"type": "sound"}]}),
        ("inline_query", {"id": "6", "from": user, "query": "x" * 256, "offset": "?"}),
        ("pre_checkout_query", {"id": "7", "from": user, "currency": "XTR", "total_amount": 1, "invoice_payload": "?"}),
        ("business_message", {"message_id": 9, "date": 1, "chat": chat, "from": user, "text": "Клик"}),
        ("hologram", {"depth": 1}),
    ]


def updates() -> list[tuple[str, Json]]:
    """All of them."""
    number = count(5_000_000)
    return [*_messages(number), *_elsewhere(number), *_others(next(number))]
