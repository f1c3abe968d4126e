"""What a bot asks of its store, whatever keeps its tables: a document in a Telegram chat, or a server."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar, overload

from aiogram import Bot

from pinstore.export import Exported
from pinstore.memory.table import Table
from pinstore.memory.tables import Row, Tables
from pinstore.status import Status
from pinstore.working import Waits, Writer

T = TypeVar("T")

About = Callable[[Tables, int], Coroutine[Any, Any, T]]
"""What is to be known about the person with this id."""


class Keeper(Protocol):
    """The store, as far as nobody needs to know what keeps it; `Store` says more about each."""

    bot: Bot
    tables: tuple[Table, ...]

    @property
    def chat_id(self) -> int | None:
        """The admin's chat, once it is known."""

    @property
    def setting_up(self) -> asyncio.Lock:
        """Held while somebody is listened to who wants to be the admin."""

    @property
    def is_open(self) -> bool:
        """Whether there are tables."""

    @property
    def status(self) -> Status:
        """How it is now."""

    @property
    def position(self) -> int:
        """Grows with every transaction that changed something; it is stored once `Status.stored` is so."""

    def accepts(self, chat_id: int, code: str) -> bool:
        """Whether this chat may become the admin's: the settings name it, or it knows the code from the log."""

    async def open(self) -> None:
        """Have the tables at hand, for as long as that takes."""

    async def calm(self, seconds: float) -> None:
        """Wait until every handler is through, for at most `seconds`."""

    async def close(self, seconds: float = 9) -> None:
        """Have all stored and confirmed within `seconds`, and let another process have the tables."""

    @overload
    async def write(self, work: Waits[T], *, update: int | Writer | None = Writer.HANDLED) -> T: ...
    @overload
    async def write(self, work: Callable[[Tables], T], *, update: int | Writer | None = Writer.HANDLED) -> T: ...

    @overload
    async def read(self, work: Waits[T]) -> T: ...
    @overload
    async def read(self, work: Callable[[Tables], T]) -> T: ...

    @overload
    def look(self, work: Waits[T]) -> T: ...
    @overload
    def look(self, work: Callable[[Tables], T]) -> T: ...

    @overload
    def write_now(self, work: Waits[T]) -> T: ...
    @overload
    def write_now(self, work: Callable[[Tables], T]) -> T: ...

    def walk(self, table: Table, columns: Sequence[str], after: int = -(2**63)) -> Iterator[Sequence[Row]]:
        """The rows whose key is above `after`, in its order, some at a time; for threads."""

    def follow(self, about: About[T]) -> Callable[[], T | None]:
        """What returns at once what `about` tells of the admin; None while there is no admin or are no tables."""

    def totals(self) -> dict[str, int]:
        """Rows and sums of all tables by name, as far as they are known at once."""

    def mark(self, hour: int, totals: Sequence[int]) -> int:
        """What `Tables.order` was when this hour since 1970 began, and those totals of it were so."""

    def noted(self, name: str) -> list[int]:
        """A small line of numbers that is kept beside the tables, [] if there is none."""

    async def note(self, name: str, numbers: list[int]) -> None:
        """Change such a line."""

    async def save(self) -> Status:
        """Return when all that is written so far is stored."""

    async def assure(self) -> None:
        """Return when no other process had claimed the tables a moment ago: before what must not happen twice outside.

        Raises OwnershipLostError, OvertakenError, or an error of `retry.TRANSIENT`.
        """

    def hurry(self) -> None:
        """Have what is written stored as soon as can be."""

    async def fetch(self, file_id: str) -> bytes:
        """Download a file."""

    async def export(
        self, kind: str, folder: Path, name: str = "tables", stopping: threading.Event | None = None
    ) -> Exported:
        """Write all tables, as they are at one instant, as files of one of `Store.kinds` into a folder."""
