"""Telegram's pace over all chats: so many messages a second, and none while a 429 or a backlog says so."""

import asyncio

from aiolimiter import AsyncLimiter

LOOK = 0.02
"""Seconds between looks whether a wait is over."""


class Pace:
    """When the next message may go out, whoever it is for."""

    def __init__(self, messages_per_second: int) -> None:
        # Saves do not queue here; one message a second is left to them.
        self.rate = max(1, messages_per_second - 1)
        # Not one by one: whoever looks in from time to time must not find that the bucket has been empty for long.
        tenth = -(-self.rate // 10)
        self._limiter = AsyncLimiter(tenth, tenth / self.rate)
        self._refused: tuple[int, float] | None = None
        """The chat whose message met the last 429, and until when it waits."""
        self._halted_until = 0.0
        self._held_until = 0.0

    @property
    def is_held(self) -> bool:
        """True while nothing goes out."""
        return _now() < max(self._halted_until, self._held_until)

    def hold(self, seconds: float) -> None:
        """Answers that are about to be replaced wait, for at most `seconds` from now; 0 ends the wait."""
        self._held_until = _now() + seconds

    def heed(self, chat_id: int, seconds: float) -> None:
        """A 429 concerns its chat; if it meets another one while the first still waits, it concerns all of them."""
        if self._refused and self._refused[0] != chat_id and self._refused[1] > _now():
            self._halted_until = max(self._halted_until, _now() + seconds)
        self._refused = (chat_id, _now() + seconds)

    async def acquire(self) -> None:
        """Wait until one more message may go out."""
        # The limiter's own wait ends too early where the loop's clock has milliseconds, as uvloop's has, and turns in a
        # circle until the next one has come: that took more processor time than all else that an answer needs.
        while self.is_held or not self._limiter.has_capacity():  # noqa: ASYNC110 - the end of the wait moves
            await asyncio.sleep(LOOK)
        await self._limiter.acquire()


def _now() -> float:
    return asyncio.get_running_loop().time()
