"""Who owns the backup: the claim that a process lays to it, and whether that still stands."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable

from pinstore.chat.refusals import MissingError
from pinstore.chat.register import Register
from pinstore.chat.retry import patiently
from pinstore.copies.document import Stamp
from pinstore.copies.stamp import read_caption
from pinstore.keeping.pinned import Pinned, Seen

log = logging.getLogger(__name__)

SETTLE = 3.0
"""Seconds between a claim and the look whether it stands: longer than a save of the owner before takes."""

HASTE = 1.0
"""Seconds in which a save is over before anybody can have claimed, settled and saved beside it."""

TRIES = 3

HIGHEST = 2**53
"""The largest generation that is believed: one more still is a whole number for every JSON reader."""


class OwnershipLostError(Exception):
    """Another process has claimed the backup; this one must not save, confirm or answer any more."""


class OvertakenError(Exception):
    """A save of the owner before landed on our claim before we saved anything: restore and claim again."""


class Owner:
    """What this process is to the backup: `stamp` is what stands in the document that it restored or stored last."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self.stamp = Stamp()
        self.has_lost = False
        """True if another process owns the backup."""
        self.follows_a_crash = False
        """Whether the owner before did not stop cleanly."""
        self._name = secrets.token_hex(6)
        self._restored = 0
        """The generation that was restored; a higher one of another owner was written since."""
        self._saves = 0
        self._has_claimed = False

    @property
    def owns(self) -> bool:
        """True from a claim that stands until the process ends."""
        return self._has_claimed and self.stamp.owner == self._name and not self.has_lost

    @property
    def first(self) -> Stamp:
        """What stands in a first document of ours."""
        return Stamp(1, 1, self._name)

    def found(self) -> None:
        """Our first document is stored: there is nobody to claim it from."""
        self.stamp, self._has_claimed = self.first, True

    def restored(self, stamp: Stamp) -> None:
        """A document with this stamp was restored; it is not ours yet."""
        self.stamp, self._has_claimed, self._restored = stamp, False, stamp.generation

    def taken(self) -> None:
        """What we have taken from somebody else's message is stored in a document of ours."""
        self._has_claimed = True

    def resign(self) -> None:
        """Another process owns the backup: nothing is saved any more."""
        self.has_lost = True

    async def take_over(self, highest: Stamp) -> None:
        """What is stored next goes above everything up to `highest`."""
        self._restored = highest.generation
        await self._enter(highest)

    def following(self, *, last: bool) -> Stamp:
        """What stands in the next document; `last` gives up the ownership with it."""
        return Stamp(self.stamp.generation + 1, self.stamp.epoch, None if last else self._name)

    def exceed(self, generation: int) -> None:
        """What is stored next has a higher generation than this one, too."""
        self.stamp = self.stamp._replace(generation=max(self.stamp.generation, min(generation, HIGHEST)))

    def stored(self, stamp: Stamp) -> None:
        """A document of ours with this stamp is stored."""
        self.stamp = stamp
        self._saves += 1

    async def claim(self, pinned: Pinned, save: Callable[[], Awaitable[None]]) -> None:
        """Become the owner. Raises OwnershipLostError, or OvertakenError if the restore has to be repeated."""
        before, restored = self.stamp, pinned.place
        self.follows_a_crash = before.owner is not None
        self._saves = 0
        await self._enter(before)
        try:
            await pinned.claim(self.stamp)
        except MissingError as error:
            log.warning("The document is written anew: %s", error)
            pinned.place = restored = None
            self.check(await patiently(pinned.look, TRIES))
            await save()
        if self.follows_a_crash:
            log.info("The last process did not stop cleanly: waiting %s s for a save that may be under way", SETTLE)
            await asyncio.sleep(SETTLE)
        seen = await patiently(pinned.look, TRIES)
        self.check(seen)
        if restored:
            if seen.document is None or seen.document.unique_id != restored.unique_id:
                raise OvertakenError
            await save()
        self._saves, self._has_claimed = 0, True

    async def _enter(self, before: Stamp) -> None:
        """Lay a claim above `before` and above what anybody else has entered."""
        epoch = max(before.epoch, (await self._register.last())[0])
        self.stamp = Stamp(before.generation, epoch + 1, self._name)
        await self._register.enter(self.stamp.claim)

    async def check_slow_save(self, seconds: float) -> None:
        """A save that took long may have hidden a later claim under ours: it counts only if nobody has entered one.

        Raises OwnershipLostError.
        """
        if seconds > HASTE and await self._register.last() > self.stamp.claim:
            raise OwnershipLostError

    def check(self, seen: Seen) -> bool:
        """An owner goes on only if the document is its own, or a late write of an owner before, there or in a new one.

        True for a late write, which may be our own: it has to be written over, even if nobody taps.
        Raises OwnershipLostError or OvertakenError.
        """
        others = [stamp for stamp in seen.stamps if stamp.claim != self.stamp.claim]
        if any(stamp.claim > self.stamp.claim for stamp in others):
            raise OwnershipLostError
        stamp = read_caption(seen.document.caption).stamp if seen.document else None
        if stamp not in others and all(other.generation <= self._restored for other in others):
            return stamp is not None and stamp.generation < self.stamp.generation
        if not self._saves:
            raise OvertakenError
        log.warning("A late save of the process before is written over: this one already holds what it held")
        return True
