"""One thing that happens: the tables that it changes, its date, and what people are told because of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from aiogram.types import InlineKeyboardMarkup, ReplyKeyboardRemove

from bots.roulette import texts
from bots.roulette.tables import CHAT, RELAY
from pinstore import Tables
from runtime.languages import Phrase
from runtime.outbox.answer import Markup

_PERSON = """
SELECT person, language, tag, accepted, underage, me, wants, anyone, interests, warned, last, chat, ended
FROM people WHERE person = ?"""

_STATE = """
SELECT CASE WHEN EXISTS (SELECT 1 FROM pairs WHERE a = ?1 OR b = ?1) THEN 2
WHEN EXISTS (SELECT 1 FROM searches WHERE person = ?1) THEN 1 ELSE 0 END"""

_NEXT = """
INSERT INTO counters VALUES (?, 1)
ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value"""


class Person(NamedTuple):
    """Somebody as the table knows him."""

    id: int
    language: str = ""
    """The one that he has chosen, "" for that of his Telegram."""
    tag: str = ""
    accepted: int = 0
    underage: int = 0
    me: int = 0
    wants: int = 0
    anyone: int = 0
    interests: int = 0
    warned: int = 0
    last: int = 0
    chat: int = 0
    ended: int = 0

    @property
    def code(self) -> str:
        """The language in which he is spoken to."""
        return texts.WORDS.code(self.tag, self.language)


class Notice(NamedTuple):
    """A text for a person, with the keyboard of what he does or with inline buttons."""

    person: int
    text: str
    markup: Markup


class Passed(NamedTuple):
    """A message on its way to the other one: a row of `relays`."""

    number: int
    sender: int
    source: int
    recipient: int
    answers: int = 0
    """The message that it answers there; below 0: the copy of that row."""
    album: str = ""


class Dropped(NamedTuple):
    """Somebody who takes no messages any more."""

    person: int


class Redrawn(NamedTuple):
    """A screen that shows something else now; without a text only its buttons change."""

    person: int
    message: int
    text: str | None = None
    markup: InlineKeyboardMarkup | None = None


class Removed(NamedTuple):
    """A question that is answered."""

    person: int
    message: int


class Card(NamedTuple):
    """A text for the moderator, with the inline buttons by their data."""

    phrases: tuple[Phrase | str, ...]
    buttons: Mapping[str, Phrase]


Effect = Notice | Passed | Dropped | Redrawn | Removed | Card


@dataclass
class Act:
    """What has happened and what comes of it."""

    tables: Tables
    now: int
    """Telegram's date, or the clock's where it gives none."""
    effects: list[Effect] = field(default_factory=list)
    tag: str = ""
    """The language of whoever acts, who may be a stranger."""

    def person(self, number: int) -> Person:
        """A person; a stranger has accepted nothing and wants nothing."""
        row = self.tables.execute(_PERSON, (number,)).fetchone()
        return Person._make(row) if row else Person(number, tag=self.tag)

    def state(self, person: int) -> int:
        """What he does: IDLE, WAITING or TALKING."""
        return int(self.tables.execute(_STATE, (person,)).fetchone()[0])

    def tell(self, person: int, phrase: Phrase, **values: str) -> None:
        """Say it to him, with the keyboard of what he does now."""
        said = Phrase(phrase.text, **values) if values else phrase
        self.put(person, texts.say(said, self.person(person).code))

    def put(self, person: int, text: str) -> None:
        """As `tell`, in words."""
        keyboard = texts.KEYBOARDS[self.state(person)][self.person(person).code]
        self.effects.append(Notice(person, text, keyboard))

    def part(self, person: int, phrase: Phrase, code: str) -> None:
        """Say it to somebody who is no person of the bot any more; his keyboard goes."""
        self.effects.append(Notice(person, texts.say(phrase, code), ReplyKeyboardRemove(remove_keyboard=True)))

    def next_chat(self) -> int:
        """A number that no chat has had."""
        return self._next(CHAT)

    def next_relay(self) -> int:
        """A number that no message has had."""
        return self._next(RELAY)

    def _next(self, counter: int) -> int:
        return int(self.tables.execute(_NEXT, (counter,)).fetchone()[0])
