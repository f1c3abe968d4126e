"""The draft of the next document: its rows as text, of which a save reads anew only what has changed since the last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from weakref import ReferenceType, ref

from pinstore.copies.rendering import TableText
from pinstore.copies.snapshot import Slice, changed, rows_since
from pinstore.memory.changes import begin_run
from pinstore.memory.connection import Connection
from pinstore.memory.database import Database
from pinstore.memory.table import Table

SEPARATOR = ",\n"
"""Between two rows; JSON has no line break of its own."""


@dataclass(frozen=True)
class Taken:
    """Everything a document needs, exact at one instant."""

    position: int
    applied: frozenset[int]
    counts: Mapping[str, int]
    tables: Mapping[str, TableText]


class Draft:
    """The rows of a document, as long as it is kept from one save to the next; one thread at a time uses it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._basis: tuple[int, ReferenceType[Connection]] | None = None
        """The mark from which on changed rows are in it, and the tables that they are from."""
        self._lines: dict[str, dict[int, str]] = {}
        """Each row of each table as a line, by its key."""
        self._gone: dict[str, set[int]] = {}
        """Keys that have no row any more."""
        self.mark = 0
        """Changes from this mark on may not be in it yet; 0 if it holds nothing."""

    def take(self, since: int) -> Taken:
        """Read what a document holds: all rows with `since` 0, else those changed at or after that mark.

        Changed rows are read ahead in short turns, under a new mark. What changes meanwhile carries that mark and is
        read in the last turn, so all is exact at that instant. It is read once more by the next call.
        """
        tables = self._database.look(ref)
        if self._basis != (since, tables) or not self.mark:
            self._begin_anew(since, tables)
        mark, start = begin_run(self._database), self.mark or since
        if start:
            self._read_ahead(start, mark)

        def read(connection: Connection) -> tuple[Taken, list[Slice]]:
            connection.write_changes()
            is_same = connection is tables()
            late = mark if start and is_same else since
            found = [rows_since(connection, table, late) for table in self._database.tables]
            if not is_same:  # what was read ahead is of tables that others have taken the place of
                self._begin_anew(since, ref(connection))
            self.mark = mark if is_same else 0
            return Taken(self._database.position, frozenset(self._database.applied), connection.counts(), {}), found

        taken, found = self._database.look(read)  # and put together when the lock is free again
        for table, rows in zip(self._database.tables, found, strict=True):
            self._note(table, rows)
        return replace(taken, tables={table.name: self._text(table) for table in self._database.tables})

    def _begin_anew(self, since: int, tables: ReferenceType[Connection]) -> None:
        self._basis, self.mark = (since, tables), 0
        self._lines = {table.name: {} for table in self._database.tables}
        self._gone = {table.name: set() for table in self._database.tables}

    def _read_ahead(self, start: int, mark: int) -> None:
        for table in self._database.tables:
            for rows in changed(self._database, table, start, mark):
                self._note(table, rows)

    def _note(self, table: Table, rows: Slice) -> None:
        """Take in how some rows are now."""
        lines, gone = self._lines[table.name], self._gone[table.name]
        there = {_key(line): line for line in rows.text.split(SEPARATOR) if line}
        lines.update(there)
        gone.difference_update(there)
        for key in rows.deleted:
            lines.pop(key, None)
            gone.add(key)

    def _text(self, table: Table) -> TableText:
        """All of a table, in the order of its key. A document that holds all rows need not name those that are gone."""
        lines, gone = self._lines[table.name], self._gone[table.name]
        if self._basis and not self._basis[0]:
            gone.clear()
        return TableText(table.columns, SEPARATOR.join(map(lines.__getitem__, sorted(lines))), sorted(gone))


def empty(tables: Sequence[Table], update: int) -> Taken:
    """What the first document holds, which `update` has asked for: no rows."""
    counts = {name: 0 for table in tables for name in (table.name, *table.sums)}
    return Taken(0, frozenset({update}), counts, {table.name: TableText(table.columns, "", ()) for table in tables})


def _key(line: str) -> int:
    """The key of a row: the first cell of a JSON array."""
    return int(line[1:-1].partition(",")[0])
