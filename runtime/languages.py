"""The languages of the bot, read from the files that translators edit."""

from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from aiogram.utils.i18n import I18n
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


class Languages(I18n):
    """aiogram's translations, compiled in memory: a text that was edited needs no further step."""

    def find_locales(self) -> dict[str, GNUTranslations]:
        """Each language with a file, by its code (ISO 639-1, as Telegram writes it)."""
        files = self.path.glob(f"*/LC_MESSAGES/{self.domain}.po")
        return {file.parent.parent.name: _compiled(file) for file in sorted(files)}


def _compiled(file: Path) -> GNUTranslations:
    """What gettext can read; raises babel.messages.pofile.PoFileError for a file that is none."""
    compiled = BytesIO()
    with file.open("rb") as opened:
        write_mo(compiled, read_po(opened, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)
