"""The claim that this process lays to the backup in the register, and whether that still stands there.

Whoever lays his last outbids all others. Whoever has been outbid ends, and never lays another: of those that start at
once each takes the backup once at most.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from pinstore.chat.notes import NOT_TOLD, Register
from pinstore.chat.retry import patiently
from pinstore.copies.document import Claim
from pinstore.errors import OvertakenError, OwnershipLostError

T = TypeVar("T")

TRIES = 3


class Bid:
    """What this process has entered."""

    def __init__(self, register: Register, name: str) -> None:
        """`name` is the owner's in every claim of this process."""
        self._register = register
        self._name = name
        self.claim: Claim = NOT_TOLD
        """The last claim that was laid, whether the register has taken it or not; NOT_TOLD before the first."""
        self.stands = False
        """Whether it stood in the register."""

    async def above_all(self) -> int:
        """An epoch above all that were entered. Raises an error of `retry.TRANSIENT`."""
        return (await self._register.last())[0] + 1

    async def lay(self, epoch: int) -> bool:
        """Lay a claim above `epoch` and above what anybody else has entered; True if somebody had, since `epoch`.

        Raises what `check` raises.
        """
        last = await self._register.last()
        self._give_way(last)
        self.claim = max(epoch, last[0]) + 1, self._name
        self.stands = await self._register.enter(self.claim)
        if self.stands:
            entered = await self._register.last()
            self.stands = entered != NOT_TOLD
            self._compare(entered, self.claim)
        return last[0] > epoch

    async def give_way(self) -> None:
        """Nothing more is tried once somebody has outbid this process; one that has laid no claim yet goes on.

        It costs the chat none of its messages. Raises OwnershipLostError, or an error of `retry.TRANSIENT`.
        """
        if self.claim != NOT_TOLD:
            self._give_way(await self._register.last())

    async def patiently(self, call: Callable[[], Awaitable[T]]) -> T:
        """As `retry.patiently`, but whoever is outbid while he waits ends: each attempt may cost the chat a message."""
        has_failed = False

        async def attempt() -> T:
            nonlocal has_failed
            if has_failed:
                await self.give_way()
            has_failed = True
            return await call()

        return await patiently(attempt, TRIES)

    async def check(self, claim: Claim) -> None:
        """What was stored under `claim` counts only if the register still holds that, or never did.

        Raises OwnershipLostError, OvertakenError, or an error of `retry.TRANSIENT`.
        """
        self._compare(await self._register.last(), claim)

    def _give_way(self, entered: Claim) -> None:
        if entered > self.claim != NOT_TOLD:
            raise OwnershipLostError

    def _compare(self, entered: Claim, claim: Claim) -> None:
        if entered > claim:
            raise OwnershipLostError
        if self.stands and entered < claim and entered != NOT_TOLD:
            raise OvertakenError  # a late claim may hide one that is above ours
