"""The words by which an ad is found, folded; kept in its row, as folding takes longer than looking."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bots.bazaar import texts
from bots.bazaar.letters import folded
from pinstore import Tables

if TYPE_CHECKING:
    from bots.bazaar.ads import Content

_WITHOUT = "SELECT number, title, category, condition, place, description FROM ads WHERE words = ''"
_GIVE = "UPDATE ads SET words = ? WHERE number = ?"
_FIND = "SELECT number FROM ads WHERE state = 'published'{wanted} ORDER BY published DESC, number DESC"
_WANTED = " AND words LIKE ?"
"""Neither `%` nor `_` is in what is folded."""


def of(content: "Content") -> str:
    """Those of an ad, each with a space before it."""
    return _of(content.title, content.category, content.condition, content.place, content.description)


def _of(title: str, category: str, *more: str) -> str:
    name = texts.say(texts.CATEGORIES[category], texts.CYRILLIC)
    return " " + folded(" ".join([title, name, *more]))


def fill(tables: Tables) -> None:
    """Give them to ads that were stored before there were any."""
    for number, *said in tables.execute(_WITHOUT).fetchall():
        tables.execute(_GIVE, (_of(*said), number))


def found(tables: Tables, wanted: Sequence[str]) -> list[int]:
    """The numbers of all published ads with words that begin so, for each that is wanted; the newest first."""
    statement = _FIND.format(wanted=_WANTED * len(wanted))
    return [row[0] for row in tables.execute(statement, [f"% {word}%" for word in wanted]).fetchall()]
