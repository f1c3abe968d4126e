"""A shop's tables without a Telegram."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from bots.shop import catalogue
from bots.shop.tables import SOLD
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pinstore import Table, Tables

T = TypeVar("T")

NOW = 1_795_000_000


class Shelf:
    """Tables in which each `do` is a transaction; what there is to buy: codes, a file, Premium."""

    def __init__(self, codes: Sequence[str] = (), more: Sequence[Table] = ()) -> None:
        tables = (*SOLD, *more)
        loader = Loader(tables)
        loader.finish(1)
        self.database = Database(tables)
        self.database.replace(loader.connection)
        self.do(lambda tables: stock(tables, codes))

    def do(self, work: Callable[[Tables], T]) -> T:
        """Run it in a transaction."""
        return self.database.transact(None, work)

    def one(self, query: str, *values: object) -> int:
        """A number from the tables."""
        return int(self.do(lambda tables: tables.execute(query, values).fetchone())[0])


def stock(tables: Tables, codes: Sequence[str]) -> None:
    """Three goods."""
    catalogue.add(tables, "key", "code", 30, "-", "Ключ", "")
    catalogue.add(tables, "book", "file", 20, "-", "Книга", "")
    catalogue.add(tables, "premium", "premium", 40, "3", "Премиум", "")
    catalogue.set_file(tables, "book", "file1")
    good = catalogue.find(tables, "key")
    assert good
    catalogue.put_codes(tables, good, codes)
