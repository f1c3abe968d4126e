"""The task that sends broadcasts: one after the other, through crashes and restarts."""

import asyncio
import logging
import time

from aiogram.exceptions import TelegramAPIError

from pinstore import retry
from runtime.broadcast.asking import Asking
from runtime.broadcast.broadcasts import TakenAwayError
from runtime.broadcast.mailing import ASKED, PAUSED, Broadcast
from runtime.broadcast.means import Means
from runtime.broadcast.roll import LEASE
from runtime.broadcast.sending import SETTLE, Sending

log = logging.getLogger(__name__)

HASTE = 1.0
"""Seconds in which a save is over before anybody can have claimed, settled and saved beside it."""

HANDOVER = LEASE + HASTE + SETTLE
"""Seconds from a claim until no copy is under way that the owner before has begun: it does not save after the claim."""


class Broadcaster:
    """Does what the table of broadcasts says, as long as this process owns the backup."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._woken = asyncio.Event()
        self._sending: Sending | None = None
        self._task: asyncio.Task[None] | None = None
        self._is_stopping = False
        self._quiet_at = 0.0
        """When no copy is under way any more that another process has begun, or this one and given up."""

    def wake(self) -> None:
        """There may be something to do: a broadcast, a button that was pressed, a save that was done."""
        self._woken.set()

    def start(self) -> None:
        """Begin, with the tables at hand."""
        self._task = asyncio.create_task(self._run(), name="broadcasts")

    async def stop(self, seconds: float) -> None:
        """Begin no more copies, and let those under way end within `seconds`; what was sent is in the tables then."""
        self._is_stopping = True
        if self._sending:
            self._sending.is_stopping = True
        self.wake()
        if self._task:
            await asyncio.wait([self._task], timeout=seconds)
        await self.abandon()

    async def abandon(self) -> None:
        """End at once."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        failures, paused = 0, (0, 0)
        while not self._is_stopping:
            self._woken.clear()
            try:
                row = await self._means.broadcasts.current() if self._means.store.status.owns else None
                if row is None or (row.status == PAUSED and (row.id, row.version) == paused):
                    await self._woken.wait()
                    continue
                await (Asking(self._means, row).ask() if row.status == ASKED else self._send(row))
                failures, paused = 0, (row.id, row.version)
            except TakenAwayError:
                log.info("The broadcast is left: the tables are others")
                if self._sending and self._means.store.status.owns:
                    await self._sending.give_up()
            except Exception as error:  # whatever it was: it goes on, and nobody else would hear of it
                failures += 1
                trace = None if isinstance(error, (TelegramAPIError, *retry.TRANSIENT)) else error
                log.warning(
                    "The broadcast was broken off and is taken up again: %s", retry.reason(error), exc_info=trace
                )
                await asyncio.sleep(retry.delay(failures, error))

    async def _send(self, row: Broadcast) -> None:
        self._sending = Sending(self._means, row, self._woken)
        try:
            await self._sending.run(max(0.0, self._quiet_from() - time.monotonic()))
        finally:
            await self._sending.close()
            self._quiet_at = max(self._quiet_at, time.monotonic() + SETTLE)

    def _quiet_from(self) -> float:
        """When nobody else's copies are under way; the table may have been claimed again meanwhile."""
        return max(self._quiet_at, self._means.store.status.claimed_at + HANDOVER)
