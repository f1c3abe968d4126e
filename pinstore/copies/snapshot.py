"""Rows as text, read in short turns of the database's lock: all of a table, or those that have changed."""

import sqlite3
from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import NamedTuple

from pinstore.memory.changes import changed_keys
from pinstore.memory.database import Database
from pinstore.memory.table import Table
from pinstore.memory.turns import Turns

SLICE_ROWS = 400
"""Neighbouring rows read in one turn of the database's lock: half a millisecond, so a tap never waits longer."""

FAR_ROWS = 100
"""The same for rows that lie anywhere in the table: each costs several times as much, the more the larger it is."""


class Slice(NamedTuple):
    """Some rows of a table as JSON arrays with commas between, one on each line, and keys that have no row any more."""

    text: str
    number: int
    deleted: list[int]
    was_alone: bool = False
    """Whether nobody else came to the tables lately."""


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


def rows_since(connection: sqlite3.Connection, table: Table, mark: int) -> Slice:
    """The rows changed at or after `mark`, in one turn; with mark 0, all rows."""
    return _rows(connection, table, f"k.mark >= {mark}" if mark else "true", whole=not mark)


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
