"""Limits: what one person may do in a sliding minute, and when he may go on."""

import math
import time
from collections import OrderedDict
from enum import Enum
from typing import NamedTuple

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

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
    """Windows of all people, by what is counted."""

    def __init__(self, settings: ShopSettings) -> None:
        self._most = {
            Kind.MESSAGES: settings.rate_limit_user_messages,
            Kind.OPERATIONS: settings.rate_limit_user_operations,
            Kind.PAYMENTS: settings.rate_limit_user_payments,
            Kind.API: settings.rate_limit_user_api,
        }
        self._multiplier = settings.rate_limit_premium_multiplier
        self._storage = MemoryStorage()
        self._windows = MovingWindowRateLimiter(self._storage)
        self._used: OrderedDict[str, float] = OrderedDict()
        """When something has come into each of the library's windows last: it would keep empty ones for ever."""
        self._told: dict[tuple[Kind, int], float] = {}
        """Who was told, and when the next one fits."""
        self.hits = 0
        """How often something was too much."""

    def over(self, kind: Kind, person: int, *, is_premium: bool = False) -> Over | None:
        """Count one, or tell that it is too much; what is too much is not counted."""
        most = self._most[kind]
        item = RateLimitItemPerMinute(int(most * self._multiplier) if is_premium else most)
        who = (kind.value, str(person))
        if self._windows.hit(item, *who):
            self._told.pop((kind, person), None)
            self._forget(item.key_for(*who))
            return None
        self.hits += 1
        now, fits = time.time(), self._windows.get_window_stats(item, *who).reset_time
        is_first = (kind, person) not in self._told
        if is_first:
            self._told = {one: at for one, at in self._told.items() if at > now}
            self._told[kind, person] = fits
        return Over(max(1, math.ceil(fits - now)), is_first)

    def _forget(self, key: str) -> None:
        """Note that this window is used, and give back those in which nothing is left."""
        now = time.time()
        self._used[key] = now
        self._used.move_to_end(key)
        while (oldest := next(iter(self._used))) != key and not 0 <= now - self._used[oldest] <= MINUTE:
            self._storage.clear(oldest)
            del self._used[oldest]
