"""The connections to a webhook: how many there may be, how fast they may come, which of them are free.

Source: tdlib/telegram-bot-api, WebhookActor.cpp, create_new_connections, start_up; tdlib/td, HttpConnectionBase.cpp,
timeout_expired.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from emulator.state.limits import Bucket

if TYPE_CHECKING:
    from emulator.state.clock import Clock

IDLE = 60.0
"""Seconds after which a free connection is closed, and for which an answer is waited."""
TRUST = 10.0
"""Seconds after a success in which more than one connection is opened."""


class Connections:
    """Connections to one webhook, at most `most`. Without a success lately at most one is opened, one in 2 s."""

    def __init__(self, clock: Clock, most: int) -> None:
        self._clock = clock
        self._most = most
        self._free: deque[float] = deque()  # since when
        self._busy = 0
        self._succeeded = -math.inf
        self._trusting = Bucket(20, 10)
        self._careful = Bucket(0.5, 1)

    def grow(self, lanes: int) -> float:
        """Open what so many lanes need; returns the seconds until the next may be opened, 0 if none is missing."""
        now = self._clock.now()
        while self._free and self._free[0] <= now - IDLE:
            self._free.popleft()
        trusted = now <= self._succeeded + TRUST
        needed = min(lanes, self._most if trusted else 1)
        bucket = self._trusting if trusted else self._careful
        while self._busy + len(self._free) < needed:
            wait = bucket.missing(now)
            if wait > 0:
                return wait
            bucket.level -= 1
            self._free.append(now)
        return 0.0

    def take(self) -> bool:
        """Take a free one, if there is one."""
        if not self._free:
            return False
        self._free.pop()
        self._busy += 1
        return True

    def release(self, *, keep: bool, succeeded: bool) -> None:
        """It has done its work; it is closed unless it is kept."""
        now = self._clock.now()
        self._busy -= 1
        if succeeded:
            self._succeeded = now
        if keep:
            self._free.append(now)
