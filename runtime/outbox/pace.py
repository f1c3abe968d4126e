"""How many messages a second Telegram takes from a bot: where to begin, how to feel for more, what to remember.

Thirty a second are promised to bulk messages alone (core.telegram.org/bots/faq). Answers may be more, and nobody tells
how many (tdlib/telegram-bot-api #570): more is tried until a 429 says no. A pace is

* *open* while it is not known where it ends. Then a message need not wait for its time, as long as no more are on their
  way than may still be refused: two, so that is what it costs to learn the limit, however fast the way to Telegram is.
* *closed* for a long time after that, and keeps below its *ceiling*: where it was refused. Telegram is taken to let
  through what a bucket does which holds one second's messages; so the ceiling is what the busiest span had.

In each second in which something waits and nothing is refused it grows by a tenth, up to the ceiling if there is one.
It is halved when two chats are refused within a second where that was not to be expected. Times are seconds of
whatever clock, which is passed in.
"""

from collections import deque
from itertools import takewhile

CHANCES = 2
"""Refusals that it may cost to learn where the pace ends; one, to learn later whether it still ends there."""

SECOND, MINUTE = 1.0, 60.0

REST = 600.0
"""Seconds until it is tried again whether more goes than the ceiling."""

GROWTH = 1.1
"""By how much the pace grows in a second."""

NEAR = 0.9
"""Of the pace: where less goes out nothing is learned of it, and a chat that is refused is refused for its own sake."""

FASTEST = 1000.0

SLACK = 0.02
"""Seconds that a message may be ahead of its time, so that whoever wakes up late makes up for it."""

REMEMBERED = 5_000
"""Messages that got through: ten seconds of five hundred."""


class Pace:
    """When the next message may go out, whoever it is for.

    It begins at `rate` messages a second, of which one is left to saves; without `may_grow` it never exceeds that.
    """

    def __init__(self, rate: float, *, may_grow: bool = False) -> None:
        self.rate = self._first = float(rate)
        self.ceiling: float | None = None
        """Messages a second above which Telegram refuses some, if that is known."""
        self._may_grow = may_grow
        self._again = float("-inf")
        """When it may be tried again whether the ceiling is still there."""
        self._lowered = float("-inf")
        self._due = float("-inf")
        """When the next message is due, one after the other."""
        self._waiting_since = float("-inf")
        """The beginning of the second that is looked at: something has waited in it, nothing was refused."""
        self._begun = 0
        """Messages that were begun since."""
        self._refusals: dict[int, float] = {}
        """Which chats were refused when, in the last minute, since the pace was lowered."""
        self._taken = deque[float](maxlen=REMEMBERED)
        """When messages that got through were begun."""

    @property
    def per_second(self) -> float:
        """Messages a second that answers may be; the rest is left to saves, which do not wait for a turn."""
        return max(1.0, self.rate - 1)

    def is_open(self, now: float) -> bool:
        """Whether it is tried how fast it goes."""
        return self._may_grow and now >= self._again

    def wait(self, now: float, under_way: int) -> float:
        """Seconds until one more message may go out while so many have no answer yet."""
        if self.is_open(now) and under_way < self._chances(now):
            return 0.0
        wait = self._due - SLACK - now
        if wait > 0:
            self._grow(now)
        return max(0.0, wait)

    def begin(self, now: float) -> None:
        """A message goes out."""
        self._due = min(max(self._due, now), now + SLACK) + 1 / self.per_second
        self._begun += 1

    def owe(self, count: int) -> None:
        """So many more have gone out than were begun."""
        self._due += count / self.per_second

    def got_through(self, begun: float) -> None:
        """A message that was begun at this time has been taken."""
        self._taken.append(begun)

    def refused(self, chat_id: int, begun: float, now: float) -> bool:
        """A message that was begun at this time has met a 429; tells whether this concerns all chats."""
        self._waiting_since, self._begun = now, 0
        if begun < self._lowered:  # that was another pace
            return False
        self._refusals = {chat: at for chat, at in self._refusals.items() if now - at < MINUTE and chat != chat_id}
        are_two = any(now - at < SECOND for at in self._refusals.values())
        is_over = are_two or (self.is_open(now) and not self._chances(now, 1) and self._is_near(now))
        self._refusals[chat_id] = now
        if is_over:
            self._lower(now)
        return is_over

    def _chances(self, now: float, used: int = 0) -> int:
        """How many more messages may be refused until the pace is closed."""
        chances = CHANCES if self.ceiling is None else 1
        return max(0, chances - used - sum(now - at < MINUTE for at in self._refusals.values()))

    def _is_near(self, now: float) -> bool:
        """Whether so much goes out that a refusal tells something about the pace."""
        return self._busiest(now) > NEAR * min(self.rate, self.ceiling or self._first)

    def _busiest(self, now: float) -> float:
        """The least that a bucket of one second's messages must get a second to have let all of them through."""
        lately = takewhile(lambda at: now - at < MINUTE, reversed(self._taken))
        return max((count / (SECOND + now - at) for count, at in enumerate(lately, 1)), default=0.0)

    def _lower(self, now: float) -> None:
        """Go back to what is good for certain."""
        busiest = self._busiest(now)
        if self.is_open(now):
            self.rate = self.ceiling = max(busiest, self._first, (self.ceiling or 0.0) / 2)
        else:
            self.ceiling = min(self.rate, max(busiest, self.rate / 2))
            self.rate /= 2
        self._again, self._lowered = now + REST, now
        self._refusals.clear()

    def _grow(self, now: float) -> None:
        """Something waits: the pace grows after a second in which it was made use of."""
        passed = now - self._waiting_since
        if passed < SECOND:
            return
        if passed < 2 * SECOND and self._begun > NEAR * self.per_second * passed:
            self._forget_ceiling(now)
            self.rate = min(self.rate * GROWTH, max(self.rate, self._most(now)))
        self._waiting_since, self._begun = now, 0

    def _most(self, now: float) -> float:
        if self.ceiling is not None and now < self._again:
            return self.ceiling
        return FASTEST if self._may_grow else self._first

    def _forget_ceiling(self, now: float) -> None:
        """It has been found that more gets through than it says."""
        if self.ceiling is not None and self.is_open(now) and self._busiest(now) > GROWTH * self.ceiling:
            self.ceiling = None
