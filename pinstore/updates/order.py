"""The order of what one person does: what waits at a start comes at once, and aiogram begins all of it at once."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from aiogram import Dispatcher
from aiogram.fsm.storage.base import BaseEventIsolation, StorageKey
from aiogram.fsm.storage.memory import DisabledEventIsolation

from pinstore.updates.window import Window


class InOrder(BaseEventIsolation):
    """Handles what one person did in one chat in that order, one after the other, until the polls have caught up.

    Telegram brings again what a killed process had not stored, and a dialogue makes no sense in any other order.
    Afterwards updates are handled as aiogram does it, so that a handler may wait for the same person's next one.
    """

    def __init__(self, window: Window) -> None:
        self._window = window
        self._locks: WeakValueDictionary[StorageKey, asyncio.Lock] = WeakValueDictionary()
        """Those that somebody holds or waits for."""

    @asynccontextmanager
    async def lock(self, key: StorageKey) -> AsyncGenerator[None, None]:
        """Wait for one's turn."""
        if self._window.has_caught_up and key not in self._locks:
            yield
            return
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            yield

    async def close(self) -> None:
        """Nothing is kept here."""


def keep_order(dispatcher: Dispatcher, window: Window) -> None:
    """Give a dispatcher this order, unless it has one of its own."""
    if isinstance(dispatcher.fsm.events_isolation, DisabledEventIsolation):
        dispatcher.fsm.events_isolation = InOrder(window)
