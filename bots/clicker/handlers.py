"""What a player sees."""

from aiogram import Router
from aiogram.filters import Command, CommandStart, Filter
from aiogram.types import Message, Update

from bots.clicker import texts
from bots.clicker.players import Players
from bots.clicker.taps import Tap, count, turn_away
from bots.clicker.texts import Texts
from runtime.filters import Private, Said, Text
from runtime.outbox.outbox import Outbox


class Known(Filter):
    """A message of a player; its handler gets the `words` to answer with."""

    async def __call__(self, message: Message, players: Players) -> bool | dict[str, Texts]:
        chosen = await players.language(message.chat.id)
        return False if chosen is None else {"words": words_for(message, chosen)}


def words_for(message: Message, chosen: str = "") -> Texts:
    """What to say to whoever has written this and has `chosen` a language, or none."""
    return texts.of(_tag(message), chosen)


async def start(message: Message, players: Players, outbox: Outbox) -> None:
    """Sign up, or refresh the name."""
    name = _name(message)
    words = words_for(message, await players.register(message.chat.id, name))
    outbox.send(message.chat.id, words.greeting(name), words.keyboard, replaces="start")


async def click(message: Message, event_update: Update, players: Players, outbox: Outbox) -> None:
    """Count a click that was not counted as it arrived, because the same player had sent something else before it."""
    await count(Tap(event_update.update_id, message.chat.id, _name(message), _tag(message)), players, outbox)


async def rating(message: Message, players: Players, outbox: Outbox, words: Texts) -> None:
    """Show the best and the player's own place, under the name that he has now."""
    await players.rename(message.chat.id, _name(message))
    outbox.send(message.chat.id, words.rating(await players.rating(message.chat.id)), replaces="rating")


async def ask_language(message: Message, outbox: Outbox, words: Texts) -> None:
    """Show the languages."""
    outbox.send(message.chat.id, words.choose_language, words.languages(), replaces="language")


async def choose_language(message: Message, players: Players, outbox: Outbox) -> None:
    """Speak another language from now on, which the buttons show at once."""
    words = texts.NAMES[message.text or ""]
    await players.choose(message.chat.id, words.code)
    outbox.send(message.chat.id, words.language_chosen, words.keyboard, replaces="language")


async def other(message: Message, outbox: Outbox, words: Texts) -> None:
    """Any other text: a hint with the keyboard."""
    outbox.send(message.chat.id, words.hint, words.keyboard, replaces="hint")


async def stranger(message: Message, outbox: Outbox) -> None:
    """Any text of somebody who has not signed up."""
    turn_away(message.chat.id, _tag(message), outbox)


def _name(message: Message) -> str:
    return message.from_user.first_name if message.from_user else message.chat.first_name or ""


def _tag(message: Message) -> str | None:
    return message.from_user.language_code if message.from_user else None


def player_router() -> Router:
    """The handlers of private chats."""
    router = Router(name="players")
    router.message.filter(Private())
    router.message.register(start, Text(), CommandStart(ignore_case=True))  # which reads captions, too
    router.message.register(click, Said(texts.CLICKS))
    router.message.register(rating, Said(texts.RATINGS), Known())
    router.message.register(ask_language, Text(), Command(texts.LANGUAGE, ignore_case=True), Known())
    router.message.register(choose_language, Said(texts.NAMES), Known())
    router.message.register(other, Text(), Known())
    router.message.register(stranger, Text())
    return router
