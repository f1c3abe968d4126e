"""How late a busy machine is, for those who measure a pace: what arrives late has not been sent faster."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.chaos.ledger import stop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NAP = 0.02


@dataclass
class Late:
    """Seconds by which this process woke up too late: the longest at once, and all of them."""

    worst: float = 0.0
    total: float = 0.0

    async def watch(self) -> None:
        """Sleep, and look at the clock, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + NAP
            await asyncio.sleep(NAP)
            late = loop.time() - due
            self.worst, self.total = max(self.worst, late), self.total + late


@asynccontextmanager
async def lateness() -> AsyncIterator[Late]:
    """It is measured meanwhile."""
    late = Late()
    watching = asyncio.create_task(late.watch())
    try:
        yield late
    finally:
        await stop(watching)
