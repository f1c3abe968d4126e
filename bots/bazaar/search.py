"""Searching by the beginnings of words."""

from collections.abc import Sequence

from bots.bazaar import ads, counters, texts, words
from bots.bazaar.ads import Ad
from bots.bazaar.letters import folded
from bots.bazaar.pages import A_PAGE, Keys, listed, page
from bots.bazaar.tables import QUERY
from bots.bazaar.visit import Visit
from pinstore import Tables
from runtime.keyboards import inline

LONGEST = 200
"""Characters of a query that are looked at."""
MOST_WORDS = 20
"""Words of a query that are looked for."""
KEPT = 5
"""Queries of somebody whose pages can still be turned."""

_NEWEST = "SELECT number FROM ads WHERE state = 'published' ORDER BY published DESC, number DESC LIMIT ? OFFSET ?"
_KEEP = "INSERT INTO queries (number, person, text) VALUES (?, ?, ?)"
_CLEAR = (
    "DELETE FROM queries WHERE person = ?1 AND number NOT IN "
    "(SELECT number FROM queries WHERE person = ?1 ORDER BY number DESC LIMIT ?2)"
)
_KNOWN = "SELECT text FROM queries WHERE number = ? AND person = ?"


def found(tables: Tables, query: str) -> list[int]:
    """The numbers of all ads with words that begin as those of the query do, the newest first."""
    wanted = folded(query[:LONGEST]).split()[:MOST_WORDS]
    return words.found(tables, wanted) if wanted else []


def some(tables: Tables, query: str, offset: int, limit: int) -> Sequence[Ad]:
    """Ads that are found, or the newest for a query without words."""
    if folded(query[:LONGEST]):
        numbers = found(tables, query)[offset : offset + limit]
    else:
        numbers = [row[0] for row in tables.execute(_NEWEST, (limit, offset)).fetchall()]
    return [ad for number in numbers if (ad := ads.find(tables, number))]


def begin(visit: Visit, query: str) -> None:
    """Show the first page of what is found."""
    said = " ".join(query.split())[:LONGEST]
    numbers = found(visit.tables, said)
    if not numbers:
        visit.tell(visit.say(texts.NOTHING_FOUND, query=said))
        return
    number = counters.following(visit.tables, QUERY)
    visit.tables.execute(_KEEP, (number, visit.me.id, said))
    visit.tables.execute(_CLEAR, (visit.me.id, KEPT))
    text, keys = _page(visit, number, said, numbers, 1)
    visit.tell(text, inline(*keys))


def turn(visit: Visit, number: int, wanted: int) -> None:
    """Show another page in the place of one."""
    row = visit.tables.execute(_KNOWN, (number, visit.me.id)).fetchone()
    numbers = found(visit.tables, row[0]) if row else []
    if not numbers:
        visit.warn(texts.GONE)
        return
    text, keys = _page(visit, number, row[0], numbers, wanted)
    visit.turn(text, inline(*keys))


def _page(visit: Visit, number: int, query: str, numbers: list[int], wanted: int) -> tuple[str, Keys]:
    here = page(wanted, len(numbers))
    shown = [ads.find(visit.tables, one) for one in numbers[here.offset : here.offset + A_PAGE]]
    head = visit.say(texts.SEARCH_PAGE, query=query, count=len(numbers), page=here.number, pages=here.of)
    text, keys = listed(head, [ad for ad in shown if ad])
    return text, [*keys, *here.around(f"find:{number}:"), [(visit.say(texts.TO_KINDS), "read")]]
