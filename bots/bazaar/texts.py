"""Everything that people read, and what the buttons say; by the sentence in Uzbek's Cyrillic letters."""

from pathlib import Path

from runtime.languages import Languages, Phrase

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = Languages(LOCALES)

CYRILLIC, LATIN, RUSSIAN = CODES = ("uz-Cyrl", "uz-Latn", "ru")
"""The languages; the first is everybody's until he chooses, the second is the first in other letters."""

GREETING = Phrase(
    "Ассалому алайкум {first_name}!\nВодий бозорга хуш келибсиз.\n\n"
    "{first_name}, эълон бермоқчимисиз ёки эълонларни кўрмоқчимисиз?"
)
