"""A bot's two totals in words."""

from collections.abc import Mapping
from datetime import datetime

from runtime.admin.store_texts import backup_caption
from runtime.app import App
from runtime.languages import DEFAULT, Languages, Phrase


def label(languages: Languages, total: str, code: str = DEFAULT) -> str:
    """How a total is called: a word that stands before its number."""
    return languages.say(Phrase(total), code)


def counted(
    app: App, languages: Languages, counts: Mapping[str, int] | None, code: str = DEFAULT, between: str = " "
) -> str:
    """Both totals in the midst of a sentence; question marks where they are not known."""
    told = [(label(languages, name, code), "?" if counts is None else counts.get(name, 0)) for name, _, _ in app.totals]
    return ", ".join(f"{word[:1].lower()}{word[1:]}{between}{count}" for word, count in told)


def captioned(
    app: App,
    languages: Languages,
    counts: Mapping[str, int],
    saved_at: datetime,
    drilled_at: datetime | None,
    code: str = DEFAULT,
) -> str:
    """What the admin reads under the backup document; the store adds its own marks after it."""
    return languages.say(backup_caption(counted(app, languages, counts, code, ": "), saved_at, drilled_at), code)
