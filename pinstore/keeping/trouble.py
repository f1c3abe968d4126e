"""Trouble with saves: since when nothing could be stored, why, and whether that is news by now."""

import logging
import threading
import time

from pinstore.chat.retry import TRANSIENT, is_long, reason

log = logging.getLogger(__name__)

TELL_AFTER = 3
"""Failures in a row before the admin is told; one alone is no news."""

LATE = 40.0
"""Seconds after which a save that is due, or under way without a sign of life, is news, however often it has failed."""


class Trouble:
    """What the thread that saves notes, and the event loop looks at: the thread may be the one that waits."""

    def __init__(self) -> None:
        self._noting = threading.Lock()
        self._since: float | None = None
        """When the first attempt at a save began that is not stored yet."""
        self._last = ""
        self._sent: tuple[int, float] = (0, float("-inf"))
        """How many parts the last look has seen, and when that had changed."""
        self.failures = 0
        """In a row."""
        self.why: str | None = None
        """Why saves keep failing, None while they work."""

    def begin(self) -> None:
        """An attempt begins."""
        self._since = self._since or time.monotonic()

    def is_late(self, overdue_since: float | None, sent: int) -> bool:
        """Whether it is news that nothing is stored yet; `sent` grows while a large table is on its way."""
        now = time.monotonic()
        with self._noting:
            since = self._since or overdue_since
            if self._sent[0] != sent:
                self._sent = sent, now
            if since is None or now - max(since, self._sent[1]) < LATE or self.why:
                return False
            why = f": {self._last}" if self._last else ""
            self.why = f"nothing could be stored for {now - since:.0f} s{why}"
            log.warning("The save is late: %s", self.why)
            return True

    def has_failed(self, error: Exception) -> bool:
        """An attempt has failed, one more of `failures`; whether that is news."""
        with self._noting:
            self._last = reason(error)
            is_news = self.failures >= TELL_AFTER or is_long(error) or not isinstance(error, TRANSIENT)
            if self.why or not is_news:
                return False
            self.why = self._last
            return True

    def is_over(self) -> bool:
        """A save is stored; whether that is news."""
        if self.failures:
            log.info("Saves work again after %s failures", self.failures, extra={"failures": self.failures})
        with self._noting:
            was_told = self.why is not None
            self.failures, self._since, self._last, self.why = 0, None, "", None
            return was_told
