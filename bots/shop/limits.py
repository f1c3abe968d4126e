"""Limits: what one person may do in a sliding minute, and when he may go on."""

import math
import time
from collections import OrderedDict, deque
from enum import Enum
from typing import NamedTuple

from bots.shop.settings import ShopSettings

MINUTE = 60.0


class Kind(Enum):
    """What is counted; a press that is about money counts as a press as well."""

    MESSAGES = "messages"
    OPERATIONS = "operations"
    PAYMENTS = "payments"
    API = "api"


class Over(NamedTuple):
    """One more than there may be."""

    seconds: int
    """Until the next one fits, at least 1."""
    is_first: bool
    """Whether nobody has been told yet since the last one that fitted."""


class Limits:
    """Windows of all people, by what is counted; a clock that is set anew moves none of them."""

    def __init__(self, settings: ShopSettings) -> None:
        self._most = {
            Kind.MESSAGES: settings.rate_limit_user_messages,
            Kind.OPERATIONS: settings.rate_limit_user_operations,
            Kind.PAYMENTS: settings.rate_limit_user_payments,
            Kind.API: settings.rate_limit_user_api,
        }
        self._multiplier = settings.rate_limit_premium_multiplier
        self._windows: OrderedDict[tuple[Kind, int], deque[float]] = OrderedDict()
        """Moments by time.monotonic, oldest first; the window that was used last stands last."""
        self._told = set[tuple[Kind, int]]()
        self.hits = 0
        """How often something was too much."""

    @property
    def people(self) -> int:
        """How many windows are kept."""
        return len(self._windows)

    def over(self, kind: Kind, person: int, *, is_premium: bool = False) -> Over | None:
        """Count one, or tell that it is too much; what is too much is not counted."""
        most = int(self._most[kind] * (self._multiplier if is_premium else 1))
        who, now = (kind, person), time.monotonic()
        window = self._windows.get(who) or deque()
        while window and window[0] <= now - MINUTE:
            window.popleft()
        if len(window) < most:
            window.append(now)
            self._windows[who] = window
            self._windows.move_to_end(who)
            self._told.discard(who)
            self._forget(now)
            return None
        self.hits += 1
        is_first = who not in self._told
        self._told.add(who)
        return Over(max(1, math.ceil(window[len(window) - most] + MINUTE - now)), is_first)

    def _forget(self, now: float) -> None:
        """Give back windows in which nothing is left."""
        while (oldest := next(iter(self._windows))) and self._windows[oldest][-1] <= now - MINUTE:
            del self._windows[oldest]
            self._told.discard(oldest)
