"""Telegram's pace over all chats: so many messages a second, and none while a 429 or a backlog says so."""

import asyncio

LOOK = 0.02
"""Seconds between looks whether a wait is over whose end may move."""

TICK = 0.001
"""Seconds by which the loop's clock may be wrong."""

SHORTEST = 0.01
"""Seconds for which it is worth while to sleep; those who then come late go out together."""

SLACK = 2 * SHORTEST
"""Seconds that a message may be ahead of its time, so that whoever wakes up late makes up for it."""


LONG = 10
"""Seconds of a 429 above which it makes a difference whether it concerns one chat or all of them."""


class Pace:
    """When the next message may go out, whoever it is for."""

    def __init__(self, messages_per_second: int) -> None:
        # Saves do not queue here; one message a second is left to them.
        self.rate = max(1, messages_per_second - 1)
        self._gap = 1 / self.rate
        self._due = float("-inf")
        """When the next message is due, one after the other."""
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

    def went(self, count: int = 1) -> None:
        """A message has got through: a 429 that asks for a long wait concerns its chat alone.

        One that counts for more is paid for afterwards.
        """
        self._due += (count - 1) * self._gap
        if self._refused and self._refused[1] > _now() + LONG:
            self._refused = None

    async def acquire(self) -> None:
        """Wait until one more message may go out."""
        # AsyncLimiter's own wait ends too early where the loop's clock has milliseconds, as uvloop's has, and turns in
        # a circle until the next one has come: that took more processor time than all else that an answer needs.
        while (wait := max(self._due - SLACK, self._halted_until, self._held_until) - _now()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(LOOK if self.is_held else max(wait + TICK, SHORTEST))
        self._due = max(self._due, _now()) + self._gap


def _now() -> float:
    return asyncio.get_running_loop().time()
