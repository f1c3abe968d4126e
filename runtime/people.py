"""Who is served: not those whom the admin has banned, and not those who have blocked the bot until they are back."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Router
from aiogram.types import Chat, ChatMemberUpdated, TelegramObject, Update

from bots.clicker.players import BANNED, BLOCKED, Players
from runtime.outbox.outbox import Outbox

GONE = frozenset({"kicked", "left"})
"""Status of the bot in a chat in which it cannot write (Bot API, ChatMember); a player who blocks it "kicks" it."""


class Standing:
    """What is known of players who do not want to hear from the bot."""

    def __init__(self, players: Players, *, on_change: Callable[[bool], None], may_count: Callable[[], bool]) -> None:
        self._players = players
        self._on_change = on_change
        self.may_count = may_count
        """False while there is no table."""

    async def refused(self, chat_id: int) -> None:
        """The chat takes no messages: its player has blocked the bot, or his account is gone."""
        if self.may_count() and await self._players.block(chat_id):
            self._on_change(False)

    async def returned(self, chat_id: int) -> None:
        """The player is back."""
        if self.may_count() and await self._players.unblock(chat_id):
            self._on_change(False)


class Served(BaseMiddleware):
    """Lets the updates of whoever is banned count as handled, and sees who is back; taps see to themselves."""

    def __init__(self, players: Players, standing: Standing, *, is_admin: Callable[[int], bool]) -> None:
        self._players = players
        self._standing = standing
        self._is_admin = is_admin
        """Tells the backup chat, which is always served: an older table that was restored may know it as banned."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        chat: Chat | None = data.get("event_chat")
        comes_or_goes = isinstance(event, Update) and event.my_chat_member is not None
        if chat and chat.type == "private" and not comes_or_goes and self._standing.may_count():
            status = await self._players.status(chat.id)
            if status == BANNED and not self._is_admin(chat.id):
                return None
            if status == BLOCKED:
                await self._standing.returned(chat.id)
        return await handler(event, data)


async def came_or_went(event: ChatMemberUpdated, standing: Standing, outbox: Outbox) -> None:
    """A player has blocked the bot or wants it back; or a group has thrown it out."""
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
