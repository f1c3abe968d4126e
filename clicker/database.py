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
        self._connection = connect()
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

    def replace(self, tables: sqlite3.Connection, applied: Iterable[int] = ()) -> None:
        """Take these tables; `applied` are the updates that they already hold."""
        with self.lock:
            self._connection.close()
            self._connection = tables
            self.applied, self.idle = set(applied), set()
            self.position += 1
            self.is_there = True

    def drop(self) -> None:
        """Forget the tables, so that the next query restores them."""
        with self.lock:
            self._connection.close()
            self._connection = connect()
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


def connect() -> sqlite3.Connection:
    """A database in memory with nothing in it."""
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
