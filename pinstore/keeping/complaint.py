"""Why nothing is served yet: told once for each reason, and only if it is news."""

import asyncio
import logging

from aiogram.exceptions import TelegramNetworkError

from pinstore.chat.retry import TRANSIENT, is_long, reason
from pinstore.keeping.locator import Locator
from pinstore.listener import Listener

log = logging.getLogger(__name__)

LATE = 40.0
"""Seconds after which it is news that an opening fails, whatever with; that it is slow is none."""


class Complaint:
    """What keeps one opening from its end."""

    def __init__(self, locator: Locator, listener: Listener) -> None:
        self._locator = locator
        self._listener = listener
        self._told = ""
        self._can_be_told = asyncio.Event()
        """Set while the last failure is one of which somebody could be told: Telegram answers."""
        self.why: str | None = None

    def begin(self) -> None:
        """Another opening begins."""
        self.why, self._told = None, ""
        self._can_be_told.clear()

    def failed(self, attempt: int, error: Exception) -> None:
        """An attempt has failed and is repeated."""
        self.why = reason(error)
        log.error(
            "Nothing is served until the table is restored (attempt %s): %s",
            attempt,
            self.why,
            extra={"attempt": attempt},
        )
        if isinstance(error, TelegramNetworkError) and not isinstance(error.__cause__, asyncio.TimeoutError):
            self._can_be_told.clear()
        else:
            self._can_be_told.set()
        if not isinstance(error, TRANSIENT) or (is_long(error) and not self._told):
            self._tell(self.why)

    async def watch(self) -> None:
        """What passes is news as well if it does not pass for long."""
        await asyncio.sleep(LATE)
        await self._can_be_told.wait()
        if not self._told:
            self._tell(str(self.why))

    def _tell(self, why: str) -> None:
        chat_id = self._locator.chat_id
        if chat_id and self._told != why:
            self._told = why
            self._listener.not_restored(chat_id, why)
