"""Silence of the server: for how long somebody has waited for it in vain."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

log = logging.getLogger(__name__)

MOST = 10.0
"""Seconds without an answer above which the database counts as away."""

TELL = 3.0
"""Seconds before the log tells of it."""


class Silence:
    """Knows who waits and when the server has last done what somebody wanted."""

    def __init__(self) -> None:
        self._waiting: dict[int, float] = {}
        self._numbers = count()
        self._heard_at = float("-inf")
        self._is_told = False

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Somebody wants something of the server as long as this lasts."""
        number = next(self._numbers)
        self._waiting[number] = time.monotonic()
        try:
            yield
        finally:
            del self._waiting[number]

    def broken(self) -> None:
        """The server has done something that somebody wanted."""
        self._heard_at = time.monotonic()
        if self._is_told:
            self._is_told = False
            log.warning("The database answers again")

    def lasts(self, why: str) -> None:
        """An attempt has failed."""
        if not self._is_told and self.seconds >= TELL:
            self._is_told = True
            log.warning("The database is waited for: %s", why)

    @property
    def seconds(self) -> float:
        """How long whoever waits longest has waited since anybody was heard; 0 while nobody waits."""
        if not self._waiting:
            return 0.0
        return time.monotonic() - max(self._heard_at, min(self._waiting.values()))
