"""One broadcast while it is being sent: it begins, goes on after a crash, obeys the admin, and ends."""

import asyncio
from contextlib import suppress

from pinstore import retry
from runtime.broadcast.broadcasts import TakenAwayError
from runtime.broadcast.courier import Courier, Slot
from runtime.broadcast.mailing import DONE, PAUSED, REFUSED, RUNNING, STOPPED, Broadcast, Outcome
from runtime.broadcast.means import Means
from runtime.broadcast.readback import GoneError, Readback, UnreadableError
from runtime.broadcast.recovery import recover
from runtime.broadcast.report import Report
from runtime.broadcast.roll import Roll
from runtime.broadcast.trials import Trials
from runtime.broadcast.witness import witness

SETTLE = 3.0
"""Seconds after which a call without an answer has been executed or never will be."""

LOOK = 0.1
"""Seconds between looks whether a wait is over."""


class Sending:
    """What this process does for a broadcast; `woken` is set when there may be something to do."""

    def __init__(self, means: Means, row: Broadcast, woken: asyncio.Event) -> None:
        self._means = means
        self._row = row
        self._woken = woken
        self._roll = Roll(row, means.broadcasts, means.store)
        self._report = Report(means.bot, means.admin, row)
        source = (row.chat, row.message)
        self._readback = Readback(means.bot, source)
        self._trials = Trials(means.bot, source)
        self._courier = Courier(
            means.bot,
            source,
            turn=means.outbox.turn,
            licence=self._licence,
            is_licensed=lambda: self._roll.is_licensed,
            gate=means.gate,
            on_outcome=self._note,
        )
        self._has_source = True
        self._others: set[int] = set()
        """Ids above the courier's mark of messages that are no copies."""
        self.is_stopping = False

    async def run(self, settle: float) -> None:
        """Send until all is sent, the admin wants it otherwise, or `is_stopping`.

        `settle` are seconds until what somebody else has begun is over. Raises TakenAwayError.
        """
        if self._row.status == RUNNING or self._row.is_open:
            with witness(self._means.bot) as self._others:
                await self._go(settle)
            if not self._has_source:
                await self._end(REFUSED)
            elif self._roll.is_empty:
                await self._end(DONE)
        if not self.is_stopping:
            await self._tell()

    async def _go(self, settle: float) -> None:
        try:
            await self._prepare(settle)
            await self._send()
        except GoneError:
            self._has_source = False
        await self._leave()

    async def give_up(self) -> None:
        """Another table has taken the place of the one that this broadcast stands in."""
        self._row.status = STOPPED
        await self._report.show()

    async def close(self) -> None:
        """Break off what is under way."""
        self._courier.abandon()
        await self._courier.finish()
        await self._report.abandon()

    async def _prepare(self, settle: float) -> None:
        row = self._row
        if not row.total:
            row.total = await asyncio.to_thread(self._means.people.served)
        if row.is_open:
            await self._recover(settle)
        elif row.progress:
            self._courier.newest = (await self._readback.look()).newest
        else:
            await self._report.show()
            self._courier.newest = row.progress

    async def _recover(self, settle: float) -> None:
        """Go on where a process has crashed."""
        row = self._row
        await self._report.show(is_checking=True)
        await asyncio.sleep(0 if row.until else settle)
        look = await self._readback.look()
        if not row.until:  # if this process crashes as well, the next one has no more to look through
            row.until = look.newest
            await self._write()
        await recover(self._readback, row, look.content, self._others, self._count)
        self._courier.newest = (await self._readback.look()).newest  # much has been sent meanwhile

    async def _send(self) -> None:
        """Send to list after list."""
        roll, courier = self._roll, self._courier
        while await self._goes_on():
            self._woken.clear()
            roll.look()
            courier.move_on(roll.stored)
            roll.fill(courier.begun(roll.stored))
            await self._resolve()
            for slot in await self._trials.judge(courier):
                await self._note(slot)
            await roll.write(courier.mark)
            self._others.difference_update([number for number in self._others if number <= courier.mark])
            while roll.queue and courier.has_room:
                courier.begin(roll.queue.popleft())
            self._report.show_soon()
            with suppress(asyncio.TimeoutError):
                await retry.within(LOOK, self._woken.wait())

    async def _goes_on(self) -> bool:
        """Whether something is left to do, and the admin wants it."""
        status = await self._means.broadcasts.status(self._row.id)
        if status is None or not self._means.store.status.owns:
            raise TakenAwayError
        self._row.status = status
        return status == RUNNING and self._has_source and not self._roll.is_empty and not self.is_stopping

    async def _leave(self) -> None:
        """Begin nothing more, and note who has got his copy."""
        self._courier.withdraw()
        await self._courier.finish()
        if self._has_source and not self.is_stopping:
            try:
                await self._resolve()
            except GoneError:
                self._has_source = False
        self._courier.withdraw()
        self._row.is_open = bool(self._courier.doubts)
        self._row.mark = self._courier.mark
        await self._write()

    async def _resolve(self) -> None:
        """Find out which copies have arrived whose answers were lost."""
        doubts = self._courier.doubts
        if not doubts:
            return
        await asyncio.sleep(SETTLE)
        look = await self._readback.look()
        self._courier.note(look.newest)
        known = self._others.union(self._courier.known)
        for slot in doubts:
            ids = [number for number in range(slot.newest + 1, look.newest) if number not in known]
            try:
                has_arrived = await self._readback.find(slot.player, look.content, ids) is not None
                slot.outcome = Outcome.SENT if has_arrived else Outcome.NOT_YET
            except UnreadableError:  # it may have arrived, and nobody is to get two
                slot.outcome = Outcome.FAILED
            await self._note(slot)

    async def _end(self, status: int) -> None:
        broadcasts, number = self._means.broadcasts, self._row.id
        await broadcasts.steer(number, [RUNNING, PAUSED], status, update=None)
        self._row.status = await broadcasts.status(number) or status

    async def _tell(self) -> None:
        await self._report.show()
        self._row.is_told = not self._row.goes_on
        await self._write()

    async def _write(self) -> None:
        await self._means.broadcasts.write(self._row)

    async def _licence(self) -> None:
        """Wait until a copy may be sent."""
        while not self._roll.is_licensed:
            self._roll.want()
            self._woken.set()
            await asyncio.sleep(LOOK)

    async def _note(self, slot: Slot) -> None:
        """Take in what has become of a copy."""
        outcome = slot.outcome
        if outcome is Outcome.NO_SOURCE:
            self._has_source = False
        elif outcome is Outcome.LATER:
            self._row.postpone(slot.player)
        elif outcome not in (None, Outcome.DOUBT, Outcome.NOT_YET):
            await self._count(slot.player, outcome)
        if outcome in (Outcome.LATER, Outcome.FAILED):
            slot.held_by = self._roll.want()
        self._woken.set()

    async def _count(self, player: int, outcome: Outcome) -> None:
        """A player is dealt with."""
        self._row.count(player, outcome)
        if outcome is Outcome.BLOCKED:
            await self._means.on_refused(player)
