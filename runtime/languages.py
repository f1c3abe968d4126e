"""The languages of a bot, read from the files that translators edit: its own words over those that all bots share."""

from collections.abc import Mapping, Sequence
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from aiogram.utils.i18n import I18n
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

SHARED = Path(__file__).parent / "locales"

DEFAULT = "ru"
"""The language of whoever has none of those that there are."""


class Phrase:
    """What is to be said, before it is in a language; a value that is a phrase itself is put into the same one."""

    __slots__ = ("numbered", "text", "values")

    def __init__(self, text: str, /, **values: object) -> None:
        """`text` is the sentence in English, as translators find it (pybabel extract -k Phrase)."""
        self.text = text
        self.numbered: tuple[object, ...] = ()
        self.values: Mapping[str, object] = values

    def of(self, *numbered: object) -> "Phrase":
        """The same sentence with values for {0}, {1} and so on."""
        made = Phrase(self.text, **self.values)
        made.numbered = numbered
        return made


BEING_SET_UP = Phrase("The bot is still being set up. Please look in again later.")


class Languages(I18n):
    """aiogram's translations, compiled in memory: a text that was edited needs no further step."""

    def __init__(self, path: Path) -> None:
        """`path` has a folder for each language of the bot."""
        super().__init__(path=path, default_locale=DEFAULT)

    def find_locales(self) -> dict[str, GNUTranslations]:
        """Each language with a file, by its code (ISO 639-1, as Telegram writes it)."""
        found = _read(self.path, self.domain)
        shared = _read(SHARED, self.domain)
        for code, own in found.items():
            if code in shared:
                own.add_fallback(shared[code])
        return found

    def code(self, tag: str | None, chosen: str | None = "") -> str:
        """The language for somebody: the one that was `chosen`, or else that of his Telegram, or else Russian.

        `tag` is an IETF tag such as `en` or `pt-br`, or none (Bot API, User, language_code).
        """
        wanted = (chosen or "", (tag or "").lower().partition("-")[0])
        return next((code for code in wanted if code in self.available_locales), DEFAULT)

    def say(self, said: "Said", code: str = DEFAULT) -> str:
        """What is said in this language, lines below each other; what is text already stays as it is."""
        if isinstance(said, str):
            return said
        if not isinstance(said, Phrase):
            return "\n".join(self.say(line, code) for line in said)
        values = {name: self._value(value, code) for name, value in said.values.items()}
        sentence = self.gettext(said.text, locale=code)
        return sentence.format(*said.numbered, **values) if said.numbered else sentence.format(**values)

    def _value(self, value: object, code: str) -> object:
        """A value within a sentence: enumerations get commas, broken numbers one decimal place."""
        if isinstance(value, float):
            return format_decimal(value, format="0.0", locale=code)
        if isinstance(value, Phrase):
            return self.say(value, code)
        if isinstance(value, (list, tuple)):
            return ", ".join(str(self._value(each, code)) for each in value)
        return value


Said = Phrase | str | Sequence[Phrase | str]
"""What somebody is told: a sentence, or one in each line."""


def _read(path: Path, domain: str) -> dict[str, GNUTranslations]:
    files = path.glob(f"*/LC_MESSAGES/{domain}.po")
    return {file.parent.parent.name: _translations(file) for file in sorted(files)}


def _translations(file: Path) -> GNUTranslations:
    """What gettext can read, not shared, as each has a fallback of its own; raises what `_compiled` raises."""
    return GNUTranslations(BytesIO(_compiled(file, file.stat().st_mtime_ns)))


@cache
def _compiled(file: Path, changed: int) -> bytes:  # noqa: ARG001 - a file that was edited is another one
    """A file in gettext's format; raises babel.messages.pofile.PoFileError for a file that is none.

    It takes a third of a start, and several parts of a bot read the same files.
    """
    compiled = BytesIO()
    with file.open("rb") as opened:
        write_mo(compiled, read_po(opened, abort_invalid=True))
    return compiled.getvalue()
