"""The in-memory SQLite: tables, one transaction per update, and marks of what changed since when."""

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
Row = Sequence[Any]
Work = Callable[[sqlite3.Connection], T]


@dataclass(frozen=True)
class Table:
    """A table that the store keeps; `key` is its INTEGER PRIMARY KEY and the first of `columns`."""

    name: str
    columns: tuple[str, ...]
    schema: str
    indexes: tuple[str, ...] = ()
    sums: Mapping[str, str] = field(default_factory=dict)
    """Totals kept at hand and checked by a restore: name in the document's counts -> column that is summed."""

    @property
    def key(self) -> str:
        """The column that tells rows apart."""
        return self.columns[0]


def _marking(table: Table) -> Iterator[str]:
    """Triggers that note each changed key under the current mark and keep the totals."""
    name, key = table.name, table.key
    for event, row, step in (("INSERT", "new", 1), ("UPDATE", "new", 0), ("DELETE", "old", -1)):
        added = {total: f"new.{column}" for total, column in table.sums.items() if event != "DELETE"}
        removed = {total: f"old.{column}" for total, column in table.sums.items() if event != "INSERT"}
        sums = [
            f"UPDATE totals SET value = value + {added.get(total, 0)} - {removed.get(total, 0)} WHERE name = '{total}';"
            for total in table.sums
        ]
        count = f"UPDATE totals SET value = value + {step} WHERE name = '{name}';" if step else ""
        yield f"""
        CREATE TRIGGER {name}_{event.lower()} AFTER {event} ON {name} BEGIN
            INSERT INTO {name}_changes VALUES ({row}.{key}, (SELECT value FROM mark))
                ON CONFLICT (key) DO UPDATE SET mark = excluded.mark WHERE mark <> excluded.mark;
            {count} {" ".join(sums)}
        END"""


class Loader:
    """A new set of tables that is being filled; nobody sees it before `Database.replace`."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self.tables = {table.name: table for table in tables}
        self.connection = _connect()
        self.connection.execute("CREATE TABLE mark (value INTEGER NOT NULL)")
        self.connection.execute("INSERT INTO mark VALUES (1)")
        self.connection.execute("CREATE TABLE totals (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID")
        for table in self.tables.values():
            self.connection.execute(table.schema)
            self.connection.execute(f"CREATE TABLE {table.name}_changes (key INTEGER PRIMARY KEY, mark INTEGER)")

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
        for table in self.tables.values():
            for index in (*table.indexes, f"CREATE INDEX {table.name}_by_mark ON {table.name}_changes (mark)"):
                self.connection.execute(index)
            sums = {table.name: "count(*)"} | {
                total: f"coalesce(sum({column}), 0)" for total, column in table.sums.items()
            }
            for total, value in sums.items():
                self.connection.execute(f"INSERT INTO totals SELECT ?, {value} FROM {table.name}", (total,))
            for trigger in _marking(table):
                self.connection.execute(trigger)
        self.connection.execute("UPDATE mark SET value = ?", (mark,))
        return dict(self.connection.execute("SELECT name, value FROM totals").fetchall())


class Database:
    """One connection, shared by the event loop and the thread that saves; `lock` is held for each short turn."""

    def __init__(self, tables: Sequence[Table], restore: Callable[[], Awaitable[None]] | None = None) -> None:
        self.tables = tuple(tables)
        self.lock = threading.Lock()
        self.applied: set[int] = set()
        """Updates whose effect is in the tables and which Telegram was not yet told about."""
        self.idle: set[int] = set()
        """Those of them that changed nothing: they need no save, but if they came again they might change something."""
        self.position = 0
        """Grows with every transaction that changed something."""
        self.is_there = False
        self._connection = _connect()
        self._restore = restore
        self._restoring = asyncio.Lock()

    async def write(self, update: int, work: Work[T]) -> T:
        """Run `work` in one transaction and note `update` (its update_id) as applied."""
        return await self._restored(lambda: self._transact(update, work))

    async def read(self, work: Work[T]) -> T:
        """Run `work`, which only reads."""
        return await self._restored(lambda: self.look(work))

    def look(self, work: Work[T]) -> T:
        """Run `work` in this thread, now; raises sqlite3.OperationalError if there are no tables."""
        with self.lock:
            return work(self._connection)

    def replace(self, loader: Loader, applied: Iterable[int] = ()) -> None:
        """Take the loaded tables; `applied` are the updates that they already hold."""
        with self.lock:
            self._connection.close()
            self._connection = loader.connection
            self.applied, self.idle = set(applied), set()
            self.position += 1
            self.is_there = True

    def drop(self) -> None:
        """Forget the tables, so that the next query restores them."""
        with self.lock:
            self._connection.close()
            self._connection = _connect()
            self.applied, self.idle = set(), set()
            self.is_there = False

    def changed_by(self, update: int) -> bool:
        """Tell whether `update` has changed something; once it is forgotten, no longer."""
        return update in self.applied and update not in self.idle

    def forget(self, updates: Iterable[int]) -> None:
        """Drop updates that Telegram has been told about."""
        gone = set(updates)
        with self.lock:
            self.applied -= gone
            self.idle -= gone

    async def _restored(self, query: Callable[[], T]) -> T:
        """Run `query`; where the tables are missing, restore them (once for all who wait) and run it again."""
        try:
            return query()
        except sqlite3.OperationalError as error:
            if self._restore is None or not str(error).startswith("no such table"):
                raise
        async with self._restoring:
            if not self.is_there:
                await self._restore()
        return query()

    def _transact(self, update: int, work: Work[T]) -> T:
        with self.lock, _transaction(self._connection) as connection:
            before = connection.total_changes
            result = work(connection)
            self.applied.add(update)
            if connection.total_changes != before:
                self.position += 1
            else:
                self.idle.add(update)
            return result


def _connect() -> sqlite3.Connection:
    # One thread uses it at a time; which one, the lock of Database decides.
    return sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    connection.execute("BEGIN")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
