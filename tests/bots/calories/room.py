"""Anna and the calorie counter in one process: what she sends, and what the answers are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiogram.types import InlineKeyboardMarkup

from bots.calories.answers import File, table
from bots.calories.diary import Diary
from bots.calories.noting import correct
from bots.calories.pressed import pressed
from bots.calories.reminders import remind
from bots.calories.said import said
from bots.calories.tables import TABLES
from bots.calories.talk import Talk
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader

if TYPE_CHECKING:
    from collections.abc import Callable

    from pinstore import Tables
    from runtime.outbox.answer import Answer

ZONE = "Europe/Moscow"
NOON = 1_800_000_000 // 86_400 * 86_400 + 9 * 3600
"""15 January 2027, 12:00 in Moscow."""


class Room:
    """Anna, 1001, who is met at noon."""

    def __init__(self, *, norm: int = 2000, tag: str = "ru") -> None:
        loader = Loader(TABLES)
        loader.finish(1)
        self.database = Database(TABLES)
        self.database.replace(loader.connection)
        self.now = NOON
        self.message = 100
        self.tag = tag
        self.buttons: dict[str, str] = {}
        """Of the last answers: what they say, and their data."""
        if norm:
            self.say("/start")
            self.say(str(norm))

    def say(self, text: str | None) -> list[str]:
        """Send a message; its answers."""
        self.message += 1
        return self._turn(lambda talk: said(talk, text, self.message), self.tag)

    def edit(self, message: int, text: str) -> list[str]:
        """Edit a message."""
        return self._turn(lambda talk: correct(talk, text, message))

    def press(self, data: str) -> list[str]:
        """Press a button with such data."""
        return self._turn(lambda talk: pressed(talk, data, 7))

    def tap(self, text: str) -> list[str]:
        """Press a button of the last answers."""
        return self.press(self.buttons[text])

    def remind(self) -> list[str]:
        """Who is reminded now of what."""
        told = self.database.transact(None, lambda tables: remind(Diary(tables, ZONE), self.now))
        return [text for _, text in told]

    def rows(self, table_name: str) -> int:
        """How many rows a table has."""
        return self.database.look(lambda tables: tables.total(table_name))

    def _turn(self, work: Callable[[Talk], None], tag: str | None = None) -> list[str]:
        def run(tables: Tables) -> list[Answer]:
            diary = Diary(tables, ZONE)
            person = diary.person(1001, self.now, tag)
            assert person is not None
            talk = Talk(diary, person, self.now)
            work(talk)
            return talk.answers

        answers = self.database.transact(None, run)
        told = [text for answer in answers if (text := shown(answer)) is not None]
        markups = [markup for answer in answers if isinstance(markup := _markup(answer), InlineKeyboardMarkup)]
        if markups:
            keys = [key for markup in markups for row in markup.inline_keyboard for key in row]
            self.buttons = {key.text: key.callback_data or "" for key in keys}
        return told


def shown(answer: Answer) -> str | None:
    """What is to be read of an answer."""
    if isinstance(answer, File):
        return table(answer.entries, answer.zone)
    method = getattr(answer, "method", None)
    return getattr(method, "text", None) if method else answer.text


def _markup(answer: Answer) -> object:
    method = getattr(answer, "method", None)
    return getattr(method, "reply_markup", None) if method else answer.markup
