"""Meters: numbers of what people do with the shop, kept whether anybody reads them or not."""

import time
from bisect import bisect_left
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware
from aiogram.types import TelegramObject, Update

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; the last bucket has no bound."""

ACTIVE = 900.0
"""Seconds after which somebody no longer counts as here."""


class Meters:
    """The numbers."""

    def __init__(self) -> None:
        self.taken = 0
        """Messages, presses and pre-checkouts that were handled."""
        self.payments = 0
        """Top-ups credited and orders paid, from the balance too."""
        self.faults = 0
        """Faults of ours that somebody met."""
        self.buckets = [0] * (len(BOUNDS) + 1)
        """Updates by how long they took, not cumulated."""
        self.seconds = 0.0
        """What all of them took together."""
        self._seen: dict[int, float] = {}

    def saw(self, person: int) -> None:
        """Somebody is here."""
        self._seen.pop(person, None)  # so that whoever was here last stands last
        self._seen[person] = time.monotonic()

    def took(self, seconds: float) -> None:
        """An update was handled."""
        self.taken += 1
        self.seconds += seconds
        self.buckets[bisect_left(BOUNDS, seconds)] += 1

    @property
    def active(self) -> int:
        """How many people were here in the last quarter of an hour; the others are forgotten."""
        since = time.monotonic() - ACTIVE
        while self._seen and (first := next(iter(self._seen))) and self._seen[first] < since:
            del self._seen[first]
        return len(self._seen)


class Metered(BaseMiddleware):
    """Around every update: measures from its arrival to the end of its handling, whoever handles it."""

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        shop, meters = data["shop"], data["shop"].meters
        assert isinstance(event, Update)  # noqa: S101 - as its App says
        message, user = event.message, data.get("event_from_user")
        if not (message or event.callback_query or event.pre_checkout_query) or (user and user.is_bot):
            return await handler(event, data)  # a bot pins messages
        if user:
            meters.saw(user.id)
        if message:
            shop.dated(int(message.date.timestamp()))
        arrived = shop.store.status.polled_at  # an update comes with the poll that was answered last
        try:
            return await handler(event, data)
        finally:
            meters.took(time.monotonic() - arrived)
            shop.opened()
