"""The drill: is what lies at Telegram really what the tables hold? Compared row by row in a second database."""

import sqlite3
from contextlib import closing
from typing import NamedTuple

from pinstore.copies.snapshot import SLICE_ROWS
from pinstore.errors import DrillError
from pinstore.memory.connection import Connection
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from pinstore.memory.table import Table

_LAST = 2**63 - 1


class Rows(NamedTuple):
    """Rows between two keys, both included, as text; without those of the keys `left_out`."""

    text: str | None
    number: int
    last: int
    left_out: list[int]


def compare_copy(live: Database, loader: Loader, mark: int) -> int:
    """As `compare`, with tables that were loaded; they are closed."""
    with closing(loader):
        copy = Database(live.tables)
        copy.replace(loader.connection)
        return compare(live, copy, mark)


def compare(live: Database, copy: Database, mark: int) -> int:
    """Compare all rows but those changed at or after `mark`, in short turns; returns how many were compared.

    Raises DrillError.
    """
    return sum(_compare_table(live, copy, table, mark) for table in live.tables)


def _compare_table(live: Database, copy: Database, table: Table, mark: int) -> int:
    compared, first = 0, -(2**63)
    while first <= _LAST:
        ours = _slice(live, table, mark, first)
        theirs = copy.look(lambda connection: _rows(connection, table, first, ours.last, ours.left_out))  # noqa: B023
        if ours != theirs:
            raise DrillError(f"table {table.name} differs between the keys {first} and {ours.last}")
        compared += ours.number
        first = ours.last + 1
    return compared


def _slice(live: Database, table: Table, mark: int, first: int) -> Rows:
    """The rows from the key `first` on, without those changed since; in one turn, as more may change after it."""
    ends = (
        f"SELECT {table.key} FROM {table.name} WHERE {table.key} >= ? ORDER BY {table.key} LIMIT 1 OFFSET {SLICE_ROWS}"
    )
    changed = f"SELECT key FROM {table.name}_changes WHERE mark >= ? AND key BETWEEN ? AND ?"

    def read(connection: Connection) -> Rows:
        connection.write_changes()
        end = connection.execute(ends, (first,)).fetchone()
        last = end[0] if end else _LAST
        left_out = [row[0] for row in connection.execute(changed, (mark, first, last))]
        return _rows(connection, table, first, last, left_out)

    return live.look(read)


def _rows(connection: sqlite3.Connection, table: Table, first: int, last: int, left_out: list[int]) -> Rows:
    cells = ", ".join(table.columns)
    query = f"""
    SELECT group_concat(json_array({cells})), count(*) FROM (
        SELECT {cells} FROM {table.name} WHERE {table.key} BETWEEN {first} AND {last}
            AND {table.key} NOT IN ({", ".join(map(str, left_out))}) ORDER BY {table.key})"""
    text, number = connection.execute(query).fetchone()
    return Rows(text, int(number), last, left_out)
