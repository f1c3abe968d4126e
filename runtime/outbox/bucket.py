"""What one chat may have: some messages at once, and then one after the other (a leaky bucket, as a virtual schedule).

The buckets of libraries make whoever comes too early wait, but do not tell him until when; here he has to know, as what
he waits with may be replaced meanwhile. Times are seconds of whatever clock, which is passed in.
"""


class Bucket:
    """Holds so many messages, and loses as many in each period; it overflows rather than refuse what has been sent."""

    __slots__ = ("_gap", "_span", "empty_at")

    def __init__(self, size: int, period: float) -> None:
        self._gap = period / size
        self._span = period - self._gap
        """Seconds that it takes until nothing is left of a bucket in which one more has room."""
        self.empty_at = float("-inf")
        """When nothing is left in it: from then on a new one would be as good."""

    def room_at(self) -> float:
        """When there is room for one more."""
        return self.empty_at - self._span

    def add(self, count: int, now: float) -> None:
        """So many go in."""
        self.empty_at = max(self.empty_at, now) + count * self._gap
