"""Statements about wordings: what many orders are of, and what it was called then, stands once for all of them."""

from pinstore import Tables

_PUT = "INSERT INTO wordings (what, title) VALUES (?, ?) ON CONFLICT (what, title) DO NOTHING"
_FIND = "SELECT number FROM wordings WHERE what = ? AND title = ?"


def number_of(tables: Tables, what: str, title: str) -> int:
    """The number of a wording, a new one if nothing was ever sold by it."""
    if (row := tables.execute(_FIND, (what, title)).fetchone()) is None:
        tables.execute(_PUT, (what, title))
        row = tables.execute(_FIND, (what, title)).fetchone()
    return int(row[0])
