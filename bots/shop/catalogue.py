"""Statements about goods and what there is of them."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from pinstore import Tables

CODE, FILE, GIFT, PREMIUM, STARS = "code", "file", "gift", "premium", "stars"
PAGE = 8

Away = frozenset[tuple[str, str]]
"""Kinds, and what of each, that cannot be had for reasons outside the store; "" is all of a kind."""

_COLUMNS = "number, sku, kind, price, what, title, description, is_on, file"
_ALL = f"SELECT {_COLUMNS} FROM goods ORDER BY number"
_ON_SALE = f"SELECT {_COLUMNS} FROM goods WHERE is_on = 1 ORDER BY number LIMIT ? OFFSET ?"
_FIND = f"SELECT {_COLUMNS} FROM goods WHERE sku = ?"
_BY_NUMBER = f"SELECT {_COLUMNS} FROM goods WHERE number = ?"
_ADD = "INSERT INTO goods (sku, kind, price, what, title, description) VALUES (?, ?, ?, ?, ?, ?)"
_LEFT = "SELECT count(*) FROM codes WHERE good = ? AND holder = 0"
_PUT = "INSERT INTO codes (good, code) VALUES (?, ?) ON CONFLICT (good, code) DO NOTHING"
_TAKE = (
    "UPDATE codes SET holder = ?2 WHERE holder = 0 AND number = "
    "(SELECT number FROM codes WHERE good = ?1 AND holder = 0 ORDER BY number LIMIT 1)"
)
_FREE = "UPDATE codes SET holder = 0 WHERE holder = ?"
_HELD = "SELECT code FROM codes WHERE holder = ?"


class Good(NamedTuple):
    """A row of the catalogue."""

    number: int
    sku: str
    kind: str
    price: int
    what: str
    title: str
    description: str
    is_on: int
    file: str


def add(tables: Tables, sku: str, kind: str, price: int, what: str, title: str, description: str) -> None:
    """Put a new good at the end, on sale; its sku must be new."""
    tables.execute(_ADD, (sku, kind, price, what, title, description))


def find(tables: Tables, sku: str) -> Good | None:
    """The good of this sku."""
    return _good(tables.execute(_FIND, (sku,)).fetchone())


def by_number(tables: Tables, number: int) -> Good | None:
    """The good that an order is of."""
    return _good(tables.execute(_BY_NUMBER, (number,)).fetchone())


def everything(tables: Tables) -> list[Good]:
    """All goods, in their order."""
    return [Good._make(row) for row in tables.execute(_ALL)]


def on_sale(tables: Tables, page: int) -> tuple[list[Good], bool]:
    """A page of what is shown, and whether more follows."""
    rows = tables.execute(_ON_SALE, (PAGE + 1, page * PAGE)).fetchall()
    return [Good._make(row) for row in rows[:PAGE]], len(rows) > PAGE


def set_price(tables: Tables, sku: str, price: int) -> None:
    """For orders to come."""
    tables.execute("UPDATE goods SET price = ?2 WHERE sku = ?1", (sku, price))


def set_title(tables: Tables, sku: str, title: str) -> None:
    """For orders to come."""
    tables.execute("UPDATE goods SET title = ?2 WHERE sku = ?1", (sku, title))


def switch(tables: Tables, sku: str, *, is_on: bool) -> None:
    """Show or hide."""
    tables.execute("UPDATE goods SET is_on = ?2 WHERE sku = ?1", (sku, int(is_on)))


def set_file(tables: Tables, sku: str, file: str) -> None:
    """Sell this document."""
    tables.execute("UPDATE goods SET file = ?2 WHERE sku = ?1", (sku, file))


def put_codes(tables: Tables, good: Good, codes: Iterable[str]) -> tuple[int, int, int]:
    """Load codes that this good never had: how many were new, how many not, how many there are."""
    new = [tables.execute(_PUT, (good.number, code)).rowcount > 0 for code in codes]
    tables.execute("UPDATE goods SET is_told = 0 WHERE number = ?", (good.number,))
    return sum(new), len(new) - sum(new), left(tables, good)


def left(tables: Tables, good: Good) -> int:
    """Codes that can be sold."""
    return int(tables.execute(_LEFT, (good.number,)).fetchone()[0])


def is_away(kind: str, what: str, away: Away) -> bool:
    """Whether it cannot be had, whatever is in stock."""
    return (kind, "") in away or (kind, what) in away


def sells(tables: Tables, kind: str) -> bool:
    """Whether goods of a kind are on sale."""
    return tables.execute("SELECT 1 FROM goods WHERE kind = ? AND is_on = 1", (kind,)).fetchone() is not None


def in_stock(tables: Tables, good: Good) -> bool:
    """Whether there is something to hand over; of gifts only Telegram knows."""
    if good.kind == CODE:
        return left(tables, good) > 0
    return good.kind != FILE or bool(good.file)


def take_code(tables: Tables, good: int, order: int) -> bool:
    """Bind a code to an order, once; False if there is none."""
    return code_of(tables, order) is not None or tables.execute(_TAKE, (good, order)).rowcount > 0


def free_code(tables: Tables, order: int) -> None:
    """Put the code of an order that has ended unpaid back."""
    tables.execute(_FREE, (order,))


def code_of(tables: Tables, order: int) -> str | None:
    """The code that is bound to an order."""
    row = tables.execute(_HELD, (order,)).fetchone()
    return row[0] if row else None


def _good(row: Any) -> Good | None:
    return Good._make(row) if row else None
