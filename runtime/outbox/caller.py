"""Whose turn it is: chats that may have a message are called up one after the other, as the gate allows."""

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from runtime.outbox.gate import Gate


class Due(NamedTuple):
    """A chat may have a message now; whoever is given this sends it, and says when it is not on its way any more."""

    chat_id: int
    is_answer: bool
    """Whether it is one, and no turn for something else."""


class Caller:
    """Calls up whoever has waited longest."""

    def __init__(
        self, gate: Gate, has_answer: Callable[[int, float], bool | None], begin: Callable[[Due], None]
    ) -> None:
        self._gate = gate
        self._has_answer = has_answer
        """Whether what this chat waits for now is an answer, None if it waits for nothing any more."""
        self._begin = begin
        self._turns: list[tuple[float, int, int]] = []
        """A heap of chats that may have a message: since when they wait, whose call was first, which chat."""
        self._calls = count()
        self._timer: asyncio.TimerHandle | None = None
        """Looks again when one more may come; None while that waits for the end of one under way."""
        self._under_way = 0
        self._answers = 0
        """How many of those under way are answers."""

    def queue(self, rank: float, chat_id: int) -> None:
        """A chat may have a message; whoever has the lowest rank is called first."""
        heappush(self._turns, (rank, next(self._calls), chat_id))
        if self._timer is None:
            self._call()

    def ended(self, due: Due) -> Due | None:
        """A message is not on its way any more; returns whose turn it is now, for its sender to go on with."""
        self._under_way -= 1
        self._answers -= due.is_answer
        following = self._next()
        if following and self._timer is None:
            self._call()
        return following

    def stop(self) -> None:
        """Call nobody any more."""
        self._turns.clear()
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _call(self) -> None:
        """Begin as many as may come now."""
        while due := self._next():
            self._begin(due)

    def _look_again(self) -> None:
        self._timer = None
        self._call()

    def _next(self) -> Due | None:
        """Whoever may have a message now."""
        while self._turns:
            loop = asyncio.get_running_loop()
            now = loop.time()
            if wait := self._gate.wait(now, self._under_way, self._answers):
                self._timer = self._timer or loop.call_later(wait, self._look_again)
            if wait != 0:
                return None
            chat_id = heappop(self._turns)[-1]
            is_answer = self._has_answer(chat_id, now)
            if is_answer is not None:
                self._gate.begin(now)
                self._under_way += 1
                self._answers += is_answer
                return Due(chat_id, is_answer)
        return None
