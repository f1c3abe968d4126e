"""The settings screen: what somebody says of himself and whom he looks for."""

from aiogram.types import InlineKeyboardMarkup

from bots.roulette import texts
from bots.roulette.acts import Act, Notice, Person
from runtime.keyboards import inline
from runtime.languages import Phrase

CHOICES = {"me": texts.ME, "wants": texts.WANTS, "anyone": texts.TONGUE}
"""Columns of `people` and their values."""

_SET = {
    "me": "UPDATE people SET me = ?2 WHERE person = ?1",
    "wants": "UPDATE people SET wants = ?2 WHERE person = ?1",
    "anyone": "UPDATE people SET anyone = ?2 WHERE person = ?1",
    "interests": "UPDATE people SET interests = ?2 WHERE person = ?1",
}

Shown = tuple[str, InlineKeyboardMarkup | None]
"""A screen: its text and its buttons."""


def buttons(rows: dict[str, str]) -> InlineKeyboardMarkup:
    """Inline buttons, one a row: data -> what it says."""
    return inline(*([(text, data)] for data, text in rows.items()))


def phrased(rows: dict[str, Phrase], code: str) -> InlineKeyboardMarkup:
    """As `buttons`, in a language."""
    return buttons({data: texts.say(phrase, code) for data, phrase in rows.items()})


def ask(act: Act, me: Person) -> None:
    """Show the settings."""
    text, markup = screen(me)
    if markup is not None:
        act.effects.append(Notice(me.id, text, markup))


def screen(me: Person) -> Shown:
    """The settings as they are."""
    rows = {f"set:{name}": texts.say(values[getattr(me, name)], me.code) for name, values in CHOICES.items()}
    rows["set:interests"] = texts.say(Phrase(texts.INTERESTS.text, count=me.interests.bit_count()), me.code)
    rows["set:done"] = texts.say(texts.DONE, me.code)
    return texts.say(texts.SETTINGS, me.code), buttons(rows)


def interests(me: Person) -> Shown:
    """What he likes."""
    rows = {
        f"like:{place}": ("✅ " if me.interests >> place & 1 else "") + texts.say(topic, me.code)
        for place, topic in enumerate(texts.TOPICS)
    }
    rows["set:back"] = texts.say(texts.BACK, me.code)
    return texts.say(texts.SETTINGS, me.code), buttons(rows)


def press(act: Act, me: Person, data: str) -> Shown | None:
    """Take a tap on one of the buttons; returns what is to be seen now, None for a button that there is not."""
    kind, _, name = data.partition(":")
    if kind == "like" and name.isdecimal() and int(name) < len(texts.TOPICS):
        me = me._replace(interests=me.interests ^ 1 << int(name))
        act.tables.execute(_SET["interests"], (me.id, me.interests))
        return interests(me)
    if name in CHOICES:
        value = (getattr(me, name) + 1) % len(CHOICES[name])
        act.tables.execute(_SET[name], (me.id, value))
        return screen(act.person(me.id))
    if name == "interests":
        return interests(me)
    if name == "done":
        return texts.say(texts.SETTINGS, me.code), None
    return screen(me) if name == "back" else None
