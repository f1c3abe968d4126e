"""How many messages a second Telegram takes from a bot: where to begin, how to feel for more, what to remember.

Thirty a second are promised to bulk messages alone (core.telegram.org/bots/faq). Answers may be more, and nobody tells
how many (tdlib/telegram-bot-api #570): more is tried until a 429 says no. A pace is

* *open* while it is not known where it ends. Then a message need not wait for its time, as long as no more are on their
  way than may still be refused: two, so that is what it costs to learn that thirty are the limit.
* *closed* for a long time after that, and keeps below its *ceiling*: where it was refused. Telegram is taken to let
  through what a bucket does which holds one second's messages; so the ceiling is what the busiest span had.

In each second in which something waits and nothing is refused it grows by a tenth, up to the ceiling if there is one.
Where a refusal was not to be expected, two chats within a second halve it, and two within a minute take a tenth.
Times are seconds of whatever clock, which is passed in.
"""

from collections import deque

CHANCES = 2
"""Refusals that it may cost to learn where the pace ends; one, to learn later whether it still ends there."""

SECOND, MINUTE = 1.0, 60.0

REST = 600.0
"""Seconds until it is tried again whether more goes than the ceiling."""

GROWTH = 1.1
"""By how much the pace grows in a second."""

NEAR = 0.9
"""Of the pace: where less goes out nothing is learned of it, and a chat that is refused is refused for its own sake."""

BELOW = 0.95
"""Of the pace that was refused: some messages are faster on their way than the one before, and saves go out as well."""

DARING = 4 / 3
"""Of what is known to be good: so much is tried, until a second's messages have got through beyond it."""

SURE = 1.05
"""Of what is known to be good: what is above that is not due to messages that were slow on their way."""

FASTEST = 1000.0

SLACK = 0.02
"""Seconds that a message may be ahead of its time, so that whoever wakes up late makes up for it."""

REMEMBERED, LOOKED_AT, PART = 2_000, 20, 4
"""Moments at which messages got through. After how many messages it is looked at what they prove: at least so many, and
at least such a part of those moments."""


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
        self._looked = 0
        self._refusals: dict[int, float] = {}
        """Which chats were refused when, in the last minute, since the pace was lowered."""
        self._proven = 0.0
        """Messages a second that have got through in the last minute, if not since the pace is open."""
        self._taken = deque[tuple[float, int]](maxlen=REMEMBERED)
        """When messages that got through were begun, and how many hardly later."""

    @property
    def per_second(self) -> float:
        """Messages a second that answers may be; the rest is left to saves, which do not wait for a turn."""
        return max(1.0, self.rate - 1)

    def is_open(self, now: float) -> bool:
        """Whether it is tried how fast it goes."""
        return self._may_grow and now >= self._again

    def wait(self, now: float, under_way: int) -> float:
        """Seconds until one more message may go out while so many have no answer yet."""
        if self.is_open(now):
            if under_way < self._ahead(now):
                return 0.0
            if self._is_doubtful(now, SECOND):
                return SLACK
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
        last, count = self._taken[-1] if self._taken else (float("-inf"), 0)
        self._looked += 1
        if last <= begun < last + SLACK:
            self._taken[-1] = last, count + 1
            return
        self._taken.append((begun, 1))
        if self._looked >= max(LOOKED_AT, len(self._taken) // PART):
            self._looked, self._proven = 0, self._busiest(begun)

    def refused(self, chat_id: int, begun: float, now: float) -> bool:
        """A message that was begun at this time has met a 429; tells whether this concerns all chats."""
        self._waiting_since, self._begun = now, 0
        if begun < self._lowered:  # that was another pace
            return False
        self._refusals = {chat: at for chat, at in self._refusals.items() if now - at < MINUTE and chat != chat_id}
        self._proven = self._busiest(now)
        are_two = self._is_doubtful(now, SECOND)
        is_over = are_two or (self._is_near(now) and not self._may_be_chance(now))
        self._refusals[chat_id] = now
        if is_over:
            self._lower(now, are_two=are_two)
        elif self.is_open(now):
            self.rate = min(self.rate, self._good)
        return is_over

    def _may_be_chance(self, now: float) -> bool:
        """Whether one more refusal tells nothing yet: the first one, or the first in a minute where none was due."""
        if self.is_open(now):
            return self._chances(now, 1) > 0
        return not self._refusals and now - self._lowered > MINUTE

    @property
    def _good(self) -> float:
        """Messages a second that are known to be good."""
        return self.ceiling or self._first

    def _is_doubtful(self, now: float, seconds: float = MINUTE) -> bool:
        """Whether somebody was refused lately."""
        return bool(self._refusals) and any(now - at < seconds for at in self._refusals.values())

    @property
    def _most_refused(self) -> int:
        """What it may cost to learn where the pace ends."""
        return CHANCES if self.ceiling is None else 1

    def _chances(self, now: float, used: int = 0) -> int:
        """How many more messages may be refused until the pace is closed, `used` apart."""
        return max(0, self._most_refused - used - sum(now - at < MINUTE for at in self._refusals.values()))

    def _ahead(self, now: float) -> int:
        """How many messages may be on their way though it is not their time: more if more have got through."""
        if self._refusals:
            return self._chances(now)
        return max(self._most_refused, int(self._most_refused * self._proven / self._good))

    def _is_near(self, now: float) -> bool:
        """Whether so much goes out that a refusal tells something about the pace."""
        lately = sum(count for at, count in self._taken if now - at < SECOND)
        return max(self._proven, lately) > NEAR * min(self.per_second, self._good)

    def _busiest(self, now: float) -> float:
        """The least that a bucket of one second's messages must get a second to have let all of them through."""
        busiest, count = 0.0, 0
        for at, together in reversed(self._taken):
            if now - at >= MINUTE:
                break
            count += together
            busiest = max(busiest, count / (SECOND + now - at))
        return busiest

    def _lower(self, now: float, *, are_two: bool) -> None:
        """Go back to what is good for certain, or to a part of the pace."""
        if self.is_open(now):
            self.ceiling = max(self._proven, self._first, (self.ceiling or 0.0) / 2)
            self.rate = self.ceiling = BELOW * self.ceiling
        elif are_two:
            self.ceiling = min(self.rate * NEAR, max(self._proven, self.rate / 2))
            self.rate /= 2
        else:
            self.rate = self.ceiling = self.rate * NEAR
        self._again, self._lowered = now + REST, now
        self._refusals.clear()

    def _grow(self, now: float) -> None:
        """Something waits: the pace grows after a second in which it was made use of."""
        passed = now - self._waiting_since
        if passed < SECOND:
            return
        if passed < 2 * SECOND and self._begun > NEAR * self.per_second * passed:
            self._forget_ceiling(now)
            self.rate = max(self.rate, min(self.rate * GROWTH, self._most(now)))
        self._waiting_since, self._begun = now, 0

    def _most(self, now: float) -> float:
        if self.ceiling is not None and now < self._again:
            return self.ceiling
        if not self._may_grow:
            return self._first
        if self._is_doubtful(now):
            return self._good
        return FASTEST if self._proven > SURE * self._good else DARING * self._good

    def _forget_ceiling(self, now: float) -> None:
        """It has been found that more gets through than it says."""
        if self.ceiling is not None and self.is_open(now) and self._proven > SURE * self.ceiling:
            self.ceiling = None
