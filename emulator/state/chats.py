"""A chat of one bot: its messages, its pins, and the keyboard it shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emulator.state.changes import Changes

if TYPE_CHECKING:
    from collections.abc import Iterable

Json = dict[str, Any]
Ref = int | Json
"""A message, whole or by its id."""

SUPERGROUPS = -1_000_000_000_000
"""Ids of supergroups and channels lie below it (Bot API, Chat)."""


@dataclass(slots=True)
class Message:
    """One message: its wire JSON as the bot sees it, and what that JSON does not show.

    outgoing: sent by the bot; fixed: can't be edited (sent with a reply keyboard, forwarded, or a service message);
    reactions: the emoji on it, by whose they are.
    """

    data: Json
    outgoing: bool
    fixed: bool
    service: bool
    reactions: dict[int, str] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The message id."""
        return int(self.data["message_id"])


def number(message: Ref) -> int:
    """The id of a message."""
    return message if isinstance(message, int) else int(message["message_id"])


class Chat:
    """A private chat (positive id), a group or a channel (negative id) with one bot.

    keyboard: the reply keyboard below it; alert: what was last said to somebody who pressed an inline button.
    """

    def __init__(self, chat_id: int, info: Json) -> None:
        self.id = chat_id
        self.info = info
        self.messages: dict[int, Message] = {}
        self.pins: set[int] = set()
        self.keyboard: Json | None = None
        self.keyboard_from = 0
        """The message that brought the keyboard."""
        self.forced = 0
        """The message that asks for an answer by a forced reply."""
        self.moved_to = 0
        """The supergroup that this group has become."""
        self.started = False
        self.known = False
        self.blocked = False
        self.deactivated = False
        self.user: Json = {}
        """Whose private chat it is."""
        self.takes_gifts = True
        self.auto_delete = 0
        """Seconds after which what is sent from now on is deleted, 0 for never."""
        self.last_message_id = 1
        """Of a supergroup or channel, which counts its own messages; the first one tells of its creation."""
        self.statuses: dict[int, str] = {}
        """What users and the bot are in a group or channel (Bot API, ChatMember)."""
        self.rights: frozenset[str] = frozenset()
        """The bot's rights as an administrator."""
        self.protected = False
        """Whether nothing in it may be forwarded."""
        self.texts_sent = 0
        self.alert: Json | None = None
        self.changes = Changes()

    @property
    def private(self) -> bool:
        """Whether this is a chat with one person."""
        return self.id > 0

    @property
    def channel(self) -> bool:
        """Whether this is a channel."""
        return bool(self.info["type"] == "channel")

    @property
    def counts(self) -> bool:
        """Whether it has a counter of messages of its own: supergroups and channels do (tdlib/td, MessageId)."""
        return self.id < SUPERGROUPS

    @property
    def pinned(self) -> Message | None:
        """The pinned message that was sent last, not the one pinned last (Bot API, ChatFullInfo)."""
        return self.messages[max(self.pins)] if self.pins else None

    def add(self, message: Message) -> None:
        """Put a new message at the end."""
        self.messages[message.id] = message
        if message.outgoing and "text" in message.data:
            self.texts_sent += 1
        self.changes.touch()

    def replace(self, message: Message, data: Json) -> None:
        """Give an edited message its new content."""
        if message.outgoing:
            self.texts_sent += ("text" in data) - ("text" in message.data)
        message.data = data
        self.changes.touch()

    def remove(self, ids: Iterable[int]) -> None:
        """Delete messages for everybody; a deleted message is no longer pinned."""
        for message_id in ids:
            message = self.messages.pop(message_id, None)
            if message is not None and message.outgoing and "text" in message.data:
                self.texts_sent -= 1
            self.pins.discard(message_id)
        self.changes.touch()

    def show(self, markup: Json) -> None:
        """Apply the reply markup of the bot's new message to the keyboard below the chat."""
        if "keyboard" in markup:
            self.keyboard = markup
        elif markup.get("remove_keyboard"):
            self.keyboard = None
