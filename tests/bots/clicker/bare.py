"""The clicker's statements over tables that no Telegram keeps."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar, cast

from bots.clicker import app
from bots.clicker.members import Members
from bots.clicker.players import Players
from bots.clicker.tables import USERS
from pinstore import Writer
from pinstore.memory.changes import walk
from runtime.tables import tables_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pinstore import Store, Table, Tables
    from pinstore.memory.database import Database

T = TypeVar("T")

TABLES = tables_of(app)
"""All that the clicker's store keeps."""


class Bare:
    """What the statements need of a store; each handler's write is that of an update of its own."""

    chat_id: int | None = 1
    _updates = count(10**6)

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def is_open(self) -> bool:
        """Whether there are tables."""
        return self._database.is_there

    @property
    def position(self) -> int:
        """Grows with every change."""
        return self._database.position

    @property
    def tables(self) -> tuple[Table, ...]:
        """The schema."""
        return self._database.tables

    async def write(self, work: Callable[[Tables], T], *, update: int | Writer | None = Writer.HANDLED) -> T:
        """As `Store.write`."""
        number = next(self._updates) if update is Writer.HANDLED else update
        return await self._database.write(number if isinstance(number, int) else None, work)

    async def read(self, work: Callable[[Tables], T]) -> T:
        """As `Store.read`."""
        return await self._database.read(work)

    def look(self, work: Callable[[Tables], T]) -> T:
        """As `Store.look`."""
        return self._database.look(work)

    def walk(self, table: Table, columns: Sequence[str], after: int = -(2**63)) -> Iterator[Sequence[Sequence[Any]]]:
        """As `Store.walk`."""
        return walk(self._database.look, table, columns, after)

    def totals(self) -> dict[str, int]:
        """As `Store.totals`."""
        return self._database.totals()


def store_of(database: Database) -> Store:
    """A store over these tables."""
    return cast("Store", Bare(database))


def players_of(database: Database) -> Players:
    """The players in these tables."""
    return Players(store_of(database), USERS)


def members_of(database: Database) -> Members:
    """The members of groups in these tables."""
    return Members(store_of(database))
