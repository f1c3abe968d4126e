"""The folded words of ads; kept in memory, as folding takes longer than looking."""

from collections.abc import Iterable
from typing import Any

from bots.bazaar import texts
from bots.bazaar.letters import folded
from pinstore import Tables

_SAID = "SELECT title, category, condition, place, description FROM ads WHERE number = ?"
_UNKNOWN = "SELECT number, version, created FROM ads WHERE state = 'published' AND number > ? ORDER BY number LIMIT ?"


class Words:
    """Each with a space before it, by the number of the ad."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, int, str]] = {}

    def begin(self, tables: Tables, row: Any, wanted: Iterable[str]) -> bool:
        """Whether words of an ad begin so; `row` is its number, its version, and when it was created."""
        said = self._of(tables, *row)
        return all(word in said for word in wanted)

    def learn(self, tables: Tables, after: int, most: int) -> int:
        """Fold the words of the next ads after a number; the last one, 0 if there are none."""
        rows = tables.execute(_UNKNOWN, (after, most)).fetchall()
        for row in rows:
            self._of(tables, *row)
        return int(rows[-1][0]) if rows else 0

    def _of(self, tables: Tables, number: int, version: int, created: int) -> str:
        known = self._known.get(number)
        if known is None or known[:2] != (version, created):
            title, category, *more = tables.execute(_SAID, (number,)).fetchone()
            name = texts.say(texts.CATEGORIES[category], texts.CYRILLIC)
            known = self._known[number] = version, created, " " + folded(" ".join([title, name, *more]))
        return known[2]
