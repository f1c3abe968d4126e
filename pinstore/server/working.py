"""What is done with tables on a server: written to, read, looked at, walked through."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from inspect import isawaitable
from typing import Any, TypeVar

from pinstore.errors import NotSetUpError, SecondWriteError
from pinstore.memory.table import Table
from pinstore.memory.tables import Row, Tables
from pinstore.postgres.database import Database, Id
from pinstore.server.known import Known
from pinstore.server.life import Life
from pinstore.updates.handled import Scope, handled
from pinstore.working import Writer

T = TypeVar("T")


class Working:
    """ServerStore, as far as its tables go."""

    known: Known
    database: Database
    life: Life

    @property
    def chat_id(self) -> int | None:
        """The admin's chat, once it is known."""
        return self.known.admin

    @property
    def position(self) -> int:
        """Grows with every transaction; all of them are stored."""
        return self.database.committed

    async def write(self, work: Callable[[Tables], Any], *, update: int | Writer | None = Writer.HANDLED) -> Any:
        """Run `work` in one transaction, in the name of an update (None: of none); returns what it returns.

        Raises NotSetUpError, SecondWriteError if this update has written already, or CountedError.
        """
        if self.chat_id is None:
            raise NotSetUpError("there is no admin yet")
        scope, key = _asks(update)
        if scope is not None and scope.has_written:
            raise SecondWriteError(scope.update or 0)
        result = await self.database.write(key, lambda tables: self._run(tables, work, scope))
        if scope is not None:
            scope.written()
        return result

    async def _run(self, tables: Tables, work: Callable[[Tables], Any], scope: Scope | None) -> Any:
        result = await awaited(work(tables))
        if scope is not None:
            await scope.carry(tables)
            if scope.whose == self.chat_id:
                await self.known.look(tables)
        return result

    async def _finish(self, scope: Scope) -> None:
        await self.write(nothing)
        scope.written()

    async def read(self, work: Callable[[Tables], Any]) -> Any:
        """Run `work`, which only reads; each statement sees an instant of its own."""
        return await self.database.apart(lambda tables: awaited(work(tables)))

    def look(self, work: Callable[[Tables], Any]) -> Any:
        """As `read`, for threads."""
        return self._now(self.read(work))

    def write_now(self, work: Callable[[Tables], Any]) -> Any:
        """As `write` under no update, for threads."""
        return self._now(self.write(work, update=None))

    def _now(self, deed: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(deed, self.life.loop).result()

    def walk(self, table: Table, columns: Sequence[str], after: int = -(2**63)) -> Iterator[Sequence[Row]]:
        """The rows whose key is above `after`, in its order, some at a time; for threads."""
        query = f"SELECT {', '.join(columns)} FROM {table.name} WHERE {table.key} > ? ORDER BY {table.key} LIMIT 2000"
        place = columns.index(table.key)
        while rows := self.look(lambda tables: tables.fetch(query, (after,))):  # noqa: B023
            yield rows
            after = rows[-1][place]


def _asks(update: int | Writer | None) -> tuple[Scope | None, Id | None]:
    """The handler in whose name something is written, and the key of its update."""
    scope = handled()
    if scope is not None and update in (Writer.HANDLED, scope.update):
        return scope, Id(scope.whose, scope.update or 0)
    return None, Id(0, update) if isinstance(update, int) else None


async def awaited(result: Any) -> Any:
    """What work has led to."""
    return await result if isawaitable(result) else result


async def nothing(_: Tables) -> None:
    """A write that only carries what rides on it."""
