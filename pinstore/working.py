"""What is done with a store's tables: written to, read, looked at, walked through."""

from collections.abc import Callable, Coroutine, Iterator, Sequence
from enum import Enum
from typing import Any, TypeVar, overload

from pinstore.memory.changes import walk
from pinstore.memory.table import Table
from pinstore.memory.tables import Row, Tables
from pinstore.parts import Parts
from pinstore.updates.handled import handled

T = TypeVar("T")

Waits = Callable[[Tables], Coroutine[Any, Any, T]]
"""Work that awaits its tables; it must not await anything else."""


class Writer(Enum):
    """In whose name something is written."""

    HANDLED = "the update whose handler is running"


class Working:
    """Store, as far as its tables go. `work` is a plain function, or a coroutine function that awaits its tables."""

    def __init__(self, parts: Parts) -> None:
        self._database = parts.database
        self._schedule = parts.schedule

    @overload
    async def write(self, work: Waits[T], *, update: int | Writer | None = Writer.HANDLED) -> T: ...
    @overload
    async def write(self, work: Callable[[Tables], T], *, update: int | Writer | None = Writer.HANDLED) -> T: ...
    async def write(self, work: Callable[[Tables], Any], *, update: int | Writer | None = Writer.HANDLED) -> Any:
        """Run `work` in one transaction, in the name of an update (None: of none); returns what it returns.

        Raises NotSetUpError, SecondWriteError if this update has written already, or WaitingError.
        """
        if update is not Writer.HANDLED:
            return await self._write(update, work)
        scope = handled()
        if scope is None:
            return await self._write(None, work)

        async def both(tables: Tables) -> Any:
            result = work(tables)
            if isinstance(result, Coroutine):
                result = await result
            await scope.carry(tables)
            return result

        result = await self._database.write(scope.update, both if scope.has_riders else work)
        scope.written()
        return result

    async def _write(self, update: int | None, work: Callable[[Tables], Any]) -> Any:
        if update is not None:  # when its handler is through the window sees to the save
            return await self._database.write(update, work)
        before = self._database.position
        result = await self._database.write(None, work)
        if self._database.position != before:
            self._schedule.touch(is_full=False)
        return result

    @overload
    async def read(self, work: Waits[T]) -> T: ...
    @overload
    async def read(self, work: Callable[[Tables], T]) -> T: ...
    async def read(self, work: Callable[[Tables], Any]) -> Any:
        """Run `work`, which only reads. Raises NotSetUpError, or WaitingError."""
        return await self._database.read(work)

    @overload
    def look(self, work: Waits[T]) -> T: ...
    @overload
    def look(self, work: Callable[[Tables], T]) -> T: ...
    def look(self, work: Callable[[Tables], Any]) -> Any:
        """As `read`, in this thread, now; restores nothing. For threads, in short turns."""
        return self._database.look(work)

    @overload
    def write_now(self, work: Waits[T]) -> T: ...
    @overload
    def write_now(self, work: Callable[[Tables], T]) -> T: ...
    def write_now(self, work: Callable[[Tables], Any]) -> Any:
        """As `write` under no update, in this thread, now."""
        return self._database.transact(None, work)

    def walk(self, table: Table, columns: Sequence[str], after: int = -(2**63)) -> Iterator[Sequence[Row]]:
        """The rows whose key is above `after`, in its order, some at a time; for threads, as it leaves time between."""
        return walk(self._database.look, table, columns, after)

    def totals(self) -> dict[str, int]:
        """Rows and sums of all tables by name, {} while there are none."""
        return self._database.totals()

    @property
    def is_open(self) -> bool:
        """Whether there are tables."""
        return self._database.is_there

    @property
    def position(self) -> int:
        """Grows with every transaction that changed something; a save holds what was written if it holds this."""
        return self._database.position
