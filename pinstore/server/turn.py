"""Whose turn it is: of several processes one polls, and any other stands by."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from pinstore.chat.retry import within
from pinstore.postgres.database import Database
from pinstore.postgres.lease import Lease

log = logging.getLogger(__name__)

LEASE = 7.0
"""Seconds after which a process that is heard of no more has lost its turn; a broadcast allows itself less."""

BEAT = 1.0
"""Seconds between two looks, at most."""


class Turn:
    """Whose it is stands in a lease on the server; what counts rests on ids, and not on this."""

    def __init__(
        self, database: Database, on_taken: Callable[[], Awaitable[None]], on_lost: Callable[[], None]
    ) -> None:
        self._database = database
        self._lease = Lease("poll", LEASE)
        self._on_taken = on_taken
        self._on_lost = on_lost
        self._nudge = asyncio.Event()
        self.is_held = False
        self.taken_at = float("-inf")
        """When it became this process's turn; monotonic."""
        self.sure_at = float("-inf")
        """It was this process's turn then, and is for LEASE seconds; monotonic."""

    def nudge(self) -> None:
        """Look now."""
        self._nudge.set()

    async def run(self) -> None:
        """Take it when it is free, and hold it. Raises what `on_taken` raises."""
        while True:
            self._nudge.clear()
            began = time.monotonic()
            if not await self._database.repeat(self._lease.take):
                if self.is_held:
                    log.warning("Another process polls now: this one stands by")
                    self.is_held = False
                    self._on_lost()
            else:
                self.sure_at = began
                if not self.is_held:
                    self.is_held, self.taken_at = True, time.monotonic()
                    await self._on_taken()
            try:
                await within(BEAT, self._nudge.wait())
            except TimeoutError:
                continue

    async def leave(self) -> None:
        """Let another process have it at once."""
        if self.is_held:
            self.is_held = False
            await self._database.repeat(self._lease.leave)
