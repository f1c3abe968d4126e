"""Connection to text, read in short turns of the database's lock: what a document holds, and slices for the parts."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from itertools import islice
from typing import NamedTuple

from pinstore.copies.rendering import TableText
from pinstore.memory.changes import begin_run, breathe, changed_keys
from pinstore.memory.connection import Connection
from pinstore.memory.database import Database
from pinstore.memory.table import Table
from pinstore.memory.turns import Turns

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
    was_alone: bool = False
    """Whether nobody else came to the tables lately."""


class Late(NamedTuple):
    """Rows that changed after others had been read, and the keys of these, whether they have a row or not."""

    rows: Slice
    keys: set[int]


def take(database: Database, since: int) -> Taken:
    """Read what a document holds: all rows with `since` 0, else those changed at or after that mark.

    Changed rows are read ahead in short turns, under a new mark. What changes meanwhile carries that mark and is read
    in the last turn, so all is exact at that instant.
    """
    mark = begin_run(database) if since else 0
    ahead = {table.name: list(changed(database, table, since, mark)) for table in database.tables if since}

    def read(connection: Connection) -> tuple[Taken, dict[str, Late]]:
        connection.write_changes()
        late = {table.name: _late(connection, table, mark) for table in database.tables}
        return Taken(database.position, frozenset(database.applied), connection.counts(), {}), late

    taken, late = database.look(read)  # and put together when the lock is free again
    texts = {table.name: _text(table, ahead.get(table.name, ()), late[table.name]) for table in database.tables}
    return replace(taken, tables=texts)


def empty(tables: Sequence[Table], update: int) -> Taken:
    """What the first document holds, which `update` has asked for: no rows."""
    counts = {name: 0 for table in tables for name in (table.name, *table.sums)}
    return Taken(0, frozenset({update}), counts, {table.name: TableText(table.columns, "", ()) for table in tables})


def slices(database: Database, table: Table) -> Iterator[Slice]:
    """All rows, in the order of the key."""
    keys = f"SELECT {table.key} AS key FROM {table.name} WHERE {table.key} > ? ORDER BY {table.key} LIMIT {SLICE_ROWS}"
    after = -(2**63)

    def read(connection: sqlite3.Connection) -> tuple[int | None, Slice]:
        last = connection.execute(f"SELECT max(key) FROM ({keys})", (after,)).fetchone()[0]
        return last, _rows(connection, table, f"t.{table.key} BETWEEN {after + 1} AND {last or 0}", whole=True)

    turns = Turns(database)
    while True:
        last, found = turns.take(read)
        if last is None:
            return
        after = last
        yield found._replace(was_alone=turns.is_alone)


def changed(database: Database, table: Table, since: int, before: int) -> Iterator[Slice]:
    """The rows changed at or after mark `since` and not at or after `before` until they are read, in the key's order.

    It takes as long as there are such rows; how many other rows have changed does not matter.
    """
    keys, turns = merge(*changed_keys(database, table, since, before)), Turns(database)
    while some := ", ".join(map(str, islice(keys, FAR_ROWS))):
        among = f"+k.mark < {before} AND k.key IN ({some})"
        found = turns.take(lambda connection: _rows(connection, table, among, whole=False))  # noqa: B023
        if found.number or found.deleted:
            yield found._replace(was_alone=turns.is_alone)


def _late(connection: sqlite3.Connection, table: Table, mark: int) -> Late:
    """What changed at or after `mark`; with mark 0, all rows."""
    if not mark:
        return Late(_rows(connection, table, "true", whole=True), set())
    changed = connection.execute(f"SELECT key FROM {table.name}_changes WHERE mark >= {mark}")
    return Late(_rows(connection, table, f"k.mark >= {mark}", whole=False), {row[0] for row in changed})


def _text(table: Table, ahead: Sequence[Slice], late: Late) -> TableText:
    """What was read ahead and, in its place or after it, what changed later."""
    kept = _kept(ahead, late.keys)
    gone = [key for found in ahead for key in found.deleted if key not in late.keys]
    rows = ",\n".join(filter(None, (*kept, late.rows.text)))
    return TableText(table.columns, rows, gone + late.rows.deleted)


def _kept(ahead: Sequence[Slice], late: set[int]) -> Iterator[str]:
    """The rows that were read ahead but for those with these keys, in short turns of the interpreter."""
    for found in ahead:
        yield _without(late, found.text) if late else found.text
        breathe(0)


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
