"""The folded words of ads; kept in memory, as folding takes longer than looking."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bots.bazaar import texts
from bots.bazaar.ads import PUBLISHED
from bots.bazaar.letters import folded
from pinstore import Tables

_SAID = "SELECT title, category, condition, place, description FROM ads WHERE number = ?"
_NEXT = "SELECT number, version, created, state FROM ads WHERE number > ? ORDER BY number LIMIT ?"

Stamp = tuple[int, int, int]
"""An ad's number, its version, and when it was created: what is known of another one is not true of it."""


class _Known(NamedTuple):
    stamp: Stamp
    words: str
    """Each with a space before it."""


class Words:
    """Of all ads that were looked through."""

    def __init__(self) -> None:
        self._known: dict[int, _Known] = {}

    def matching(self, tables: Tables, stamps: Iterable[Stamp], wanted: Sequence[str]) -> list[int]:
        """The numbers of those ads that have a word which begins so, for each that is wanted."""
        beginnings, found = [f" {word}" for word in wanted], []
        for stamp in stamps:
            known = self._known.get(stamp[0])
            if known is None or known.stamp != stamp:
                known = self._learn(tables, stamp)
            words = known.words
            for beginning in beginnings:  # a loop, as a generator for each of ten thousand ads takes twice as long
                if beginning not in words:
                    break
            else:
                found.append(stamp[0])
        return found

    def learn(self, tables: Tables, after: int, most: int) -> int:
        """Fold the words of published ones among the next ads after a number; the last one, 0 if there are none."""
        last = 0
        for number, version, created, state in tables.execute(_NEXT, (after, most)).fetchall():
            last = int(number)
            if state == PUBLISHED:
                self._learn(tables, (last, version, created))
        return last

    def _learn(self, tables: Tables, stamp: Stamp) -> _Known:
        title, category, *more = tables.execute(_SAID, stamp[:1]).fetchone()
        name = texts.say(texts.CATEGORIES[category], texts.CYRILLIC)
        known = self._known[stamp[0]] = _Known(stamp, " " + folded(" ".join([title, name, *more])))
        return known
