"""What a chat is told: a text, or the turn for something else."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, ClassVar

from aiogram import Bot
from aiogram.types import InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove

from pinstore import PlainMethod

TURN = "turn"
"""The kind of a turn."""

YIELDING = 60.0
"""Seconds that what nobody has asked for lets younger answers of other chats go before."""

LONGEST = 4096
"""Characters of a text (Bot API, sendMessage)."""

Key = tuple[str, int | None]
"""Kind and topic."""

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


class Say(PlainMethod[object]):
    """sendMessage with what an answer needs; nobody looks at the message that comes back."""

    __returning__ = object
    __api_method__ = "sendMessage"

    chat_id: int
    text: str
    reply_markup: Markup | None = None
    reply_parameters: dict[str, Any] | None = None
    message_thread_id: int | None = None


@dataclass(slots=True)
class Answer:
    """A text for a chat. Of the answers of a kind that wait in a topic only the newest is sent."""

    stands_alone: ClassVar[bool] = False
    """Whether it never becomes one with another answer, however many wait."""
    most: ClassVar[int] = 0
    """So many answers of its class may wait in a topic; the oldest of more is left out. 0: all of them wait."""

    kind: str
    text: str = ""
    markup: Markup | None = None
    reply_to: int | None = None
    """The message that it answers, which may be gone by then."""
    thread: int | None = None
    """The topic of a group or of a private chat."""
    since: float = 0.0
    """When whoever waits for it began to wait, by the event loop's clock."""
    not_before: float = 0.0
    """When it may go out, by the same clock; all behind it waits as well."""
    weight: int = 1
    """The messages that Telegram counts for it."""
    is_notice: bool = False
    """Whether nobody has asked for it: it keeps to the pace of bulk messages, and lets answers go before."""
    has_slot: bool = False
    """Whether it is known when that pace lets it go out."""

    @property
    def key(self) -> Key:
        """Of the answers with the same one only the newest is sent."""
        return self.kind, self.thread

    @property
    def rank(self) -> float:
        """Whoever has less goes out first; answers do, but not for ever."""
        return self.since + YIELDING if self.is_notice else self.since

    def over(self, older: "Answer") -> "Answer":  # noqa: ARG002 - other answers look at it
        """What is sent instead of this answer and an older one of its kind."""
        return self

    @property
    def is_number(self) -> bool:
        """Whether it says how something stands, which others may know better by now."""
        return False

    async def renew(self, chat_id: int) -> bool:  # noqa: ARG002 - numbers look there
        """Say what is true now, as other processes speak to this chat as well; whether that is something else."""
        return False

    def rest(self) -> "Answer | None":
        """What did not fit into the message that has just been sent."""
        return None

    async def deliver(self, bot: Bot, chat_id: int) -> None:
        """Call Telegram; an error that passes has it called again."""
        await bot(self.say(chat_id))

    def say(self, chat_id: int) -> Say:
        """The message."""
        more: dict[str, Any] = {}  # what is not there need not be looked at, which takes a third of the time
        if self.markup:
            more["reply_markup"] = self.markup
        if self.reply_to:
            more["reply_parameters"] = {"message_id": self.reply_to, "allow_sending_without_reply": True}
        if self.thread:
            more["message_thread_id"] = self.thread
        return Say(chat_id=chat_id, text=self.text, **more)


@dataclass(slots=True)
class Turn(Answer):
    """The line's turn for whoever sends something else there, until he says that it is over."""

    stands_alone: ClassVar[bool] = True

    kind: str = TURN
    text: str = ""
    is_notice: bool = True
    has_come: asyncio.Event = field(default_factory=asyncio.Event)
    is_over: asyncio.Event = field(default_factory=asyncio.Event)
    is_held_up: bool = False
    """True if it has not come at all, and does not come any more."""
