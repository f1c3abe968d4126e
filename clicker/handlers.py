"""What a player sees."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any, cast

from aiogram import BaseMiddleware, Router
from aiogram.filters import Command, CommandStart, Filter
from aiogram.types import Message, TelegramObject, Update

from clicker import texts
from clicker.outbox import Outbox
from clicker.players import BANNED, Players
from clicker.texts import Texts


class Private(Filter):
    """A message in a private chat; a filter is a coroutine function, as aiogram runs any other one in a thread."""

    async def __call__(self, message: Message) -> bool:
        return message.chat.type == "private"


class Said(Filter):
    """A message with exactly one of these texts."""

    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = wanted

    async def __call__(self, message: Message) -> bool:
        return message.text in self._wanted


class Text(Filter):
    """A message with any text; photos, stickers and service messages have none."""

    async def __call__(self, message: Message) -> bool:
        return message.text is not None


class Known(Filter):
    """A message of a player; its handler gets the `words` to answer with."""

    async def __call__(self, message: Message, players: Players) -> bool | dict[str, Texts]:
        chosen = await players.language(message.chat.id)
        return False if chosen is None else {"words": words_for(message, chosen)}


def words_for(message: Message, chosen: str = "") -> Texts:
    """What to say to whoever has written this and has `chosen` a language, or none."""
    return texts.of(message.from_user.language_code if message.from_user else None, chosen)


async def start(message: Message, event_update: Update, players: Players, outbox: Outbox) -> None:
    """Sign up, or refresh the name."""
    name = message.from_user.first_name if message.from_user else message.chat.first_name or ""
    words = words_for(message, await players.register(event_update.update_id, message.chat.id, name))
    outbox.send(message.chat.id, words.greeting(name), words.keyboard, replaces="start")


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
        if message is None or message.text not in texts.CLICKS:
            return await handler(event, data)
        if message.chat.type != "private" or not self._may_count():
            return await handler(event, data)
        await self._tap(update.update_id, message)
        return None

    async def _tap(self, update: int, message: Message) -> None:
        """Count a click; of answers that wait for Telegram's pace only the newest number is sent."""
        chat_id = message.chat.id
        tapped = await self._players.tap(update, chat_id)
        if tapped is None:
            _turn_away(message, self._outbox)
        elif tapped.status != BANNED:
            self._outbox.send(chat_id, words_for(message, tapped.language).clicks(tapped.clicks), replaces="click")


async def rating(message: Message, players: Players, outbox: Outbox, words: Texts) -> None:
    """Show the best and the player's own place."""
    outbox.send(message.chat.id, words.rating(await players.rating(message.chat.id)), replaces="rating")


async def ask_language(message: Message, outbox: Outbox, words: Texts) -> None:
    """Show the languages."""
    outbox.send(message.chat.id, words.choose_language, words.languages(), replaces="language")


async def choose_language(message: Message, event_update: Update, players: Players, outbox: Outbox) -> None:
    """Speak another language from now on, which the buttons show at once."""
    words = texts.NAMES[message.text or ""]
    await players.choose(event_update.update_id, message.chat.id, words.code)
    outbox.send(message.chat.id, words.language_chosen, words.keyboard, replaces="language")


async def other(message: Message, outbox: Outbox, words: Texts) -> None:
    """Any other text: a hint with the keyboard."""
    outbox.send(message.chat.id, words.hint, words.keyboard, replaces="hint")


async def stranger(message: Message, outbox: Outbox) -> None:
    """Any text of somebody who has not signed up."""
    _turn_away(message, outbox)


def _turn_away(message: Message, outbox: Outbox) -> None:
    outbox.send(message.chat.id, words_for(message).not_registered, texts.SIGN_UP, replaces="stranger")


def player_router() -> Router:
    """The handlers of private chats, but for taps."""
    router = Router(name="players")
    router.message.filter(Private())
    router.message.register(start, Text(), CommandStart())  # which reads captions, too
    router.message.register(rating, Said(texts.RATINGS), Known())
    router.message.register(ask_language, Text(), Command(texts.LANGUAGE), Known())
    router.message.register(choose_language, Said(texts.NAMES), Known())
    router.message.register(other, Text(), Known())
    router.message.register(stranger, Text())
    return router
