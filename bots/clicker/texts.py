"""Every string and keyboard: what players are told in each language."""

from collections.abc import Iterable
from functools import lru_cache, partial
from pathlib import Path

from aiogram.types import ReplyKeyboardMarkup

from bots.clicker.players import Rating
from runtime import keyboards, names
from runtime.languages import BEING_SET_UP, Languages

LOCALES = Path(__file__).parent / "locales"

START = "/start"
LANGUAGE = "language"
"""The command that asks for a language."""
A_ROW = 3
"""Names of languages side by side."""


SIGN_UP = keyboards.reply([[START]], is_persistent=True)


class Texts:
    """What players are told in one language; all of it but the numbers is looked up once."""

    def __init__(self, languages: Languages, code: str) -> None:
        # Called `_`, as the tools that gather texts for translators expect it (pybabel extract).
        _ = self._translated = partial(languages.gettext, locale=code)
        self.code = code
        self.name = _("English")
        self.click, self.best = _("Click"), _("Rating")
        self.keyboard = keyboards.reply([[self.click], [self.best]], is_persistent=True)
        self.not_registered = _("You are not registered")
        self.being_set_up = _(BEING_SET_UP.text)
        self.choose_language = _("Choose a language")
        self.language_chosen = _("The bot speaks English now")
        hint = _("Press “{click}” to get a point or “{rating}” to see the best. Language: /language")
        self.hint = hint.format(click=self.click, rating=self.best)
        self._greeting, self._nameless = _("Hello, {name}"), _("No name")
        # A label and no sentence: the number bends it in no language. Cut into two, as each tap needs it.
        self._before_clicks, _count, self._after_clicks = _("Clicks: {count} 🏆").partition("{count}")

    def one_line(self, name: str) -> str:
        """A name as it is shown: on one line, whatever it contains."""
        return names.one_line(name, self._nameless)

    def greeting(self, first_name: str) -> str:
        """The answer to /start."""
        return self._greeting.format(name=self.one_line(first_name))

    def clicks(self, count: int) -> str:
        """The answer to a tap."""
        return f"{self._before_clicks}{count}{self._after_clicks}"

    def numbers(self, members: Iterable[tuple[str, int]]) -> str:
        """The answer to the taps of several members of a group: a line with name and clicks for each."""
        return "\n".join(f"{self.one_line(name)} - {count}🏆" for name, count in members)

    def rating(self, standing: Rating) -> str:
        """The number of players and a line for each that is shown."""
        _ = self._translated
        lines = [_("Total: {count}", "Total: {count}", standing.count).format(count=standing.count)]
        lines += [f"{place}: {self.one_line(name)} - {count}🏆" for place, name, count in standing.places]
        return "\n".join(lines)

    def languages(self) -> ReplyKeyboardMarkup:
        """The languages to choose from, above the buttons that are always there."""
        names = list(NAMES)
        rows = [names[start : start + A_ROW] for start in range(0, len(names), A_ROW)]
        return keyboards.reply([*rows, [self.click], [self.best]], is_persistent=True)


def _all() -> dict[str, Texts]:
    languages = Languages(LOCALES)
    return {code: Texts(languages, code) for code in languages.available_locales}


ALL = _all()
"""By the language's code."""
RUSSIAN = ALL["ru"]
CLICKS = frozenset(said.click for said in ALL.values())
"""The buttons of all languages: each is understood, whatever language a player has."""
RATINGS = frozenset(said.best for said in ALL.values())
NAMES = {said.name: said for said in ALL.values()}


@lru_cache(maxsize=1000)
def of(language_code: str | None, chosen: str | None = "") -> Texts:
    """What to say to somebody: in the language that was `chosen` or else that of his Telegram, or else in Russian.

    `language_code` is an IETF tag such as `en` or `pt-br`, or none (Bot API, User).
    """
    return ALL.get(chosen or "") or ALL.get((language_code or "").lower().partition("-")[0], RUSSIAN)
