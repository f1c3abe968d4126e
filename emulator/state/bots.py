"""One registered bot: its chats, its queue, its settings."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emulator.state.chats import Chat, Json, Message
from emulator.state.hook import Webhook
from emulator.state.inline import Inline
from emulator.state.lanes import chat_of, lane
from emulator.state.limits import Pace, UploadLine
from emulator.state.money import Money
from emulator.state.network import Network
from emulator.state.polling import Poller
from emulator.state.queue import UpdateQueue

if TYPE_CHECKING:
    from emulator.state.files import StoredFile
    from emulator.state.world import World

DAY = 86_400.0
QUERY_LIFETIME = 150.0  # tdlib/telegram-bot-api, Client.cpp, add_new_callback_query
QUERY_GONE = "query is too old and response timeout expired or query ID is invalid"
ANSWER_TIME = 15.0  # not known exactly: reports say 5 to 20 s

# Source: tdlib/telegram-bot-api, Client.cpp, get_update_type_name.
UPDATE_TYPES = frozenset(
    [
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "message_reaction",
        "message_reaction_count",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "purchased_paid_media",
    ]
)
SERVICE = frozenset(
    {
        "pinned_message",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "message_auto_delete_timer_changed",
        "successful_payment",
        "refunded_payment",
        "gift",
    }
)
DEFAULT_UPDATES = UPDATE_TYPES - {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass
class Query:
    """A callback query: who pressed, until when it can be answered, and the answer (None so far)."""

    person_id: int
    expires: float
    answer: Json | None = None


class Bot:
    """A bot as Telegram keeps it."""

    def __init__(self, world: World, token: str, username: str, name: str) -> None:
        self.world = world
        self.token = token
        self.id = int(token.partition(":")[0])
        self.user: Json = {"id": self.id, "is_bot": True, "first_name": name, "username": username}
        self.chats: dict[int, Chat] = {}
        self.queue = UpdateQueue(world.clock)
        self.poller = Poller(self.queue, world.clock)
        self.pace = Pace()
        self.uploads = UploadLine()
        self.webhook = Webhook(world.clock)
        self.allowed_updates = DEFAULT_UPDATES
        self.network = Network(world.network)
        self.inline = Inline()
        self.money = Money(world.clock)
        self.queries: dict[str, Query] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.profile: dict[tuple[str, str], str] = {}
        self.menu_buttons: dict[int, Json] = {}
        self.logged_out = False
        self.registered_at = world.clock.now()
        self._last_message_id = 0

    def __repr__(self) -> str:
        return f"Bot({self.id}, {self.user['username']!r})"

    def new_message(
        self, chat: Chat, sender: Json, content: Json, *, outgoing: bool = False, fixed: bool = False
    ) -> Message:
        """Write a message into a chat."""
        data = {
            "message_id": self._next_id(chat),
            **({"sender_chat": chat.info} if chat.channel else {"from": sender}),
            "chat": chat.info,
            "date": int(self.world.clock.now()),
            **({"has_protected_content": True} if chat.protected else {}),
            **content,
        }
        service = not SERVICE.isdisjoint(content)
        message = Message(data, outgoing, fixed or service, service)
        chat.add(message)
        if chat.auto_delete:
            self.world.clock.call_later(chat.auto_delete, lambda: self._delete(chat, message.id))
        self.world.changed.touch()
        return message

    def _next_id(self, chat: Chat) -> int:
        """One counter for all private chats and basic groups of the bot, one for each supergroup and channel."""
        if chat.counts:
            chat.last_message_id += 1
            return chat.last_message_id
        self._last_message_id += 1
        return self._last_message_id

    def _delete(self, chat: Chat, message_id: int) -> None:
        """Its time is over, pinned or not, however often it was edited; nobody is told."""
        chat.remove([message_id])
        self.world.changed.touch()

    def notify(self, kind: str, payload: Json, lifetime: float = DAY) -> None:
        """Queue an update if the bot allows its kind now (not when it is fetched)."""
        if kind not in self.allowed_updates or self.logged_out:
            return
        if self.queue.push(kind, payload, lifetime, lane(kind, payload), chat_of(payload)) is not None:
            self.poller.wake()
            self.world.deliver(self.token)

    def tell(self, chat: Chat, message: Message, *, edited: bool = False) -> None:
        """Queue the update about a message, unless it is the bot's own or the bot is in that chat no more.

        Source: tdlib/telegram-bot-api, Client.cpp, need_skip_update_message.
        """
        if chat.statuses.get(self.id) in {"left", "kicked"} or (message.outgoing and not message.service):
            return
        kind = "channel_post" if chat.channel else "message"
        self.notify(f"edited_{kind}" if edited else kind, message.data)

    def pin(self, chat: Chat, message: Message, sender: Json) -> Message:
        """Pin a message; the service message left behind comes to the bot, also after its own pins.

        Source: tdlib/telegram-bot-api, Client.cpp, need_skip_update_message.
        """
        chat.pins.add(message.id)
        service = self.new_message(chat, sender, {"pinned_message": shallow(message.data)})
        self.tell(chat, service)
        return service

    def new_query(self, person_id: int) -> str:
        """Open a callback query; returns its id."""
        query_id = str(random.getrandbits(62))
        self.queries[query_id] = Query(person_id, self.world.clock.now() + ANSWER_TIME)
        return query_id

    def file_json(self, stored: StoredFile, **more: Any) -> Json:
        """A file's ids and size, with an id never given before."""
        return {
            "file_id": self.world.files.new_id(self.id, stored),
            "file_unique_id": stored.unique_id,
            "file_size": len(stored.data),
            **more,
        }


def shallow(data: Json) -> Json:
    """A message as it is shown inside another: without the message it replies to."""
    return {key: value for key, value in data.items() if key not in {"reply_to_message", "pinned_message"}}
