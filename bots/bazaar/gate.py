"""Whose turn it is in the channel, and when: at most so many messages a minute, new ads first."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress

from pinstore import retry

MINUTE, MOST = 61.0, 20
"""Messages in whatever minute, and a second for uneven networks (core.telegram.org/bots/faq)."""
PERIOD, BURST = 1.05, 3
"""One message a second with a burst of three."""

Rank = tuple[int, int]
"""Whoever has less goes first."""
FIRST, ANEW, EDIT = range(3)
"""The first numbers of ranks: new ads go before reposts, and these before edits."""


class Gate:
    """Lets one through at a time."""

    def __init__(self) -> None:
        self._waiting: dict[Rank, int] = {}
        """What waits, and how many messages each counts for."""
        self._news = asyncio.Event()
        self._is_busy = False
        self._doubts: dict[Rank, float] = {}
        """Whose message may have come or not, and until when the others wait for the answer."""
        self._sent: deque[float] = deque()
        self._level = float(BURST)
        """Messages that may go out at once; below 0 after an album."""
        self._at = float("-inf")
        self._shut_until = float("-inf")

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits and nothing is let through."""
        return not self._waiting and not self._is_busy

    @asynccontextmanager
    async def turn(self, rank: Rank, weight: int) -> AsyncIterator[None]:
        """Wait until it is the turn of so many messages; the block sends them."""
        self._waiting[rank] = weight
        try:
            await asyncio.sleep(0.01)  # those who become ready in the same moment come together
            while pause := self._pause(rank):
                self._news.clear()
                with suppress(TimeoutError):
                    await retry.within(pause, self._news.wait())
            self._is_busy = True
        finally:
            del self._waiting[rank]
            self._news.set()
        try:
            yield
        finally:
            self._take(weight)
            self._is_busy = False
            self._news.set()

    def expect(self, rank: Rank) -> None:
        """Keep the place of whoever will come for his turn, or `excuse` himself."""
        self._waiting.setdefault(rank, 0)

    def excuse(self, rank: Rank) -> None:
        """He does not come."""
        if self._waiting.pop(rank, None) is not None:
            self._news.set()

    def doubt(self, rank: Rank, longest: float) -> None:
        """Let nobody else through until it is `settled` whether his message has come, but no longer than this."""
        self._doubts[rank] = _now() + longest

    def settle(self, rank: Rank) -> None:
        """It is known by now."""
        if self._doubts.pop(rank, None) is not None:
            self._news.set()

    def remember(self, sent: Iterable[tuple[float, int]]) -> None:
        """A process before this one has sent so many messages so many seconds ago; in the order of time."""
        self._sent.extendleft([_now() - ago for ago, weight in sent for _ in range(weight)][::-1])

    def shut(self, seconds: float) -> None:
        """Let nobody through for so long."""
        self._shut_until = max(self._shut_until, _now() + seconds)

    def open(self) -> None:
        """Let them through again."""
        self._shut_until = float("-inf")
        self._news.set()

    def _pause(self, rank: Rank) -> float:
        """Seconds after which it makes sense to look again, 0 if it may go."""
        if self._is_busy or min(self._waiting) != rank:
            return MINUTE
        now, weight = _now(), self._waiting[rank]
        doubts = [until - now for other, until in self._doubts.items() if other != rank]
        return max(
            self._shut_until - now, self._until_burst(now, weight), self._until_minute(now, weight), 0.0, *doubts
        )

    def _until_burst(self, now: float, weight: int) -> float:
        self._level = min(float(BURST), self._level + (now - self._at) / PERIOD)
        self._at = now
        return (min(weight, BURST) - self._level) * PERIOD

    def _until_minute(self, now: float, weight: int) -> float:
        while self._sent and self._sent[0] <= now - MINUTE:
            self._sent.popleft()
        over = len(self._sent) + weight - MOST
        return self._sent[over - 1] + MINUTE - now if over > 0 else 0.0

    def _take(self, weight: int) -> None:
        self._level -= weight
        self._sent.extend([_now()] * weight)


def _now() -> float:
    return asyncio.get_running_loop().time()
