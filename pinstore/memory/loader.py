"""Filling a new set of tables, which takes the place of the old one when it is complete."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from pinstore.memory.connection import Connection
from pinstore.memory.journal import Journal, triggers
from pinstore.memory.ranking import Ranking
from pinstore.memory.table import Table
from pinstore.memory.tables import Row

TOGETHER = 50
"""Rows in one statement: a third off the time of each. With 400 it is no faster, and SQLite keeps 2 MB for it."""


class Loader:
    """A new set of tables that is being filled; nobody sees it before `Database.replace`."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self.tables = {table.name: table for table in tables}
        self.connection = Connection()
        self.connection.execute("CREATE TABLE notes.mark (value INTEGER NOT NULL)")
        self.connection.execute("INSERT INTO mark VALUES (1)")
        for table in self.tables.values():
            self.connection.execute(table.schema)
            self.connection.execute(f"CREATE TABLE notes.{table.name}_changes (key INTEGER PRIMARY KEY, mark INTEGER)")

    def load(self, name: str, columns: Sequence[str], rows: Iterable[Row], deleted: Iterable[int], mark: int) -> None:
        """Put rows over what is there; later calls win. `mark` 0: these rows are the oldest layer and need no mark."""
        table = self.tables[name]
        position = list(columns).index(table.key)
        keys: list[int] = []

        def noted() -> Iterator[Row]:
            for row in rows:
                keys.append(row[position])
                yield row

        with self.connection as connection:
            connection.execute("BEGIN")
            self._insert(name, columns, noted() if mark else iter(rows))
            for key in deleted:
                keys.append(key)
                connection.execute(f"DELETE FROM {name} WHERE {table.key} = ?", (key,))
            if mark:
                noting = f"INSERT OR REPLACE INTO {name}_changes VALUES (?, ?)"
                connection.executemany(noting, ((key, mark) for key in keys))

    def _insert(self, name: str, columns: Sequence[str], rows: Iterator[Row]) -> None:
        """Put rows over what is there, many with each statement: SQLite need not find its place for each of them.

        Raises what SQLite does about a wrong row, or TypeError or ValueError.
        """
        into, one = f"INSERT OR REPLACE INTO {name} ({', '.join(columns)}) VALUES", f"({', '.join('?' * len(columns))})"
        many = f"{into} {', '.join([one] * TOGETHER)}"
        while some := list(islice(rows, TOGETHER)):
            if not {*map(type, some)} <= {list, tuple} or {*map(len, some)} != {len(columns)}:
                raise ValueError(f"not all are lists of {len(columns)} values")
            if len(some) == TOGETHER:
                self.connection.execute(many, list(chain.from_iterable(some)))
            else:
                self.connection.executemany(f"{into} {one}", some)

    def finish(self, mark: int) -> dict[str, int]:
        """Build indexes, journals and triggers once everything is loaded; returns the totals."""
        self.connection.execute("PRAGMA threads = 2")  # an index is sorted by as many threads beside this one
        for table in self.tables.values():
            for index in (*table.indexes, f"CREATE INDEX notes.{table.name}_by_mark ON {table.name}_changes (mark)"):
                self.connection.execute(index)
            self._keep(table)
        self.connection.execute("UPDATE mark SET value = ?", (mark,))
        return self.connection.counts()

    def outdate(self) -> None:
        """What was loaded is older than what it takes the place of: change what would be wrong then."""
        for table in self.tables.values():
            for statement in table.when_outdated:
                self.connection.execute(statement)
        self.connection.settle()

    def _keep(self, table: Table) -> None:
        """Add up the totals, count what is ranked, and have both told how rows move."""
        ranking = Ranking(table.name, *table.ranking, table.key) if table.ranking else None
        journal = Journal(table.name, table.key, table.sums, ranking, table.watch)
        self.connection.journals[table.name] = journal
        sums = ["count(*)", *(f"coalesce(sum({column}), 0)" for column in table.sums.values())]
        values = self.connection.execute(f"SELECT {', '.join(sums)} FROM {table.name}").fetchone()
        journal.totals.update(zip(journal.totals, values, strict=True))
        if ranking:
            ranking.build(self.connection, journal.totals[table.name])
        self.connection.create_function(f"{table.name}_moved", 2 * len(journal.columns), journal.note)
        for trigger in triggers(table.name, journal):
            self.connection.execute(trigger)

    def close(self) -> None:
        """Let the tables go, if nobody took them."""
        self.connection.close()
