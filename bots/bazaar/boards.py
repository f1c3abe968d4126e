"""Reply keyboards by their names, and the buttons that typed words are."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from aiogram.types import KeyboardButton, ReplyKeyboardMarkup

from bots.bazaar import texts
from bots.bazaar.ads import SERVICE
from bots.bazaar.letters import folded
from runtime.languages import Phrase

Rows = Sequence[Sequence[Phrase]]

START, MENU, KINDS, SELL, BUY = "start", "menu", "kinds", "sell", "buy"
ASK, PHOTOS, READY, PREVIEW, CHANGE, OLD = "ask", "photos", "ready", "preview", "change", "old"

_GOODS = [[phrase] for key, phrase in texts.CATEGORIES.items() if key != SERVICE]
_MENU: Rows = [[texts.GIVE], [texts.LOOK], [texts.MY, texts.SUBSCRIBED], [texts.SEARCH]]

ROWS: Mapping[str, Rows] = {
    START: [[texts.GIVE], [texts.LOOK], [texts.TO_MENU]],
    MENU: _MENU,
    KINDS: [[texts.SELL, texts.BUY], [texts.SERVICE], [texts.TO_MENU]],
    SELL: [*_GOODS, [texts.BACK, texts.TO_MENU]],
    BUY: [*_GOODS, [texts.BACK, texts.TO_MENU]],
    PHOTOS: [[texts.WITH_PHOTOS, texts.NO_PHOTOS], [texts.CANCEL]],
    READY: [[texts.READY], [texts.CANCEL]],
    PREVIEW: [[texts.SEND], [texts.CHANGE], [texts.CANCEL]],
    OLD: [[texts.CANCEL], [texts.GO_ON], [texts.TO_MENU]],
}
"""Keyboards that are the same for everybody."""

ALWAYS = (*(phrase for row in _MENU for phrase in row), texts.TO_MENU, texts.CANCEL)
"""Buttons that work at any moment."""


@lru_cache
def reply(name: str, code: str) -> ReplyKeyboardMarkup:
    """A keyboard in a language."""
    return made([[texts.say(phrase, code) for phrase in row] for row in ROWS[name]])


def made(rows: Iterable[Iterable[str | KeyboardButton]]) -> ReplyKeyboardMarkup:
    """A keyboard of words, and of buttons that ask for something else."""
    keys = [[key if isinstance(key, KeyboardButton) else KeyboardButton(text=key) for key in row] for row in rows]
    return ReplyKeyboardMarkup(keyboard=[row for row in keys if row], resize_keyboard=True)


@lru_cache
def _folded(phrase: Phrase) -> frozenset[str]:
    return frozenset(folded(label) for label in texts.labels(phrase))


def button_in(text: str, shown: Iterable[Phrase]) -> Phrase | None:
    """The button that a text is: one that is shown now, or one that always works."""
    if len(text) > LONGEST or not (word := folded(text)):
        return None
    return next((phrase for phrase in (*shown, *ALWAYS) if word in _folded(phrase)), None)


LONGEST = 100
"""Characters beyond which no text is a button."""


def phrases(name: str) -> Iterable[Phrase]:
    """What stands on a keyboard that is the same for everybody."""
    return (phrase for row in ROWS.get(name, ()) for phrase in row)
