"""Filling a new set of tables, which takes the place of the old one when it is complete."""

from collections.abc import Iterable, Iterator, Sequence

from clicker.database import Row, Table, Tables
from clicker.places import Places
from clicker.triggers import triggers


class Loader:
    """A new set of tables that is being filled; nobody sees it before `Database.replace`."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self.tables = {table.name: table for table in tables}
        self.connection = Tables()
        self.connection.execute("CREATE TABLE notes.mark (value INTEGER NOT NULL)")
        self.connection.execute("INSERT INTO mark VALUES (1)")
        self.connection.execute(
            "CREATE TABLE notes.totals (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID"
        )
        for table in self.tables.values():
            self.connection.execute(table.schema)
            self.connection.execute(f"CREATE TABLE notes.{table.name}_changes (key INTEGER PRIMARY KEY, mark INTEGER)")

    def load(self, name: str, columns: Sequence[str], rows: Iterable[Row], deleted: Iterable[int], mark: int) -> None:
        """Put rows over what is there; later calls win. `mark` 0: these rows are the oldest layer and need no mark."""
        table = self.tables[name]
        places = ", ".join("?" * len(columns))
        position = list(columns).index(table.key)
        keys: list[int] = []

        def noted() -> Iterator[Row]:
            for row in rows:
                keys.append(row[position])
                yield row

        with self.connection as connection:
            connection.execute("BEGIN")
            connection.executemany(
                f"INSERT OR REPLACE INTO {name} ({', '.join(columns)}) VALUES ({places})", noted() if mark else rows
            )
            for key in deleted:
                keys.append(key)
                connection.execute(f"DELETE FROM {name} WHERE {table.key} = ?", (key,))
            if mark:
                noting = f"INSERT OR REPLACE INTO {name}_changes VALUES (?, ?)"
                connection.executemany(noting, ((key, mark) for key in keys))

    def finish(self, mark: int) -> dict[str, int]:
        """Build indexes, totals and triggers once everything is loaded; returns the totals."""
        self.connection.execute("PRAGMA threads = 2")  # an index is sorted by as many threads beside this one
        for table in self.tables.values():
            for index in (*table.indexes, f"CREATE INDEX notes.{table.name}_by_mark ON {table.name}_changes (mark)"):
                self.connection.execute(index)
            sums = {table.name: "count(*)"} | {
                total: f"coalesce(sum({column}), 0)" for total, column in table.sums.items()
            }
            for total, value in sums.items():
                self.connection.execute(f"INSERT INTO totals SELECT ?, {value} FROM {table.name}", (total,))
            self._rank(table)
            for trigger in triggers(table):
                self.connection.execute(trigger)
        self.connection.execute("UPDATE mark SET value = ?", (mark,))
        return dict(self.connection.execute("SELECT name, value FROM totals").fetchall())

    def _rank(self, table: Table) -> None:
        """Count the places of the rows, and have them told how rows move."""
        if table.ranking:
            places = Places(table.name, *table.ranking, table.key)
            places.build(self.connection)
            self.connection.places[table.name] = places
            self.connection.create_function(f"{table.name}_moved", 6, places.note)

    def close(self) -> None:
        """Let the tables go, if nobody took them."""
        self.connection.close()
