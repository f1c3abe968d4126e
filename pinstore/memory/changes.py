"""Marks of which rows have changed since when: raised, looked up and dropped, in short turns of the database's lock."""

import time
from array import array
from collections.abc import Callable, Iterator, Sequence

from pinstore.memory.connection import Connection
from pinstore.memory.database import Database
from pinstore.memory.table import Table
from pinstore.memory.tables import Row

LOOKED_UP = 400
"""Marks looked up in one turn of the database's lock: less than half a millisecond."""

DROPPED = 100
"""The same for marks that are dropped, which lie anywhere in their table."""

WALKED = 500
"""The same for rows that are walked through."""

TURN = 0.0005
"""Seconds that such a turn takes."""


def begin_run(database: Database) -> int:
    """Raise the mark, so that rows changed from now on can be told from those before; returns the new mark."""
    _write_changes(database)

    def raise_mark(connection: Connection) -> int:
        connection.write_changes()
        connection.execute("UPDATE mark SET value = value + 1")
        return int(connection.execute("SELECT value FROM mark").fetchone()[0])

    return database.look(raise_mark)


def changed_rows(database: Database, since: int) -> int:
    """How many rows a document over runs up to mark `since` would hold; with 0, all rows."""
    _write_changes(database)

    def read(connection: Connection) -> int:
        connection.write_changes()
        return sum(_count(connection, table, since) for table in database.tables)

    return database.look(read)


def changed_keys(database: Database, table: Table, since: int, before: int) -> Iterator[Sequence[int]]:
    """The keys of rows changed at or after mark `since` and not at or after `before`: pieces, each in order."""
    # Comparing (mark, key) with the last pair in one go, SQLite would walk through the whole mark again in each turn.
    keys = f"SELECT mark, key FROM {table.name}_changes WHERE mark"
    same = f"{keys} = ? AND key > ? ORDER BY key LIMIT {LOOKED_UP}"
    later = f"{keys} > ? AND mark < {before} ORDER BY mark, key LIMIT {LOOKED_UP}"
    last = (since, -(2**63))

    def read(connection: Connection) -> list[tuple[int, int]]:
        found = connection.execute(same, last).fetchall()
        return found or connection.execute(later, last[:1]).fetchall()

    while found := database.look(read):
        yield array("q", sorted(key for _, key in found))  # there may be millions, and a list takes four times that
        last = found[-1]
        breathe(0)


def forget_changes(database: Database, before: int) -> None:
    """Drop marks that a complete run has made superfluous."""
    for table in database.tables:
        name = f"{table.name}_changes"
        query = f"DELETE FROM {name} WHERE key IN (SELECT key FROM {name} WHERE mark < ? LIMIT {DROPPED})"
        while database.look(lambda connection: connection.execute(query, (before,)).rowcount):  # noqa: B023
            breathe(0.001)


def breathe(seconds: float, share: float = 1) -> None:
    """Leave lock and interpreter to the event loop for a share of the time that they were held, by default all of it.

    A lock is not fair by itself.
    """
    time.sleep(max(seconds, 0.0005) * share)


def _write_changes(database: Database) -> None:
    """Write down which rows have changed; the few that change meanwhile are left."""
    while database.look(lambda tables: tables.write_some_changes()):
        breathe(0.001)


def _count(connection: Connection, table: Table, since: int) -> int:
    if not since:
        return connection.journal(table.name).totals[table.name]
    query = f"SELECT count(*) FROM {table.name}_changes WHERE mark >= {since}"
    return int(connection.execute(query).fetchone()[0])


def walk(
    look: Callable[[Callable[[Connection], list[Row]]], list[Row]], table: Table, columns: Sequence[str], after: int
) -> Iterator[Sequence[Row]]:
    """The rows of a table whose key is above `after`, in its order, in short turns of the lock; not exact as a whole.

    Each row is as `columns` say, the key first. `look` gives the tables for one turn.
    """
    names = ", ".join((table.key, *columns))
    query = f"SELECT {names} FROM {table.name} WHERE {table.key} > ? ORDER BY {table.key} LIMIT {WALKED}"
    while rows := look(lambda connection: connection.execute(query, (after,)).fetchall()):  # noqa: B023
        started = time.perf_counter()
        yield rows
        after = rows[-1][0]
        breathe(max(0.0, TURN - (time.perf_counter() - started)))
