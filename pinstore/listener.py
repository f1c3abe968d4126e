"""Whoever wants to know what becomes of the store."""

from collections.abc import Mapping, Sequence
from typing import Any

from pinstore.chat.notes import Place
from pinstore.memory.tables import Tables


class Listener:
    """What the store tells, in the event loop where nothing else is said; the methods of this class do nothing."""

    def opened(self, faults: Sequence[str]) -> None:
        """The tables are restored, in spite of these faults of newer copies or others."""

    async def entered(self, tables: Tables) -> None:
        """The tables on a server are this process's to serve, as others have left them."""

    def ready(self) -> None:
        """They are so for the first time."""

    async def saving(self, tables: Tables) -> None:
        """A save begins: what is written here, in the thread that saves, goes with it."""

    def saved(self) -> None:
        """A save is stored."""

    def trouble(self, why: str | None) -> None:
        """Saves keep failing; None when they work again."""

    def polled(self, updates: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> None:
        """What getUpdates has returned, and what of it has not come before; nothing of it is handled yet."""

    def overloaded(self, is_overloaded: bool) -> None:
        """Updates are confirmed before they are stored, as more come than can be stored in time; or no longer."""

    async def moved(self, place: Place, *, asked: bool) -> None:
        """The document lies in a new message, for which somebody has asked or not."""

    def auto_delete(self, seconds: int) -> None:
        """What is sent to the backup chat is deleted after so many seconds; 0: it is not any more."""

    def bad_drill(self, why: str) -> None:
        """The stored copy is not what it should be."""

    def not_restored(self, chat_id: int, why: str) -> None:
        """The stored tables cannot be restored yet, so nothing is served; `chat_id` is the backup chat."""

    async def exchanged(self, tables: Tables) -> None:
        """Other tables have taken the place of those there were; in whichever thread that was done."""

    def ended(self, why: Exception) -> None:
        """The process may not go on: another one owns the backup, or Telegram refuses the token."""
