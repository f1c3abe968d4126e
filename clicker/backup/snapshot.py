"""Tables to text, read in short turns of the database's lock: what a document holds, and slices for the parts."""

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from clicker.backup.rendering import TableText
from clicker.database import Database, Table, Tables

SLICE_ROWS = 400
"""Neighbouring rows read in one turn of the database's lock: half a millisecond, so a tap never waits longer."""

FAR_ROWS = 100
"""The same for rows that lie anywhere in the table: each costs several times as much, the more the larger it is."""


@dataclass(frozen=True)
class Taken:
    """Everything a document needs, exact at one instant."""

    position: int
    applied: frozenset[int]
    counts: Mapping[str, int]
    tables: Mapping[str, TableText]


class Slice(NamedTuple):
    """Some rows of a table as JSON arrays with commas between, one on each line, and keys that have no row any more."""

    text: str
    number: int
    deleted: list[int]


class Late(NamedTuple):
    """Rows that changed after others had been read, and the keys of these, whether they have a row or not."""

    rows: Slice
    keys: set[int]


def changed_rows(database: Database, since: int) -> int:
    """How many rows a document over runs up to mark `since` would hold; with 0, all rows."""
    _write_changes(database)

    def read(connection: Tables) -> int:
        connection.write_changes()
        return sum(_count(connection, table, since) for table in database.tables)

    return database.look(read)


def take(database: Database, since: int) -> Taken:
    """Read what a document holds: all rows with `since` 0, else those changed at or after that mark.

    Changed rows are read ahead in short turns, under a new mark. What changes meanwhile carries that mark and is read
    in the last turn, so all is exact at that instant.
    """
    mark = begin_run(database) if since else 0
    ahead = {table.name: list(_ahead(database, table, since, mark)) for table in database.tables if since}

    def read(connection: Tables) -> tuple[Taken, dict[str, Late]]:
        connection.write_changes()
        late = {table.name: _late(connection, table, mark) for table in database.tables}
        return Taken(database.position, frozenset(database.applied), connection.totals(), {}), late

    taken, late = database.look(read)  # and put together when the lock is free again
    texts = {table.name: _text(table, ahead.get(table.name, ()), late[table.name]) for table in database.tables}
    return replace(taken, tables=texts)


def empty(tables: Sequence[Table], update: int) -> Taken:
    """What the first document holds, which `update` has asked for: no rows."""
    counts = {name: 0 for table in tables for name in (table.name, *table.sums)}
    return Taken(0, frozenset({update}), counts, {table.name: TableText(table.columns, "", ()) for table in tables})


def begin_run(database: Database) -> int:
    """Raise the mark, so that rows changed from now on can be told from those before; returns the new mark."""
    _write_changes(database)

    def raise_mark(connection: Tables) -> int:
        connection.write_changes()
        connection.execute("UPDATE mark SET value = value + 1")
        return int(connection.execute("SELECT value FROM mark").fetchone()[0])

    return database.look(raise_mark)


def slices(database: Database, table: Table, since: int) -> Iterator[Slice]:
    """All rows with `since` 0, else those changed at or after that mark: a run, in the order of the key."""
    # Each turn looks at so many keys, not for so many rows: a few changed ones may lie far apart.
    name, key, limit = (f"{table.name}_changes", "key", FAR_ROWS) if since else (table.name, table.key, SLICE_ROWS)
    keys = f"SELECT max(key) FROM (SELECT {key} AS key FROM {name} WHERE {key} > ? ORDER BY {key} LIMIT {limit})"
    within = f"+k.mark >= {since} AND k.key" if since else f"t.{table.key}"
    after = -(2**63)

    def read(connection: sqlite3.Connection) -> tuple[int | None, Slice]:
        last = connection.execute(keys, (after,)).fetchone()[0]
        return last, _rows(connection, table, f"{within} BETWEEN {after + 1} AND {last or 0}", whole=not since)

    while True:
        started = time.perf_counter()
        last, found = database.look(read)
        if last is None:
            return
        after = last
        if found.number or found.deleted:
            yield found
        _breathe(time.perf_counter() - started)


