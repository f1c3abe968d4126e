"""What a piece of work gets to see of the tables, whatever engine is behind it."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

Row = Sequence[Any]


class Cursor(Protocol):
    """The outcome of a statement."""

    @property
    def rowcount(self) -> int:
        """How many rows an INSERT, UPDATE or DELETE has changed."""

    def fetchone(self) -> Any:
        """The next row, None after the last."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""

    def __iter__(self) -> Iterator[Any]: ...


class Tables(Protocol):
    """The tables within one transaction."""

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Cursor:
        """Run a statement that both SQLite and PostgreSQL understand."""

    def change(self, sql: str, parameters: Sequence[object] = (), /) -> int:
        """Run a statement that finds no rows; returns how many it has changed. A little faster."""

    def total(self, name: str, /) -> int:
        """The number of rows of a table, or one of the sums that its Table names; kept at hand."""

    def rank(self, table: str, key: int, /) -> int | None:
        """The rank of a row in the ranking that its Table names, from 1 on; None if there is no such row."""

    def before(self, table: str, most: int, /) -> int:
        """How many rows stand in the ranking before all those whose first column is `most`."""

    def latest(self, table: str, /) -> Any:
        """The row that the last statement has left: its key and the columns that its Table ranks, sums or watches."""
