"""What all messages pass on their way out: the pace, and halts that a 429 or a backlog asks for."""

import asyncio
from typing import Protocol

from runtime.outbox.answer import Answer
from runtime.outbox.pace import SECOND

LOOK = 0.02
"""Seconds between looks whether a wait is over whose end may move."""

TICK = 0.001
"""Seconds by which the loop's clock may be wrong."""

SHORTEST = 0.01
"""Seconds for which it is worth while to sleep; those who then come late go out together."""

LONG = 10
"""Seconds of a 429 above which it makes a difference whether it concerns one chat or all of them."""

UNDER_WAY = 50
"""Messages on their way at once: half of the session's connections, so that polls and saves always find one."""

AT_ONCE = 0.8
"""Of a second's messages, so many may be on their way: if the network holds them up, they reach Telegram together."""


class Pacing(Protocol):
    """When the next message may go out: a `Pace`, or one that several processes share."""

    @property
    def per_second(self) -> float:
        """Messages a second."""

    def wait(self, now: float, under_way: int) -> float:
        """Seconds until it makes sense to ask again; 0 if one may go out."""

    def begin(self, now: float) -> None:
        """One goes out."""

    def owe(self, count: int) -> None:
        """So many more have gone out than were begun."""

    def got_through(self, begun: float) -> None:
        """One that was begun at this time has been taken."""

    def refused(self, chat_id: int, begun: float, now: float) -> bool:
        """One has met a 429; tells whether this concerns all chats."""


class Gate:
    """Lets one message out after the other; `notices` a second at most of those that nobody has asked for."""

    def __init__(self, pace: Pacing, notices: int) -> None:
        self._pace = pace
        self._gap = 1 / max(1, notices - 1)  # one message a second is left to saves
        self._notice_due = float("-inf")
        self._refused: tuple[int, float] | None = None
        """The chat whose message met the last 429, and until when it waits."""
        self._halted_until = 0.0
        self._held_until = 0.0

    def is_held(self, now: float) -> bool:
        """Whether nothing goes out at this time."""
        return now < self._held_until or now < self._halted_until

    def wait(self, now: float, under_way: int, answers: int) -> float | None:
        """Seconds until it makes sense to ask again whether one more may go out; 0 if it may.

        `under_way`: messages on their way, of which so many are answers. None: one of them has to be through first.
        """
        if under_way >= UNDER_WAY or (under_way and under_way >= int(AT_ONCE * self._pace.per_second)):
            return None
        if self.is_held(now):
            return LOOK
        wait = self._pace.wait(now, answers)
        return max(wait + TICK, SHORTEST) if wait else 0.0

    def begin(self, now: float) -> None:
        """A message goes out."""
        self._pace.begin(now)

    async def turn(self, chat_id: int, answer: Answer) -> None:
        """Wait for others who speak to this chat, if there are any, and say what they may have changed."""

    async def is_overtaken(self, chat_id: int, answer: Answer) -> bool:  # noqa: ARG002 - there are no others
        """Whether others may have said something newer to this chat while this answer was on its way."""
        return False

    def slot(self) -> float:
        """When the next notice may ask for its turn, by the event loop's clock; it is taken by whoever asks."""
        slot = max(self._notice_due, _now())
        self._notice_due = slot + self._gap
        return slot

    def owe(self, count: int, *, is_notice: bool) -> None:
        """What has gone out counts for so many more messages."""
        self._pace.owe(count)
        if is_notice:
            self._notice_due += count * self._gap

    def hold(self, seconds: float) -> None:
        """Answers that are about to be replaced wait, for at most `seconds` from now; 0 ends the wait."""
        self._held_until = _now() + seconds

    def heed(self, chat_id: int, seconds: float, begun: float | None = None) -> None:
        """A 429 concerns its chat; if it meets another one while the first still waits, it concerns all of them.

        `begun`: when the call was begun that met it, by the event loop's clock.
        """
        now = _now()
        if self._pace.refused(chat_id, now if begun is None else begun, now):
            self._halted_until = max(self._halted_until, now + min(seconds, SECOND))
        if self._refused and self._refused[0] != chat_id and self._refused[1] > now:
            self._halted_until = max(self._halted_until, now + seconds)
        self._refused = (chat_id, now + seconds)

    def went(self, begun: float | None = None) -> None:
        """A message has got through: a 429 that asks for a long wait concerns its chat alone."""
        now = _now()
        self._pace.got_through(now if begun is None else begun)
        if self._refused and self._refused[1] > now + LONG:
            self._refused = None


def _now() -> float:
    return asyncio.get_running_loop().time()
