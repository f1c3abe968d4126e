"""The words of a bot that speaks several languages, each of which understands the buttons of all."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from aiogram.types import ReplyKeyboardMarkup

from runtime.app import Menus
from runtime.keyboards import reply
from runtime.languages import DEFAULT, Languages, Phrase

CHOOSE, CHOSEN, OWN_NAME = Phrase("Choose a language"), Phrase("The bot speaks English now"), Phrase("English")

Rows = Sequence[Sequence[Phrase]]

_COMMAND = re.compile(r"/(?P<name>[^\s@]*)\S*(?P<rest>.*)", re.DOTALL)


class Words:
    """What is said in each language, what its buttons say, and how somebody chooses one."""

    def __init__(self, locales: Path) -> None:
        """`locales` has a folder for each language of the bot."""
        self.languages = Languages(locales)
        self.say = self.languages.say
        self.code = lru_cache(maxsize=1000)(self.languages.code)
        self.codes = self.languages.available_locales
        self.names = {self.say(OWN_NAME, code): code for code in self.codes}
        """Languages by their own names."""

    def labels(self, *phrases: Phrase) -> dict[str, Phrase]:
        """What buttons say in all languages: each is understood, whatever language a person has."""
        return {self.say(phrase, code): phrase for phrase in phrases for code in self.codes}

    def keyboards(self, rows: Rows) -> Mapping[str, ReplyKeyboardMarkup]:
        """These buttons in each language."""
        return {code: reply(self._rows(rows, code)) for code in self.codes}

    def choice(self, rows: Rows, code: str) -> ReplyKeyboardMarkup:
        """The languages to choose from, above the buttons that are there otherwise."""
        return reply([list(self.names), *self._rows(rows, code)])

    def menus(self, commands: Mapping[str, Phrase]) -> Menus:
        """What each command does, in each language."""
        told: dict[str | None, Mapping[str, str]] = {
            code: {name: self.say(phrase, code or DEFAULT) for name, phrase in commands.items()}
            for code in (None, *self.codes)
        }
        return Menus(told, {})

    def _rows(self, rows: Rows, code: str) -> list[list[str]]:
        return [[self.say(label, code) for label in row] for row in rows]


def command_in(text: str) -> tuple[str, str]:
    """The name of a command in small letters, "/" if it can be none, and what follows it; "" for other texts."""
    found = _COMMAND.fullmatch(text)
    return (found["name"].lower() or "/", found["rest"].strip()) if found else ("", "")
