"""A connection to SQLite that knows what is said of each of its tables: totals, ranks, which rows have changed."""

import sqlite3
from collections.abc import Sequence
from math import inf
from typing import Any

from pinstore.memory.journal import Journal
from pinstore.memory.ranking import Ranking


class Connection(sqlite3.Connection):
    """A set of tables in memory. One thread uses it at a time; which one, the lock of Database decides."""

    def __init__(self) -> None:
        super().__init__(":memory:", check_same_thread=False, isolation_level=None)
        self.journals: dict[str, Journal] = {}
        """What is known of each table and of its changes, by its name."""
        # What is noted of changes lies in a database and so in a page cache of its own: after pages of a tree have
        # changed their order, a commit looks through the whole cache (SQLite, balance_nonroot and pcache1Truncate).
        # A commit first copies each page that it changes, so they are small: half the usual size, a fifth off a tap.
        self.execute("PRAGMA page_size = 2048")
        self.execute("ATTACH ':memory:' AS notes")
        self.run = self.cursor().execute
        """As `execute`, for what finds no rows: with one cursor for all, which costs less than a new one each time."""

    async def fetch(self, sql: str, parameters: Sequence[object] = (), /) -> list[Any]:
        """All rows that a statement finds."""
        return self.execute(sql, parameters).fetchall()

    async def row(self, sql: str, parameters: Sequence[object] = (), /) -> Any:
        """The first of them, None without one."""
        return self.execute(sql, parameters).fetchone()

    async def change(self, sql: str, parameters: Sequence[object] = (), /) -> int:
        """Run a statement that finds no rows; returns how many it has changed."""
        return self.run(sql, parameters).rowcount

    async def hold(self, _: str, __: str, ___: int, /) -> bool:
        """Nobody else writes meanwhile."""
        return True

    async def totals(self, *names: str) -> list[int]:
        """These numbers of rows and sums."""
        return [self.total(name) for name in names]

    async def order(self, *names: str) -> int:
        """A number above all that this was while the totals were lower."""
        return sum(map(self.total, names)) + 1

    async def rank(self, table: str, key: int, /, most: int | None = None) -> int | None:
        """The rank of the row with this key, from 1 on; None if there is none."""
        ranking = self._ranking(table)
        found = ranking.rank(self, key)
        return found if found is None or most is None else found - ranking.before(self, (-most, -inf, -inf))

    async def between(self, table: str, least: int, most: int, /) -> int:
        """How many rows have a first column of the ranking from `least` to `most`."""
        ranking = self._ranking(table)
        return ranking.before(self, (1 - least, -inf, -inf)) - ranking.before(self, (-most, -inf, -inf))

    def total(self, name: str, /) -> int:
        """The number of rows of a table, or a sum; raises sqlite3.OperationalError if there are no tables."""
        for journal in self.journals.values():
            if name in journal.totals:
                return journal.totals[name]
        raise sqlite3.OperationalError(f"no such table: {name}")

    def latest(self, table: str, /) -> Any:
        """The row that the last statement has left, by name."""
        return self.journal(table).latest

    def _ranking(self, table: str) -> Ranking:
        ranking = self.journal(table).ranking
        if ranking is None:
            raise LookupError(f"table {table} has no ranking")
        return ranking

    def journal(self, table: str) -> Journal:
        """Of this table. Raises sqlite3.OperationalError, as a query would, if it is not there."""
        try:
            return self.journals[table]
        except KeyError:
            raise sqlite3.OperationalError(f"no such table: {table}") from None

    def counts(self) -> dict[str, int]:
        """All totals of all tables."""
        return {name: total for journal in self.journals.values() for name, total in journal.totals.items()}

    def settle(self) -> None:
        """Take into account what has been committed."""
        for journal in self.journals.values():
            journal.settle(self)

    def undo(self) -> None:
        """Roll back."""
        self.rollback()
        for journal in self.journals.values():
            journal.undo(self)

    def write_some_changes(self) -> bool:
        """Write down which rows have changed, as many as a short turn allows; returns whether there are more."""
        more = [journal.write_some(self) for journal in self.journals.values()]
        return any(more)

    def write_changes(self) -> None:
        """Write them all down; whoever asks for them or begins a new mark does this first."""
        while self.write_some_changes():
            pass
