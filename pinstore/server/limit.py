"""How long a handler may take: one that never ends would keep its chat waiting until Telegram drops its updates."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from pinstore.errors import OverdueError
from pinstore.postgres.silence import Silence

T = TypeVar("T")

MOST = 10.0
"""Seconds for a handler, without those in which the server is away."""

LOOK = 0.5
"""Seconds between two looks; a process that is paused for longer has lost one."""

AWAY = 2.0
"""Seconds of silence after which the server counts as away: whoever polls asks it something each second."""

FAREWELL = 1.0
"""Seconds for a handler that is broken off."""


class Limit:
    """Of one store."""

    def __init__(self, silence: Silence) -> None:
        self._silence = silence

    async def keep(self, work: Awaitable[T]) -> T:
        """Do this within the time that a handler may take. Raises OverdueError."""
        task = asyncio.ensure_future(work)
        try:
            left = MOST
            while left > 0:
                if (await asyncio.wait({task}, timeout=min(LOOK, left)))[0]:
                    return await task
                left -= LOOK if self._silence.seconds < AWAY else 0
        finally:
            if task.cancel():
                await asyncio.wait({task}, timeout=FAREWELL)
        raise OverdueError(MOST)
