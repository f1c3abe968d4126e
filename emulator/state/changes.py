"""Telling whoever waits that something has changed."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

PATIENCE = 90.0
"""Real seconds that a wait lasts unless told otherwise: a guard, as a bot's start takes long on a busy machine."""


class WaitError(TimeoutError):
    """What a test or the page waited for did not happen in time."""


class Changes:
    """A counter of changes that can be waited for; touching it costs nothing while nobody waits."""

    def __init__(self) -> None:
        self.version = 0
        self._waiters: list[asyncio.Future[None]] = []

    def touch(self) -> None:
        """Something changed: wake everybody who waits."""
        self.version += 1
        if self._waiters:
            waiters, self._waiters = self._waiters, []
            for waiter in waiters:
                if not waiter.done():
                    waiter.set_result(None)

    async def wait(self, after: int | None = None) -> int:
        """Return the version as soon as it is higher than `after` (by default: than it is now)."""
        after = self.version if after is None else after
        while self.version <= after:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter
        return self.version

    async def until(self, predicate: Callable[[], T], timeout: float, complaint: str = "") -> T:
        """Return the predicate's first true value; WaitError with `complaint` after `timeout` real seconds."""
        try:
            return await asyncio.wait_for(self._watch(predicate), timeout)
        except TimeoutError:
            raise WaitError(complaint or f"nothing came true within {timeout:g} s: {_source(predicate)}") from None

    async def _watch(self, predicate: Callable[[], T]) -> T:
        while not (value := predicate()):
            await self.wait()
        return value


def _source(predicate: Callable[[], object]) -> str:
    """What was waited for, in the words of the program."""
    try:
        return " ".join(inspect.getsource(predicate).split())
    except (OSError, TypeError):  # typed into a shell, or not written in Python
        return repr(predicate)
