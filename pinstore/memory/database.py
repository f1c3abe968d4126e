"""The in-memory SQLite: one connection, and one transaction per update."""

import asyncio
import sqlite3
from collections.abc import Callable, Coroutine, Iterable, Sequence
from types import CoroutineType
from typing import Any, Protocol, TypeVar, overload

from pinstore.errors import SecondWriteError, WaitingError
from pinstore.memory.connection import Connection
from pinstore.memory.lock import Lock
from pinstore.memory.table import Table

T = TypeVar("T")


Work = Callable[[Connection], T]
"""One turn with the tables. An error of a statement that changes rows is let through: it ends the transaction."""
Waits = Work[Coroutine[Any, Any, T]]
"""The same as a coroutine function, which awaits its tables and nothing else: it is run to its end in one go."""


class Source(Protocol):
    """Whoever knows where tables come from."""

    async def restore(self) -> None:
        """Replace those of the database, which has none. Raises NotSetUpError, or whatever keeps them away."""


class Database:
    """One connection, shared by the event loop and the thread that saves; `lock` is held for each short turn."""

    def __init__(self, tables: Sequence[Table], name: str = "") -> None:
        self.tables = tuple(tables)
        self.name = name
        """Whose tables these are; it stands in each document."""
        self.lock = Lock()
        self.applied: set[int] = set()
        """Updates whose effect is in the tables and which Telegram was not yet told about."""
        self.idle: set[int] = set()
        """Those of them that changed nothing: they need no save, but if they came again they might change something."""
        self.position = 0
        """Grows with every transaction that changed something."""
        self.is_there = False
        self._tables = Connection()
        self.source: Source | None = None
        self._restoring = asyncio.Lock()

    @overload
    async def write(self, update: int | None, work: Waits[T]) -> T: ...
    @overload
    async def write(self, update: int | None, work: Work[T]) -> T: ...
    async def write(self, update: int | None, work: Work[Any]) -> Any:
        """Run `work` in one transaction and note `update` (its update_id) as applied; None: no update asks for this.

        Raises SecondWriteError, or WaitingError.
        """
        try:
            return self.transact(update, work)
        except sqlite3.OperationalError as error:
            await self._restore_after(error)
        return self.transact(update, work)

    @overload
    async def read(self, work: Waits[T]) -> T: ...
    @overload
    async def read(self, work: Work[T]) -> T: ...
    async def read(self, work: Work[Any]) -> Any:
        """Run `work`, which only reads."""
        try:
            return self.look(work)
        except sqlite3.OperationalError as error:
            await self._restore_after(error)
        return self.look(work)

    @overload
    def look(self, work: Waits[T]) -> T: ...
    @overload
    def look(self, work: Work[T]) -> T: ...
    def look(self, work: Work[Any]) -> Any:
        """Run `work` in this thread, now; raises sqlite3.OperationalError if there are no tables."""
        with self.lock:
            return _done(work(self._tables))

    def totals(self) -> dict[str, int]:
        """Rows and sums of all tables by name, {} while there are none; restores nothing."""
        return self.look(lambda tables: tables.counts())

    def replace(self, tables: Connection, applied: Iterable[int] = ()) -> None:
        """Take these tables; `applied` are the updates that they already hold."""
        with self.lock:
            self._tables.close()
            self._tables = tables
            self.applied, self.idle = set(applied), set()
            self.position += 1
            self.is_there = True

    def exchange(self, tables: Connection, position: int | None) -> bool:
        """Take these tables in place of those there are, if nothing has changed since `position` (None: in any case).

        What is applied stays so: it is over with the old tables, and if it came again it must not change the new ones.
        """
        with self.lock:
            if position not in (None, self.position):
                return False
            before, self._tables = self._tables, tables
            self.position += 1
        before.close()  # a large table takes its time, so not under the lock
        return True

    def drop(self) -> None:
        """Forget the tables, so that the next query restores them."""
        with self.lock:
            self._tables.close()
            self._tables = Connection()
            self.applied, self.idle = set(), set()
            self.is_there = False

    def changed_by(self, update: int) -> bool:
        """Tell whether `update` has changed something; once it is forgotten, no longer."""
        return update in self.applied and update not in self.idle

    def hold(self, update: int) -> None:
        """Take what is done for `update` outside the tables for a change: a save has to hold its id."""
        with self.lock:
            self.applied.add(update)

    def forget(self, updates: Iterable[int]) -> None:
        """Drop updates that Telegram has been told about."""
        gone = set(updates)
        with self.lock:
            self.applied -= gone
            self.idle -= gone

    async def _restore_after(self, error: sqlite3.OperationalError) -> None:
        """Restore the tables if `error` says that they are missing, once for all who wait; else raise it."""
        if self.source is None or self.is_there:
            raise error
        async with self._restoring:
            if not self.is_there:
                await self.source.restore()

    @overload
    def transact(self, update: int | None, work: Waits[T]) -> T: ...
    @overload
    def transact(self, update: int | None, work: Work[T]) -> T: ...
    def transact(self, update: int | None, work: Work[Any]) -> Any:
        """As `write`, in this thread, now; raises sqlite3.OperationalError if there are no tables."""
        with self.lock:
            if update in self.applied:
                raise SecondWriteError(update)
            tables = self._tables
            before = tables.total_changes
            result = _commit(tables, work)
            has_changed = tables.total_changes != before
            self.position += has_changed
            if update is not None:
                self.applied.add(update)
                if not has_changed:
                    self.idle.add(update)
            tables.settle()
            return result


def _commit(tables: Connection, work: Work[Any]) -> Any:
    """Run `work` in a transaction, all of it or nothing."""
    tables.run("BEGIN")
    try:
        result = _done(work(tables))
        tables.run("COMMIT")
    except BaseException:
        tables.undo()
        raise
    return result


def _done(result: Any) -> Any:
    """What work has led to; a coroutine is run to its end, as tables in memory let nobody wait. Raises WaitingError."""
    if type(result) is not CoroutineType:
        return result
    try:
        result.send(None)
    except StopIteration as end:
        return end.value
    result.close()
    raise WaitingError
