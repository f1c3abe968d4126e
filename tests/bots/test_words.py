"""The words of each bot: in each of its languages all that it says, and no word for two buttons."""

from __future__ import annotations

import pytest

from bots import load
from bots.calories import texts as calories
from bots.roulette import texts as roulette
from runtime import languages
from runtime.tables import tables_of
from tests.runtime.test_languages import all_forms, catalog_of, messages_of, placeholders, said_in
from tests.stories.launcher import ROOT

SPOKEN = [("calories", code) for code in calories.WORDS.codes] + [("roulette", code) for code in roulette.WORDS.codes]


@pytest.mark.parametrize(("name", "code"), SPOKEN)
def test_a_language_is_complete(name: str, code: str) -> None:
    """What is not in the bot's own file is in that of all bots; each text has the placeholders of the original."""
    app = load(name)
    own, shared = (messages_of(catalog_of(path, code)) for path in (app.locales, languages.SHARED))
    named = {one for table in tables_of(app) for one in (table.name, *table.sums)}
    said = said_in(ROOT / "bots" / name)
    assert said - set(own) - set(shared) == set()
    assert set(own) - said - named - set(shared) == set()
    for message in own.values():
        original, (translated, *_) = all_forms(message.id)[0], all_forms(message.string or "")
        assert translated, original
        assert placeholders(translated) == placeholders(original)


@pytest.mark.parametrize("texts", [calories, roulette], ids=["calories", "roulette"])
def test_no_word_means_two_things(texts: object) -> None:
    """A button of one language is none of another one that does something else."""
    words = calories.WORDS if texts is calories else roulette.WORDS
    rows = calories.BUTTONS if texts is calories else [row for rows in roulette.LABELS.values() for row in rows]
    phrases = [phrase for row in rows for phrase in row]
    said = [{words.say(phrase, code) for code in words.codes} for phrase in phrases]
    assert sum(map(len, said)) == len(words.labels(*phrases))
    assert not set(words.labels(*phrases)) & set(words.names)
