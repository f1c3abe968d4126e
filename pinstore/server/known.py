"""What is known beside the tables: who the admin is, small lines of numbers, and what is told of him at once."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from pinstore.keeper import About
from pinstore.memory.tables import Tables

T = TypeVar("T")

BOT, ADMIN, NOTE = "bot", "admin", "note "

_ALL = "SELECT name, value FROM kept"
_KEEP = """
INSERT INTO kept (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value
WHERE kept.value <> excluded.value"""
_LAY = "INSERT INTO kept (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING"


class Known:
    """As it was when this process has read it, or written it itself."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._followed: list[About[Any]] = []
        self._found: list[Any] = []

    @property
    def admin(self) -> int | None:
        """The chat of the admin."""
        return int(self._values[ADMIN]) if ADMIN in self._values else None

    @property
    def bot(self) -> str:
        """Whose tables they are."""
        return self._values.get(BOT, "")

    def noted(self, name: str) -> list[int]:
        """A line of numbers, [] if there is none."""
        numbers: list[int] = json.loads(self._values.get(NOTE + name, "[]"))
        return numbers

    def follow(self, about: About[T]) -> Callable[[], T | None]:
        """What returns what this has found of the admin when it was asked last."""
        place = len(self._followed)
        self._followed.append(about)
        return lambda: self._found[place] if place < len(self._found) else None

    async def lay(self, tables: Tables, bot: str) -> bool:
        """The tables are this bot's, unless they are another's already; True if they were nobody's."""
        return await tables.change(_LAY, (BOT, bot)) > 0

    async def read(self, tables: Tables) -> None:
        """Learn all of it."""
        self._values = dict(await tables.fetch(_ALL))
        await self.look(tables)

    async def look(self, tables: Tables) -> None:
        """Learn what is told of the admin."""
        if self.admin is not None:
            self._found = [await about(tables, self.admin) for about in self._followed]

    async def appoint(self, tables: Tables, chat_id: int) -> None:
        """Have this chat be the admin's from now on."""
        await tables.change(_KEEP, (ADMIN, str(chat_id)))
        await self.read(tables)

    async def note(self, tables: Tables, name: str, numbers: list[int]) -> None:
        """Change a line of numbers."""
        await tables.change(_KEEP, (NOTE + name, json.dumps(numbers)))
        self._values[NOTE + name] = json.dumps(numbers)
