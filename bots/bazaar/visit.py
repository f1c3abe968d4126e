"""One turn of a conversation: who has come, what changes in the tables, and what he is answered."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiogram.types import InlineKeyboardMarkup

from bots.bazaar import boards, texts
from bots.bazaar.ads import Photo
from bots.bazaar.calls import PLAIN, Board, Entities, SendText, photos
from bots.bazaar.settings import BazaarSettings
from pinstore import Tables
from runtime.languages import Phrase
from runtime.names import one_line
from runtime.outbox.answer import Answer
from runtime.outbox.calls import Call, Edit
from runtime.outbox.methods import Buttons, NewText

_MEET = """
INSERT INTO users (person, name, username) VALUES (?1, ?2, ?3)
ON CONFLICT (person) DO UPDATE SET name = excluded.name, username = excluded.username
RETURNING person, name, username, language, contact, keyboard, asking"""
_LEAVE = "UPDATE users SET language = ?2, contact = ?3, keyboard = ?4, asking = ?5 WHERE person = ?1"
_LANGUAGE = "SELECT language FROM users WHERE person = ?"


@dataclass
class Visitor:
    """Somebody, as the table knows him."""

    id: int
    name: str
    username: str
    language: str
    contact: str
    keyboard: str
    asking: str

    @property
    def code(self) -> str:
        """The language in which he is spoken to."""
        return self.language or texts.CYRILLIC

    @property
    def first_name(self) -> str:
        """His name on one line."""
        return one_line(self.name, texts.say(texts.NAMELESS, self.code))


class Bazaar(NamedTuple):
    """What does not change from turn to turn."""

    settings: BazaarSettings
    username: str
    """The bot's own, for links."""
    admin: int
    """The backup chat."""


@dataclass
class Visit:
    """A turn of one person."""

    tables: Tables
    bazaar: Bazaar
    me: Visitor
    date: int
    """When it was sent, Unix time in seconds."""
    now: int
    """The time of this process in milliseconds."""
    answers: list[tuple[int, Answer]] = field(default_factory=list)
    alert: str = ""
    """What whoever has pressed a button sees beside it."""
    is_alert: bool = False
    """Whether he has to close it."""
    is_gone: bool = False
    """Whether he is no person of the bot any more."""
    message: int = 0
    """The message whose button was pressed, or that was sent."""

    def say(self, phrase: Phrase, **values: object) -> str:
        """A sentence in his language; his first name is at hand."""
        return texts.say(phrase, self.me.code, first_name=self.me.first_name, **values)

    def tell(self, said: Phrase | str, markup: Board | str | None = None, *, marks: Entities | None = None) -> None:
        """Answer this; a keyboard by its name is remembered."""
        text = said if isinstance(said, str) else self.say(said)
        if isinstance(markup, str):
            self.me.keyboard = markup
            markup = boards.reply(markup, self.me.code)
        self.send(SendText(chat_id=self.me.id, text=text, entities=marks or None, reply_markup=markup))

    def show(self, shown: Sequence[Photo], text: str, marks: Entities, markup: Board | str | None = None) -> None:
        """Show something whole: the photos, and then the text."""
        if shown:
            self.send(photos(self.me.id, [photo.file for photo in shown]), len(shown))
        self.tell(text, markup, marks=marks)

    def send(self, method: object, weight: int = 1) -> None:
        """Any call in his chat."""
        self.answers.append((self.me.id, Call(method=method, weight=weight)))  # type: ignore[arg-type]

    def turn(self, text: str, markup: InlineKeyboardMarkup | None = None, *, marks: Entities | None = None) -> None:
        """Turn the message whose button was pressed into this."""
        at: dict[str, Any] = {"chat_id": self.me.id, "message_id": self.message}
        self.send(NewText(**at, text=text, entities=marks or None, link_preview_options=PLAIN, reply_markup=markup))

    def strip(self, chat: int = 0) -> None:
        """Take the buttons of the pressed message away, once however often it is pressed."""
        call = Buttons(chat_id=chat or self.me.id, message_id=self.message)
        self.answers.append((chat or self.me.id, Edit(f"strip {self.message}", method=call)))

    def warn(self, phrase: Phrase) -> None:
        """Answer a button by an alert."""
        self.alert, self.is_alert = self.say(phrase), True


def meet(tables: Tables, person: int, name: str, username: str) -> Visitor:
    """Know somebody from now on, whether he has been here before or not."""
    row = tables.execute(_MEET, (person, name, username)).fetchone()
    return Visitor(*row)


def leave(tables: Tables, me: Visitor) -> None:
    """Keep what has become of him."""
    tables.execute(_LEAVE, (me.id, me.language, me.contact, me.keyboard, me.asking))


def code_of(tables: Tables, person: int) -> str:
    """The language of somebody who is not here."""
    row = tables.execute(_LANGUAGE, (person,)).fetchone()
    return (row and row[0]) or texts.CYRILLIC
