"""The shop's words in other languages than Russian, which is the source."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from bots.shop import _menus, texts
from bots.shop.buying import ALERTS
from runtime.languages import BEING_SET_UP, DEFAULT, Languages, Phrase

ALERT = 200
WORDS = Languages(texts.LOCALES)
OTHERS = [code for code in WORDS.available_locales if code != DEFAULT]
UNTRANSLATED = ("ICONS", "STATS_")
"""What the admin reads is Russian."""


def phrases() -> set[str]:
    """All that people read."""
    found: list[object] = []
    for name, value in vars(texts).items():
        if name.isupper() and name != "LOCALES" and not name.startswith(UNTRANSLATED):
            found += value.values() if isinstance(value, dict) else [value]
    return {each.text if isinstance(each, Phrase) else str(each) for each in found}


def fields(text: str) -> list[str]:
    """The values that a sentence holds."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name)


@pytest.mark.parametrize("code", OTHERS)
def test_a_language_is_complete(code: str) -> None:
    """Each phrase is there, with the same values in it."""
    for text in phrases():
        translated = WORDS.gettext(text, locale=code)
        assert fields(translated) == fields(text), text
        assert not any("а" <= letter <= "я" for letter in translated.lower()), text
    menus = _menus().private
    assert menus[code].keys() == menus[None].keys() == texts.COMMANDS.keys()


@pytest.mark.parametrize("code", [DEFAULT, *OTHERS])
def test_an_alert_is_no_screen(code: str) -> None:
    """It is plain text of at most 200 characters, whatever its values are (Bot API, answerCallbackQuery)."""
    limits = [Phrase(text, seconds=60) for text in (texts.TOO_MANY_PRESSES, texts.TOO_MANY_PAYMENTS)]
    looks = [Phrase(texts.CRYPTO_STATUS, status=status) for status in texts.CRYPTO_STATUSES.values()]
    for said in (*ALERTS.values(), texts.BUYING, BEING_SET_UP, *limits, *looks):
        assert 0 < len(WORDS.say(said, code)) <= ALERT
        assert not re.search("[<>&]", WORDS.say(said, code))


def test_the_source_is_russian() -> None:
    """A file for it must not change a word."""
    for text in phrases():
        assert WORDS.gettext(text, locale=DEFAULT) == text
