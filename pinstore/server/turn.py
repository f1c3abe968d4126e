"""Whose turn it is: of several processes one does what one is enough for, and any other stands by."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from pinstore.chat.retry import within
from pinstore.errors import ReplicasError
from pinstore.memory.tables import Tables
from pinstore.postgres.database import Database
from pinstore.postgres.lease import Lease

LEASE = 7.0
"""Seconds after which a process that is heard of no more has lost its turn; a broadcast allows itself less."""

POLL, DUTY = "poll", "duty"
"""The lease of whoever polls; that of the replica which does beside its updates what one is enough for."""

REPLICAS = "replicas"
"""Who holds the first of them while Telegram brings the updates."""

_IN_CHARGE = f"SELECT 1 FROM leases WHERE name = '{POLL}' AND owner = '{REPLICAS}' AND until > clock_timestamp()"

BEAT = 1.0
"""Seconds between two looks, at most."""


async def yield_to_replicas(tables: Tables) -> None:
    """Raises ReplicasError while Telegram brings the updates to others."""
    if await tables.row(_IN_CHARGE):
        raise ReplicasError


class Turn:
    """Whose it is stands in a lease on the server; what counts rests on ids, and not on this."""

    def __init__(
        self,
        database: Database,
        on_taken: Callable[[], Awaitable[None]],
        on_lost: Callable[[], None],
        name: str = POLL,
    ) -> None:
        self._database = database
        self._lease = Lease(name, LEASE)
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
        """Take it when it is free, and hold it. Raises what `on_taken` raises, or ReplicasError."""
        while True:
            self._nudge.clear()
            began = time.monotonic()
            if not await self._database.repeat(self._take):
                if self.is_held:
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

    async def _take(self, tables: Tables) -> bool:
        """Whether it is this process's; what it is for is not done by anybody but replicas while there are some."""
        if await self._lease.take(tables):
            return True
        if self._lease.name == POLL:
            await yield_to_replicas(tables)
        return False

    async def leave(self) -> None:
        """Let another process have it at once."""
        if self.is_held:
            self.is_held = False
            await self._database.repeat(self._lease.leave)
