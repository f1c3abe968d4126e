"""Whose turn it is: chats that may have a message are called up one after the other, as the gate allows."""

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from runtime.outbox.gate import Gate


class Caller:
    """Calls up whoever has waited longest."""

    def __init__(self, gate: Gate, call: Callable[[int], bool | None]) -> None:
        self._gate = gate
        self._call = call
        """Begins a message to this chat; tells whether it is an answer, None if there is nothing to send."""
        self._turns: list[tuple[float, int, int]] = []
        """A heap of chats that may have a message: since when they wait, whose call was first, which chat."""
        self._calls = count()
        self._timer: asyncio.TimerHandle | None = None
        self._under_way = 0
        self._answers = 0
        """How many of those under way are answers."""

    def queue(self, rank: float, chat_id: int) -> None:
        """A chat may have a message; whoever has the lowest rank is called first."""
        heappush(self._turns, (rank, next(self._calls), chat_id))
        if self._timer is None:
            self._go_on()

    def ended(self, *, is_answer: bool) -> None:
        """A message is not on its way any more."""
        self._under_way -= 1
        self._answers -= is_answer
        self._go_on()

    def stop(self) -> None:
        """Call nobody any more."""
        self._turns.clear()
        self._rest()

    def _go_on(self) -> None:
        """Call as many as may come now, and look again when one more may."""
        self._rest()
        while self._turns and self._under_way < self._gate.room:
            if wait := self._gate.wait(self._answers):
                self._timer = asyncio.get_running_loop().call_later(wait, self._go_on)
                break
            is_answer = self._call(heappop(self._turns)[-1])
            if is_answer is not None:
                self._gate.begin()
                self._under_way += 1
                self._answers += is_answer

    def _rest(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
