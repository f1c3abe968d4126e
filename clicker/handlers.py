"""What a player sees."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from aiogram import BaseMiddleware, Router
from aiogram.filters import CommandStart, Filter
from aiogram.types import Message, TelegramObject, Update

from clicker import texts
from clicker.outbox import Outbox
from clicker.players import BANNED, Players


class Private(Filter):
    """A message in a private chat; a filter is a coroutine function, as aiogram runs any other one in a thread."""

    async def __call__(self, message: Message) -> bool:
        return message.chat.type == "private"


class Said(Filter):
    """A message with exactly this text."""

    def __init__(self, text: str) -> None:
        self._text = text

    async def __call__(self, message: Message) -> bool:
        return message.text == self._text


class Text(Filter):
    """A message with any text; photos, stickers and service messages have none."""

    async def __call__(self, message: Message) -> bool:
        return message.text is not None


async def start(message: Message, event_update: Update, players: Players, outbox: Outbox) -> None:
    """Sign up, or refresh the name."""
    name = message.from_user.first_name if message.from_user else message.chat.first_name or ""
    await players.register(event_update.update_id, message.chat.id, name)
    outbox.send(message.chat.id, texts.greeting(name), texts.KEYBOARD, replaces=texts.START)


class Taps(BaseMiddleware):
    """Counts taps. They are nearly all that comes, so no router and no filter is asked first."""

    def __init__(self, players: Players, outbox: Outbox, *, may_count: Callable[[], bool]) -> None:
        self._players = players
        self._outbox = outbox
        self._may_count = may_count
        """False while there is no place where taps can be kept: routers tell what to say then."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        update = cast("Update", event)
        message = update.message
        if message is None or message.text != texts.CLICK or message.chat.type != "private" or not self._may_count():
            return await handler(event, data)
        await self._tap(update.update_id, message.chat.id)
        return None

    async def _tap(self, update: int, chat_id: int) -> None:
        """Count a click; of answers that wait for Telegram's pace only the newest number is sent."""
        tapped = await self._players.tap(update, chat_id)
        if tapped is None:
            self._outbox.send(chat_id, texts.NOT_REGISTERED, texts.SIGN_UP, replaces=texts.NOT_REGISTERED)
        elif tapped.status != BANNED:
            self._outbox.send(chat_id, texts.clicks(tapped.clicks), replaces=texts.CLICK)


async def rating(message: Message, players: Players, outbox: Outbox) -> None:
    """Show the best and the player's own place, to players only."""
    if await players.is_known(message.chat.id):
        outbox.send(message.chat.id, texts.rating(await players.rating(message.chat.id)), replaces=texts.RATING)
    else:
        outbox.send(message.chat.id, texts.NOT_REGISTERED, texts.SIGN_UP, replaces=texts.NOT_REGISTERED)


async def other(message: Message, players: Players, outbox: Outbox) -> None:
    """Any other text: a hint with the keyboard."""
    if await players.is_known(message.chat.id):
        outbox.send(message.chat.id, texts.HINT, texts.KEYBOARD, replaces=texts.HINT)
    else:
        outbox.send(message.chat.id, texts.NOT_REGISTERED, texts.SIGN_UP, replaces=texts.NOT_REGISTERED)


def player_router() -> Router:
    """The handlers of private chats, but for taps."""
    router = Router(name="players")
    router.message.filter(Private())
    router.message.register(start, Text(), CommandStart())  # which reads captions, too
    router.message.register(rating, Said(texts.RATING))
    router.message.register(other, Text())
    return router
