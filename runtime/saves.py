"""Waiting until what is written is stored: "stored, then told"."""

import asyncio
import logging

from pinstore import Keeper, errors, retry

log = logging.getLogger(__name__)


class Saves:
    """Saves at once, whatever the interval says; all who wait meanwhile share the next one."""

    def __init__(self, store: Keeper) -> None:
        self._store = store
        self._lock = asyncio.Lock()

    def is_stored(self, position: int) -> bool:
        """Whether what was written at this `Store.position` is stored."""
        return self._store.status.stored >= position

    async def stored(self) -> None:
        """Return when all that is written by now is stored, for as long as it takes."""
        position, failures = self._store.position, 0
        while not self.is_stored(position):
            failures += 1
            async with self._lock:
                pause = 0.0 if self.is_stored(position) else await self._save(failures)
            await asyncio.sleep(pause)

    async def _save(self, attempt: int) -> float:
        """Save; returns the seconds to wait before it makes sense to try again, 0 if it has worked."""
        try:
            await self._store.save()
        except (errors.ChatError, *retry.TRANSIENT) as error:
            log.debug("A save that somebody waits for has failed: %s", retry.reason(error))
            return retry.delay(attempt, error)
        return 0.0
