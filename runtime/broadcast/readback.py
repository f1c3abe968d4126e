"""Whether a copy has arrived of which no answer tells: the Bot API has no such question, but it can be found out.

A message can be looked at by forwarding it (there is no method that reads one by its id). All private chats of a bot
share one counter of message ids, so a copy has one of the ids between two that are known. Forwarding a message that
the chat does not have fails without a trace; what is forwarded goes to the admin's chat, silently, and is deleted.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import Message, MessageOriginUser

from pinstore import PlainMethod, retry

T = TypeVar("T")

log = logging.getLogger(__name__)

AT_ONCE = 10
"""Messages that are looked for at the same time."""

SPARING = 1.2
"""Seconds after each message that was found and forwarded: the chat takes one a second, and saves go first."""

TRIES, ROUNDS = 3, 2
"""Calls that fail for one chat before it is looked whether they do for the admin's, and how often that is done."""

Content = tuple[str, str | None]
"""The kind of a message, and its text or caption."""


class GoneError(Exception):
    """The message is not there, or cannot be forwarded."""


class UnreadableError(Exception):
    """Nothing is known of a chat: what is asked about it fails, and the same works for the admin's."""

    def __init__(self, chat_id: int) -> None:
        super().__init__(f"chat {chat_id} cannot be looked at")
        self.chat_id = chat_id


class Typing(PlainMethod[bool]):
    """sendChatAction: it is refused where a message would be, and otherwise leaves nothing behind."""

    __returning__ = bool
    __api_method__ = "sendChatAction"

    chat_id: int
    action: str = "typing"


@dataclass(frozen=True)
class Look:
    """What a message holds, and the id of the message by which it was looked at: higher than all ids before."""

    content: Content
    newest: int


class Readback:
    """Looks at messages in players' chats by way of the admin's, which holds the `source` of the copies."""

    def __init__(self, bot: Bot, source: tuple[int, int]) -> None:
        self._bot = bot
        self._admin_chat, self._source = source

    async def see(self, attempts: int | None = None) -> Message:
        """The source, as it is forwarded. Raises GoneError, or what passes after so many `attempts`."""
        copy = await retry.patiently(lambda: self._forward(self._admin_chat, self._source), attempts)
        if copy is None:
            raise GoneError(f"message {self._source} cannot be forwarded")
        return copy

    async def look(self) -> Look:
        """Look at the source. Raises GoneError."""
        copy = await self.see()
        return Look(_content(copy), copy.message_id)

    async def find(self, chat_id: int, content: Content, ids: Sequence[int]) -> int | None:
        """Which of these messages is in this player's chat, the bot's own, and holds this; None if there is none.

        Raises UnreadableError, or GoneError.
        """

        async def forward(number: int) -> Message | None:
            return await self._of(chat_id, lambda: self._forward(chat_id, number), self.see)

        for begin in range(0, len(ids), AT_ONCE):
            some = ids[begin : begin + AT_ONCE]
            seen = await asyncio.gather(*map(forward, some))
            found = {number: copy for number, copy in zip(some, seen, strict=True) if copy}
            for number, copy in found.items():
                if self._is_own(copy) and _content(copy) == content:
                    return number
            await asyncio.sleep(SPARING * len(found))
        return None

    async def refusal(self, chat_id: int) -> TelegramAPIError | None:
        """Why a chat takes no messages; None if it does. Raises UnreadableError."""

        async def type_to_admin() -> bool:
            return await retry.patiently(lambda: self._bot(Typing(chat_id=self._admin_chat)))

        try:
            await self._of(chat_id, lambda: self._bot(Typing(chat_id=chat_id)), type_to_admin)
        except (TelegramForbiddenError, TelegramBadRequest) as error:
            return error
        return None

    async def _forward(self, chat_id: int, message_id: int) -> Message | None:
        try:
            copy = await self._bot.forward_message(self._admin_chat, chat_id, message_id, disable_notification=True)
        except TelegramBadRequest:
            return None
        await self._discard(copy)
        return copy

    async def _of(
        self, chat_id: int, call: Callable[[], Awaitable[T]], the_same_of_admin: Callable[[], Awaitable[object]]
    ) -> T:
        """What a call about this chat gives. Raises UnreadableError if it fails where that about the admin's works."""
        rounds = 0
        while rounds < ROUNDS:
            try:
                return await retry.patiently(call, TRIES)
            except TelegramRetryAfter:
                continue
            except retry.AMBIGUOUS:
                await the_same_of_admin()  # for as long as it takes
                rounds += 1
        raise UnreadableError(chat_id)

    async def _discard(self, copy: Message) -> None:
        try:
            await retry.patiently(lambda: self._bot.delete_message(self._admin_chat, copy.message_id), TRIES)
        except (TelegramAPIError, *retry.TRANSIENT) as error:  # it is untidy, what was read from it is good
            log.warning("The forwarded message %s could not be deleted: %s", copy.message_id, retry.reason(error))

    def _is_own(self, copy: Message) -> bool:
        origin = copy.forward_origin
        return isinstance(origin, MessageOriginUser) and origin.sender_user.id == self._bot.id


def _content(message: Message) -> Content:
    """What is compared: kind and text; files have other ids in each chat, and formatting may differ."""
    return message.content_type, message.text or message.caption