def forget_changes(database: Database, before: int) -> None:
    """Drop marks that a complete run has made superfluous, in short turns."""
    for table in database.tables:
        name = f"{table.name}_changes"
        query = f"DELETE FROM {name} WHERE key IN (SELECT key FROM {name} WHERE mark < ? LIMIT {FAR_ROWS})"
        while database.look(lambda connection: connection.execute(query, (before,)).rowcount):  # noqa: B023
            _breathe(0.001)


def _ahead(database: Database, table: Table, since: int, mark: int) -> Iterator[Slice]:
    """The rows changed at or after mark `since` and, until now, not after `mark`."""
    keys = sorted(_changed_keys(database, table, since, mark))
    for start in range(0, len(keys), FAR_ROWS):
        among = f"+k.mark < {mark} AND k.key IN ({', '.join(map(str, keys[start : start + FAR_ROWS]))})"
        started = time.perf_counter()
        yield database.look(lambda connection: _rows(connection, table, among, whole=False))  # noqa: B023
        _breathe(time.perf_counter() - started)


def _changed_keys(database: Database, table: Table, since: int, mark: int) -> Iterator[int]:
    """The keys of rows changed at or after mark `since` and, until now, not after `mark`."""
    query = f"""
    SELECT mark, key FROM {table.name}_changes WHERE (mark, key) > (?, ?) AND mark < {mark}
    ORDER BY mark, key LIMIT {SLICE_ROWS}"""
    last = (since, -(2**63))
    while found := database.look(lambda connection: connection.execute(query, last).fetchall()):  # noqa: B023
        yield from (key for _, key in found)
        last = found[-1]


def _late(connection: sqlite3.Connection, table: Table, mark: int) -> Late:
    """What changed at or after `mark`; with mark 0, all rows."""
    if not mark:
        return Late(_rows(connection, table, "true", whole=True), set())
    changed = connection.execute(f"SELECT key FROM {table.name}_changes WHERE mark >= {mark}")
    return Late(_rows(connection, table, f"k.mark >= {mark}", whole=False), {row[0] for row in changed})


def _text(table: Table, ahead: Sequence[Slice], late: Late) -> TableText:
    """What was read ahead and, in its place or after it, what changed later."""
    kept = [_without(late.keys, found.text) for found in ahead] if late.keys else [found.text for found in ahead]
    gone = [key for found in ahead for key in found.deleted if key not in late.keys]
    rows = ",\n".join(filter(None, (*kept, late.rows.text)))
    return TableText(table.columns, rows, gone + late.rows.deleted)


def _without(keys: set[int], text: str) -> str:
    """The rows of a slice but for those with these keys: a row is a line that begins with its key."""
    return ",\n".join(line for line in text.split(",\n") if line and int(line[1 : line.index(",")]) not in keys)


def _rows(connection: sqlite3.Connection, table: Table, condition: str, *, whole: bool) -> Slice:
    """The rows `t` of the table, or those that its changes `k` name, under a condition; in one pass over them."""
    changes = f"{table.name}_changes k LEFT JOIN {table.name} t ON t.{table.key} = k.key"
    source, key = (f"{table.name} t", f"t.{table.key}") if whole else (changes, "k.key")
    cells = ", ".join(f"t.{column}" for column in table.columns)
    there = f"t.{table.key} IS NOT NULL"
    text, number, deleted = connection.execute(f"""
        SELECT group_concat(json_array({cells}), ',\n') FILTER (WHERE {there}), count(t.{table.key}),
            group_concat({key}) FILTER (WHERE NOT {there}) FROM {source} WHERE {condition}""").fetchone()
    return Slice(text or "", int(number), [int(gone) for gone in deleted.split(",")] if deleted else [])


def _write_changes(database: Database) -> None:
    """Write down which rows have changed, in short turns; the few that change meanwhile are left."""
    while database.look(lambda tables: tables.write_some_changes()):
        _breathe(0.001)


def _count(connection: Tables, table: Table, since: int) -> int:
    if not since:
        return connection.journal(table.name).totals[table.name]
    query = f"SELECT count(*) FROM {table.name}_changes WHERE mark >= {since}"
    return int(connection.execute(query).fetchone()[0])


def _breathe(seconds: float) -> None:
    """Leave the lock to the event loop for as long as it was held: a lock is not fair by itself."""
    time.sleep(max(seconds, 0.0005))
