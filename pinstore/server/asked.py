"""What a store on a server answers where one in Telegram has its document: totals, notes, saves, files."""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from aiogram import Bot

from pinstore.chat.vault import Vault
from pinstore.errors import OwnershipLostError
from pinstore.export import Exported
from pinstore.keeper import About
from pinstore.listener import Listener
from pinstore.memory.table import Table
from pinstore.server import copying
from pinstore.server.upkeep import Upkeep
from pinstore.server.working import Working
from pinstore.status import Status

T = TypeVar("T")

HOUR = 3_600 * 1_000_000
"""µs: what `Tables.order` grows by within an hour."""


class Asked(Working):
    """ServerStore, as far as it is asked by whoever does not know what keeps the tables."""

    bot: Bot
    tables: tuple[Table, ...]
    listener: Listener
    upkeep: Upkeep

    @property
    def status(self) -> Status:
        """How it is now."""
        raise NotImplementedError

    def follow(self, about: About[T]) -> Callable[[], T | None]:
        """What returns at once what `about` has told of the admin, who alone changes it."""
        return self.known.follow(about)

    def totals(self) -> dict[str, int]:
        """Rows and sums of all tables by name, as they were some seconds ago."""
        return self.upkeep.totals

    @staticmethod
    def mark(hour: int, totals: Sequence[int]) -> int:
        """When this hour began, by the server's clock in µs."""
        del totals
        return hour * HOUR

    def noted(self, name: str) -> list[int]:
        """A small line of numbers that is kept beside the tables, [] if there is none."""
        return self.known.noted(name)

    async def note(self, name: str, numbers: list[int]) -> None:
        """Change such a line."""
        await self.database.repeat(lambda tables: self.known.note(tables, name, numbers))

    async def save(self) -> Status:
        """All that is written is stored."""
        return self.status

    async def assure(self) -> None:
        """Return if it is this process's turn. Raises OwnershipLostError."""
        if not self.status.owns:
            raise OwnershipLostError

    def hurry(self) -> None:
        """All that is written is stored; whoever waits for that may look."""
        self.life.loop.call_soon(self.listener.saved)

    async def fetch(self, file_id: str) -> bytes:
        """Download a file. Raises MissingError, ChatError, or an error of `retry.AMBIGUOUS`."""
        return await Vault(self.bot, 0).fetch(file_id)

    async def export(
        self, kind: str, folder: Path, name: str = "tables", stopping: threading.Event | None = None
    ) -> Exported:
        """Write all tables, as they are at one instant, as files. Raises TooLargeError, or StoppedError."""
        return await copying.export(self.database, self.tables, kind, folder / f"{name}.sqlite", stopping)
