"""What the stories of the random chat need: newcomers who accept the rules, pairs, what was passed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.stories.harness import PATIENCE, say

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram

FOUND = "Собеседник найден. Пишите!"
SEARCH = "Ищу собеседника…"
READY = "Готово. Нажмите «Найти собеседника»."
LEFT = "Собеседник ушёл."
FIND, SETTINGS, CANCEL, NEXT, STOP, REPORT = (
    "Найти собеседника",
    "Настройки",
    "Отмена",
    "Следующий",
    "Стоп",
    "Пожаловаться",
)
IDLE, WAITING, TALKING = [[FIND], [SETTINGS]], [[CANCEL]], [[NEXT, STOP], [REPORT]]


async def newcomer(telegram: Telegram, number: int, language: str = "ru") -> Person:
    """Somebody who has accepted the rules."""
    person = telegram.person(number, first_name=f"Имя{number}", language_code=language)
    await say(person, "/start")
    await press(person, "I am 18 and accept" if language == "en" else "Мне 18, правила принимаю")
    return person


async def press(person: Person, button: str) -> str:
    """Press an inline button and wait for the text that answers."""
    before = newest_of(person)
    person.press(button)
    await until(person, lambda: newest_of(person) > before)
    return person.newest


def newest_of(person: Person) -> int:
    """The id of the newest message of the bot's."""
    return max((number for number, one in person.chat.messages.items() if one.outgoing), default=0)


async def until(person: Person, what: Any) -> None:
    """Wait until this is so in his chat."""
    await person.wait(what, PATIENCE / 3)


async def until_told(person: Person, text: str) -> None:
    """Wait until the newest text of the bot is this."""
    await until(person, lambda: person.newest == text)


async def pair(one: Person, other: Person) -> None:
    """Let two find each other, who are the only ones that wait."""
    assert await say(one, FIND) == SEARCH
    assert await say(other, FIND) == FOUND
    await until_told(one, FOUND)


def got(person: Person) -> list[str]:
    """The texts and captions that were passed on to him, oldest first: what has no keyboard."""
    return [str(message.get("text", message.get("caption", kind_of(message)))) for message in passed(person)]


def passed(person: Person) -> list[Any]:
    """The messages that were passed on to him."""
    messages = person.chat.messages.values()
    plain = [one.data for one in messages if one.outgoing and not one.fixed and "reply_markup" not in one.data]
    return [one for one in plain if one.get("text") != SETTINGS]


def kind_of(message: Any) -> str:
    """What is in a message without a text."""
    known = ("photo", "video", "animation", "audio", "voice", "video_note", "sticker", "document")
    return next((kind for kind in known if kind in message), "?")
