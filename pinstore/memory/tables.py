"""What a piece of work gets to see of the tables."""

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
    """The tables within one transaction.

    What is awaited is the same whatever engine is behind it. All else is for work that is a plain function, as only
    tables in memory can have it.
    """

    async def fetch(self, sql: str, parameters: Sequence[object] = (), /) -> list[Any]:
        """All rows that a statement finds, which both SQLite and PostgreSQL understand."""

    async def row(self, sql: str, parameters: Sequence[object] = (), /) -> Any:
        """The first of them, None without one."""

    async def change(self, sql: str, parameters: Sequence[object] = (), /) -> int:
        """Run such a statement that finds no rows; returns how many it has changed."""

    async def hold(self, table: str, column: str, value: int, /) -> bool:
        """Have this row stay until the transaction ends, as it does in memory anyway; False if it is gone already.

        For rows that are found first and written about then, while somebody else may take them away.
        """

    async def totals(self, *names: str) -> list[int]:
        """Numbers of rows by the name of their table, or sums by that which the Table gives them.

        On a server with very many rows they are those of a minute ago, or of twenty times as long as counting takes.
        """

    async def order(self, *names: str) -> int:
        """What tells of two rows which came first: it grows whenever one of these totals has grown."""

    async def rank(self, table: str, key: int, /, most: int | None = None) -> int | None:
        """The rank of a row in the ranking that its Table names, from 1 on; None if there is no such row.

        With `most` among those rows alone whose first column of the ranking is no more than that.
        """

    async def between(self, table: str, least: int, most: int, /) -> int:
        """How many rows have a first column of the ranking from `least` to `most`."""

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> Cursor:
        """Run a statement."""

    def run(self, sql: str, parameters: Sequence[object] = (), /) -> Cursor:
        """Run one that finds no rows, a little faster; what comes back is good until the next one is run."""

    def total(self, name: str, /) -> int:
        """One of the `totals`, which are kept at hand."""

    def latest(self, table: str, /) -> Any:
        """The row that the last statement has left: its key and the columns that its Table ranks, sums or watches."""
