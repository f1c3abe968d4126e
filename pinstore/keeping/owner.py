"""Who owns the backup: the claim that a process lays to it, and whether that still stands.

Explored in tests/pinstore/keeping/takeover.py: a process enters its claim in the register, sees that it stands there,
and looks whether what it has restored is still what is stored. Whoever saves looks into the register after the save,
before anything is confirmed. So a save that the new owner has not seen confirms nothing, and may land whenever it
likes: after an unclean end the new owner's document lies in a message of its own, and that of the higher epoch is the
newer one.
"""

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from functools import partial

from pinstore.chat.notes import Register
from pinstore.copies.document import Rank, Stamp
from pinstore.copies.stamp import read_caption
from pinstore.errors import MissingError, OvertakenError, OwnershipLostError
from pinstore.keeping.bid import Bid
from pinstore.keeping.pinned import Pinned, Seen

log = logging.getLogger(__name__)

SETTLE = 3.0
"""Seconds between a claim that the register did not take and the look whether it stands."""

HIGHEST = 2**53
"""The largest generation that is believed: one more still is a whole number for every JSON reader."""


class Owner:
    """What this process is to the backup: `stamp` is what stands in the document that it restored or stored last."""

    def __init__(self, register: Register) -> None:
        self.stamp = Stamp()
        self.has_lost = False
        """True if another process owns the backup."""
        self.has_waited = False
        """Whether the claim had to be waited for, as it stands in a caption alone."""
        self.claimed_at = float("-inf")
        """When the claim of this process came to stand, by the monotonic clock."""
        self.follows_a_crash = False
        """Whether the process before this one did not stop cleanly."""
        self._name = secrets.token_hex(6)
        self.bid = Bid(register, self._name)
        self._restored = Rank()
        """The newest document that was found by the restore; one of another owner above it was written since."""
        self._saves = 0
        self._has_claimed = False
        self.is_moving = False
        """True while our first document goes into a message of its own, whatever lies in the one before."""

    @property
    def owns(self) -> bool:
        """True from a claim that stands until the process ends."""
        return self._has_claimed and self.stamp.owner == self._name and not self.has_lost

    async def first(self) -> Stamp:
        """What stands in a first document of ours: its epoch is above all of a life before.

        Raises an error of `retry.TRANSIENT`.
        """
        return Stamp(1, await self.bid.above_all(), self._name)

    def created(self, stamp: Stamp) -> None:
        """Our first document is stored: there is nobody to claim it from."""
        self.stamp, self._has_claimed = stamp, True

    def restored(self, stamp: Stamp, newest: Rank) -> None:
        """A document with this stamp was restored; it is not ours yet."""
        self.stamp, self._has_claimed, self._restored = stamp, False, newest

    def taken(self) -> None:
        """What we have taken from somebody else's message is stored in a document of ours."""
        self._has_claimed = True

    def resign(self) -> None:
        """Another process owns the backup: nothing is saved any more."""
        self.has_lost = True

    async def take_over(self, highest: Stamp) -> None:
        """What is stored next goes above everything up to `highest`."""
        self._restored = Rank(highest.epoch, highest.generation)
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

    async def claim(
        self,
        pinned: Pinned,
        save: Callable[[bool], Awaitable[None]],
        has_moved: Callable[[], Awaitable[bool]],
    ) -> None:
        """Become the owner; `save` stores the table, if it is told True in a new message.

        Raises OwnershipLostError, or OvertakenError if the restore has to be repeated.
        """
        before, self._saves = self.stamp, 0
        self.follows_a_crash = await self._enter(before) or before.owner is not None
        self.has_waited = self.follows_a_crash and not self.bid.stands
        if not self.follows_a_crash or self.has_waited:
            await self._claim_in_caption(pinned)
        if self.has_waited:
            log.info("The last process did not stop cleanly: waiting %s s for a save that may be under way", SETTLE)
            await asyncio.sleep(SETTLE)
        elif self.follows_a_crash:
            log.info("The last process did not stop cleanly: the document goes into a message of its own")
        await self._look_again(pinned, has_moved)
        self.is_moving = self.follows_a_crash
        try:
            await save(self.follows_a_crash)
        finally:
            self.is_moving = False
        self._saves, self._has_claimed = 0, True
        self.claimed_at = time.monotonic() - (SETTLE if self.has_waited else 0)

    async def _enter(self, before: Stamp) -> bool:
        """Lay a claim above `before` and all others; True if somebody else had, since `before`."""
        was_claimed = await self.bid.lay(before.epoch)
        self.stamp = Stamp(before.generation, self.bid.claim[0], self._name)
        return was_claimed

    async def _claim_in_caption(self, pinned: Pinned) -> None:
        """Whoever saves into this message sees it; one that cannot be edited is given up."""
        try:
            await self.bid.patiently(partial(pinned.claim, self.stamp))
        except MissingError as error:
            log.warning("The document is written anew: %s", error)
            pinned.held = None

    async def _look_again(self, pinned: Pinned, has_moved: Callable[[], Awaitable[bool]]) -> None:
        """Look whether what was restored is still what is stored, now that the claim is known."""
        seen, restored = await self.bid.patiently(pinned.look), pinned.held
        if any(stamp.claim > self.stamp.claim for stamp in seen.stamps):
            raise OwnershipLostError
        is_another = restored and seen.document and seen.document.unique_id != restored.unique_id
        is_hidden = not seen.is_pinned and seen.top and seen.top.is_own
        hides_another = is_hidden and seen.top and self._is_news(read_caption(seen.top.caption).stamp)
        if is_another or hides_another or await has_moved():
            raise OvertakenError
        if restored and not seen.document:
            log.warning("The document is written anew: message %s is gone", restored.message_id)
            pinned.held = None

    async def check_claim(self) -> None:
        """Whatever was stored counts only if the register still holds our claim, or never did.

        Raises OwnershipLostError, OvertakenError, or an error of `retry.TRANSIENT`.
        """
        await self.bid.check(self.stamp.claim)

    def _is_news(self, stamp: Stamp | None) -> bool:
        """Whether this was written since the restore, by an owner after those whose documents it found."""
        if stamp is None or stamp.claim == self.stamp.claim:
            return False
        return stamp.generation > self._restored.generation and Rank(stamp.epoch, stamp.generation) > self._restored

    def check(self, seen: Seen) -> bool:
        """An owner goes on only if the document is its own, or a late write of an owner before, there or in a new one.

        True for a late write, which may be our own: it has to be written over, even if nobody taps.
        Raises OwnershipLostError or OvertakenError.
        """
        others = [stamp for stamp in seen.stamps if stamp.claim != self.stamp.claim]
        if any(stamp.claim > self.stamp.claim for stamp in others):
            raise OwnershipLostError
        if self.is_moving:
            return False
        stamp = read_caption(seen.document.caption).stamp if seen.document else None
        if stamp not in others and not any(map(self._is_news, others)):
            return stamp is not None and stamp.generation < self.stamp.generation
        if not self._saves:
            raise OvertakenError
        log.warning("A late save of the process before is written over: this one already holds what it held")
        return True
