"""Languages: who is answered in which, that all are complete, and that the Russian texts are exact."""

from __future__ import annotations

import io
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any

import pytest
from babel.messages.extract import extract
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po

from bots.clicker import app, texts
from bots.clicker.players import Rating
from bots.clicker.texts import LOCALES, Texts
from runtime import languages
from runtime.languages import Languages
from runtime.tables import tables_of
from tests.stories.harness import PATIENCE, restart, say, set_up, sign_up, until_stored
from tests.stories.launcher import ROOT

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog, Message

    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot

ENGLISH = [["Click"], ["Rating"]]
UZBEK = [["Bosish"], ["Reyting"]]
NAMES = {"English", "Русский", "O‘zbekcha"}

SPOKEN = {None: "ru", "": "ru", "ru": "ru", "en": "en", "en-US": "en", "EN": "en", "uz": "uz", "qq": "ru", "e": "ru"}
"""Language of an answer by that of a Telegram; nobody will ever speak `qq` (ISO 639-2, local use)."""

STRANGER = {
    "ru": "Вы не зарегистрированы",
    "en": "You are not registered",
    "uz": "Siz ro‘yxatdan o‘tmagansiz",
}


async def test_a_player_is_answered_in_the_language_of_his_telegram(bot: Bot, telegram: Telegram) -> None:
    """Texts and buttons; the buttons of the other languages are understood all the same."""
    await set_up(bot, telegram)
    anna = telegram.person(1001, first_name="Анна", language_code="en-US")
    assert await say(anna, "/start") == "Hello, Анна"
    assert anna.keyboard == ENGLISH
    for word in ("Click", "Клик", "Bosish"):
        anna.send(word)
    await anna.wait(lambda: anna.newest == "Clicks: 3 🏆", PATIENCE)
    for word in ("Reyting", "Рейтинг"):
        assert await say(anna, word) == "Total: 1\n1: Анна - 3🏆"
    boris = await sign_up(telegram, 1002, "Борис")
    assert await say(boris, "Click") == "Кликов: 1 🏆"
    anna.describe(language_code="uz")
    assert "“Bosish”" in await say(anna, "как дела?")
    assert anna.keyboard == UZBEK
    await until_stored(telegram, {1001: ("Анна", 3), 1002: ("Борис", 1)})


