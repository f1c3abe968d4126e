"""Who is served: not those whom the admin has banned, and not those who have blocked the bot until they are back."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Router
from aiogram.types import Chat, ChatMemberUpdated, TelegramObject, Update

from runtime.outbox.outbox import Outbox
from runtime.people import BANNED, BLOCKED, People

GONE = frozenset({"kicked", "left"})
"""Status of the bot in a chat in which it cannot write (Bot API, ChatMember); a person who blocks it "kicks" it."""


class Standing:
    """What becomes of people who do not want to hear from the bot, and of those who are back."""

    def __init__(self, people: People) -> None:
        self._people = people

    def may_count(self) -> bool:
        """Whether there is a place where what changes can be kept."""
        return self._people.store.chat_id is not None

    async def refused(self, chat_id: int) -> None:
        """The chat takes no messages: its person has blocked the bot, or his account is gone."""
        if self.may_count():
            await self._people.block(chat_id)

    async def returned(self, chat_id: int) -> None:
        """The person is back."""
        if self.may_count():
            await self._people.unblock(chat_id)


class Served(BaseMiddleware):
    """Lets the updates of whoever is banned count as handled, and sees who is back; taps see to themselves.

    Money that has moved already is taken from anybody: the payment was let through before the ban.
    """

    def __init__(self, people: People, standing: Standing) -> None:
        self._people = people
        self._standing = standing

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        chat: Chat | None = data.get("event_chat")
        comes_or_goes = isinstance(event, Update) and event.my_chat_member is not None
        if chat and chat.type == "private" and not comes_or_goes and self._standing.may_count():
            status = await self._people.status(chat.id)
            # The admin is always served: an older table that was restored may know him as banned.
            if status == BANNED and chat.id != self._people.store.chat_id and not _is_money(event):
                return None
            if status == BLOCKED:
                await self._standing.returned(chat.id)
        return await handler(event, data)


def _is_money(event: TelegramObject) -> bool:
    message = event.message if isinstance(event, Update) else None
    return message is not None and bool(message.successful_payment or message.refunded_payment)


async def came_or_went(event: ChatMemberUpdated, standing: Standing, outbox: Outbox) -> None:
    """A person has blocked the bot or wants it back; or a group has thrown it out."""
    chat_id = event.chat.id
    if event.new_chat_member.status in GONE:
        outbox.drop(chat_id)
        await standing.refused(chat_id)
    else:
        await standing.returned(chat_id)


def standing_router() -> Router:
    """What comes when the bot is blocked, unblocked, let in or thrown out."""
    router = Router(name="standing")
    router.my_chat_member.register(came_or_went)
    return router
