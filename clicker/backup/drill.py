"""The drill: is what lies at Telegram really what the tables hold? Compared row by row in a second database."""

import sqlite3
from collections.abc import Sequence

from clicker.backup.snapshot import SLICE_ROWS
from clicker.database import Database, Table

_LAST = 2**63 - 1


class DrillError(Exception):
    """The stored copy differs from the tables; the message is one clause."""


def compare(live: Database, copy: Database, mark: int) -> int:
    """Compare all rows but those changed at or after `mark`, in short turns; returns how many were compared.

    Raises DrillError.
    """
    return sum(_compare_table(live, copy, table, mark) for table in live.tables)


def _compare_table(live: Database, copy: Database, table: Table, mark: int) -> int:
    compared, first = 0, -(2**63)
    while first <= _LAST:
        last, changed = _next_slice(live, table, mark, first)
        ours, theirs = (_text(database, table, first, last, changed) for database in (live, copy))
        if ours != theirs:
            raise DrillError(f"table {table.name} differs between the keys {first} and {last}")
        compared += ours[1]
        first = last + 1
    return compared


def _next_slice(live: Database, table: Table, mark: int, first: int) -> tuple[int, list[int]]:
    """The end of the slice that begins at `first`, and the keys in it that have changed since."""
    keys = (
        f"SELECT {table.key} FROM {table.name} WHERE {table.key} >= ? ORDER BY {table.key} LIMIT 1 OFFSET {SLICE_ROWS}"
    )
    changed = f"SELECT key FROM {table.name}_changes WHERE mark >= ? AND key BETWEEN ? AND ?"

    def read(connection: sqlite3.Connection) -> tuple[int, list[int]]:
        end = connection.execute(keys, (first,)).fetchone()
        last = end[0] if end else _LAST
        return last, [row[0] for row in connection.execute(changed, (mark, first, last))]

    return live.look(read)


def _text(database: Database, table: Table, first: int, last: int, without: Sequence[int]) -> tuple[str | None, int]:
    cells = ", ".join(table.columns)
    query = f"""
    SELECT group_concat(json_array({cells})), count(*) FROM (
        SELECT {cells} FROM {table.name} WHERE {table.key} BETWEEN {first} AND {last}
            AND {table.key} NOT IN ({", ".join(map(str, without))}) ORDER BY {table.key})"""

    def read(connection: sqlite3.Connection) -> tuple[str | None, int]:
        text, count = connection.execute(query).fetchone()
        return text, int(count)

    return database.look(read)
