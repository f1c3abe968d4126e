"""Who becomes the admin where the tables are on a server."""

from collections.abc import Callable
from typing import Protocol

from pinstore import Keeper


class Remembering(Keeper, Protocol):
    """A store that remembers its admin."""

    async def appoint(self, chat_id: int) -> None:
        """Have this chat be the admin's from now on."""


class Appointing:
    """The chat that the settings name, or the first one that knows the code from the log."""

    def __init__(self, store: Remembering, on_appointed: Callable[[int], None]) -> None:
        self._store = store
        self._on_appointed = on_appointed

    async def appoint(self, chat_id: int, code: str) -> bool:
        """Whether this chat is the admin's now."""
        async with self._store.setting_up:
            if self._store.chat_id is None and self._store.accepts(chat_id, code):
                await self._store.appoint(chat_id)
                self._on_appointed(chat_id)
            return self._store.chat_id == chat_id
