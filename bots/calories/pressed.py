"""What becomes of a tap on a button below a message."""

import re

from aiogram.types import InlineKeyboardMarkup, ReplyKeyboardRemove

from bots.calories import days, noting, texts
from bots.calories.entries import Entry
from bots.calories.formula import QUESTIONS
from bots.calories.questions import ask_next
from bots.calories.talk import Talk, mark
from runtime.outbox.calls import Edit
from runtime.outbox.methods import Buttons, NewText

_NUMBER = re.compile(r"-?[0-9]{1,15}")
"""What SQLite holds, whoever has made up the data of a button."""

HOURS = 7
"""A day begins from 0 to 6 o'clock."""


def pressed(talk: Talk, data: str, message: int) -> None:
    """Answer a tap below this message."""
    kind, _, rest = data.partition(":")
    if kind == "delete":
        _delete(talk, rest, message)
    elif kind == "zone" and _NUMBER.fullmatch(rest) and 0 <= int(rest) < len(days.CITIES):
        talk.set_zone(list(days.CITIES.values())[int(rest)])
    elif kind == "ask":
        _choose(talk, rest)
    elif not talk.person.norm:
        return
    elif kind in ("undo", "back") and _NUMBER.fullmatch(rest):
        _turn(talk, kind, int(rest), message)
    elif kind == "food":
        _eat(talk, *rest.partition(":")[::2])
    elif kind == "set":
        _set(talk, rest, message)


def rewrite(talk: Talk, message: int, text: str, markup: InlineKeyboardMarkup) -> None:
    """Put another text into the message that was pressed."""
    method = NewText(chat_id=talk.person.id, message_id=message, text=text, reply_markup=markup)
    talk.answers.append(Edit(f"edit {message}", method=method))


def _turn(talk: Talk, kind: str, source: int, message: int) -> None:
    if talk.diary.of_message(talk.person, source):
        rewrite(talk, message, *noting.turned(talk, source, counts=kind == "back"))


def _eat(talk: Talk, number: str, known_by: str) -> None:
    """A food's button is an entry, as its name would be; of a food that was forgotten it shows those there are."""
    food = talk.diary.foods.numbered(talk.person.id, int(number)) if _NUMBER.fullmatch(number) else None
    if food is None or mark(food[0]) != known_by:
        talk.show_foods()
        return
    entry = Entry(*food)
    noted = talk.diary.note(talk.person, talk.diary.press(), talk.now, [entry])
    noting.learn(talk, [entry], [entry])
    noting.tell_noted(talk, noted)


def _choose(talk: Talk, rest: str) -> None:
    name, _, place = rest.partition(":")
    is_asked = talk.person.question == name and name in QUESTIONS
    if is_asked and _NUMBER.fullmatch(place) and 0 <= int(place) < len(QUESTIONS[name].choices):
        ask_next(talk, {**talk.person.answers, name: place})


def _set(talk: Talk, what: str, message: int) -> None:
    if what == "norm":
        talk.ask_norm()
    elif what == "zone":
        talk.ask_zone()
    elif what == "remind":
        talk.tell(texts.BAD_REMIND)
    elif what == "day":
        talk.person.day = (talk.person.day + 1) % HOURS
        talk.diary.change(talk.person, day=talk.person.day)
        rewrite(talk, message, *talk.settings())


def _delete(talk: Talk, rest: str, message: int) -> None:
    talk.answers.append(Edit(f"edit {message}", method=Buttons(chat_id=talk.person.id, message_id=message)))
    if rest == "yes":
        talk.diary.delete(talk.person)
        talk.tell(texts.DELETED, ReplyKeyboardRemove(remove_keyboard=True))
