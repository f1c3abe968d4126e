"""The words by which an ad is found, folded; kept in its row, as folding takes longer than looking."""

from collections.abc import Sequence

from bots.bazaar import texts
from bots.bazaar.letters import folded
from pinstore import Tables

_WITHOUT = "SELECT number, title, category, condition, place, description FROM ads WHERE words = ''"
_GIVE = "UPDATE ads SET words = ? WHERE number = ?"
_FIND = "SELECT number FROM ads WHERE state = 'published'{wanted} ORDER BY published DESC, number DESC"
_WANTED = " AND words LIKE ?"
"""Neither `%` nor `_` is in what is folded."""


def of(title: str, category: str, *more: str) -> str:
    """Those of an ad with this title in this category, and of what else it says, each with a space before it."""
    name = texts.say(texts.CATEGORIES[category], texts.CYRILLIC)
    return " " + folded(" ".join([title, name, *more]))


def fill(tables: Tables) -> None:
    """Give them to ads that were stored before there were any."""
    for number, *said in tables.execute(_WITHOUT).fetchall():
        tables.execute(_GIVE, (of(*said), number))


def found(tables: Tables, wanted: Sequence[str]) -> list[int]:
    """The numbers of all published ads with words that begin so, for each that is wanted; the newest first."""
    statement = _FIND.format(wanted=_WANTED * len(wanted))
    return [row[0] for row in tables.execute(statement, [f"% {word}%" for word in wanted]).fetchall()]