async def test_a_choice_of_language_is_kept(bot: Bot, telegram: Telegram) -> None:
    """The buttons change with it; it outlives a kill in the next moment and counts more than Telegram's own."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    assert await say(anna, "/language") == "Выберите язык"
    *languages, click, rating = anna.keyboard
    assert {name for row in languages for name in row} >= NAMES
    assert [click, rating] == [["Клик"], ["Рейтинг"]]
    anna.tap("O‘zbekcha")
    assert await anna.answer() == "Endi bot o‘zbekcha gapiradi"
    assert anna.keyboard == UZBEK
    await bot.kill()
    heard = len(anna.answers)
    anna.tap("Bosish")
    await bot.start()
    await anna.wait(lambda: "Bosishlar: 1 🏆" in anna.answers[heard:], PATIENCE)
    anna.describe(language_code="en")
    await until_stored(telegram, {1001: ("Анна", 1)})
    await restart(bot)
    assert await say(anna, "/start") == "Assalomu alaykum, Анна"
    assert await say(anna, "Рейтинг") == "Jami: 1\n1: Анна - 1🏆"
    assert await say(anna, "English") == "The bot speaks English now"
    assert await say(anna, "Click") == "Clicks: 2 🏆"
    assert anna.keyboard == ENGLISH


async def test_a_stranger_is_turned_away_in_his_language(bot: Bot, telegram: Telegram) -> None:
    """Also while the bot is being set up; a word that chooses a language is then a text like any other."""
    await bot.start()
    await bot.ready()
    codes = sorted(code for code in SPOKEN if code)
    people = {code: telegram.person(2000 + number, language_code=code) for number, code in enumerate(codes)}
    for code, person in people.items():
        assert await say(person, "Click") == texts.ALL[SPOKEN[code]].being_set_up
    await set_up(bot, telegram)
    for code, person in people.items():
        for text in ("English", "/language"):
            assert await say(person, text) == STRANGER[SPOKEN[code]]
            assert person.keyboard == [["/start"]]
    await until_stored(telegram, {})


def test_the_russian_texts_are_exact() -> None:
    """They are the interface, whatever the numbers are."""
    russian = texts.RUSSIAN
    assert (russian.click, russian.best, russian.not_registered) == ("Клик", "Рейтинг", "Вы не зарегистрированы")
    assert russian.greeting("Анна") == "Приветствую Анна"
    for number in (0, 1, 2, 5, 11, 21, 2**53):
        assert russian.clicks(number) == f"Кликов: {number} 🏆"
        standing = Rating(number, [(1, "Анна", number), (2, "", 0)])
        assert russian.rating(standing) == f"Всего: {number}\n1: Анна - {number}🏆\n2: Без имени - 0🏆"


@pytest.mark.parametrize("code", SPOKEN)
def test_a_language_is_chosen_or_telegrams_own_or_russian(code: str | None) -> None:
    """Languages of a region count as the language itself; a choice that is no longer offered counts as none."""
    spoken = texts.ALL[SPOKEN[code]]
    assert (texts.of(code), texts.of(code, ""), texts.of(code, None), texts.of(code, "xx")) == (spoken,) * 4
    assert texts.of(code, "uz").code == "uz"


def test_no_word_means_two_things() -> None:
    """What is understood in every language must not be one thing here and another there."""
    words = [word for said in texts.ALL.values() for word in (said.click, said.best, said.name)]
    assert len(set(words)) == len(words)
    assert not set(words) & {texts.START, f"/{texts.LANGUAGE}"}


@pytest.mark.parametrize("code", texts.ALL)
def test_a_language_is_complete(code: str) -> None:
    """The files hold exactly what the program says, each text on one line with the same placeholders."""
    shared, own = messages_of(catalog_of(languages.SHARED, code)), messages_of(catalog_of(LOCALES, code))
    named = {name for table in tables_of(app) for name in (table.name, *table.sums)}
    everywhere, here = said_in(ROOT / "runtime"), said_in(LOCALES.parent)
    assert set(own) - set(shared) == (here | named) - set(shared)
    assert set(shared) - {"users", "dialogues"} == everywhere | {"hours", "broadcasts", "No name"}
    assert set(own) | set(shared) >= everywhere | here | named
    forms = catalog_of(LOCALES, code).num_plurals
    for catalog in (shared, own):
        assert [message.id for message in catalog.values() if message.fuzzy] == []
        assert [message.id for message in catalog.values() if not is_translated(message, forms)] == []


def test_a_language_may_count_in_its_own_way(tmp_path: Path) -> None:
    """Plural forms are taken from the file; what it does not translate is said in English."""
    forms = 'msgstr[0] "{count} игрок"\nmsgstr[1] "{count} игрока"\nmsgstr[2] "{count} игроков"\n'
    russian = LOCALES.joinpath("ru", "LC_MESSAGES", "messages.po").read_text(encoding="utf-8")
    header = russian.partition("\n\n")[0]
    file = tmp_path / "be" / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True)
    counted = 'msgid "Total: {count}"\nmsgid_plural "Total: {count}"\n'
    file.write_text(f"{header}\n\n{counted}{forms}", encoding="utf-8")
    said = Texts(Languages(path=tmp_path), "be")
    shown = [said.rating(Rating(count, [])) for count in (1, 2, 5, 11, 21)]
    assert shown == ["1 игрок", "2 игрока", "5 игроков", "11 игроков", "21 игрок"]
    assert said.click == "Click"


def catalog_of(path: Path, code: str) -> Catalog:
    """A language's file."""
    with path.joinpath(code, "LC_MESSAGES", "messages.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def messages_of(catalog: Catalog) -> dict[Any, Message]:
    """What it translates."""
    return {message.id: message for message in catalog if message.id}


def said_in(folder: Path) -> set[str | tuple[str, str]]:
    """What is to be translated, found as `pybabel extract -k _:1,1t -k _:1,2 -k Phrase:1` finds it."""
    keywords = parse_keywords(["_:1,1t", "_:1,2", "Phrase:1"])
    sources = [io.BytesIO(file.read_bytes()) for file in folder.rglob("*.py")]
    found = [text for source in sources for _, text, _, _ in extract("python", source, keywords)]
    return {(text[0], text[1]) if isinstance(text, tuple) else str(text) for text in found}


def is_translated(message: Message, forms: int) -> bool:
    """Whether every form is there, is one line and has the placeholders of the original."""
    original, strings = all_forms(message.id)[0], all_forms(message.string or "")
    return len(strings) == (forms if message.pluralizable else 1) and all(
        string and "\n" not in string and placeholders(string) == placeholders(original) for string in strings
    )


def all_forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    """One for a text that counts nothing."""
    return [text] if isinstance(text, str) else list(text)


def placeholders(text: str) -> list[str]:
    """The names in braces."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)
