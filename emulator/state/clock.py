"""The time everything in the local Telegram runs on: real time plus an offset that may be moved."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def settle(future: asyncio.Future[None]) -> None:
    """End the wait for this future; harmless if it has ended."""
    if not future.done():
        future.set_result(None)


class Timer:
    """One call that is due at a moment of the clock; `cancel` forgets it."""

    __slots__ = ("_callback", "_clock", "_handle", "_loop", "deadline")

    def __init__(self, clock: Clock, deadline: float, callback: Callable[[], None]) -> None:
        self._clock = clock
        self._callback = callback
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.Handle | None = None
        self.deadline = deadline

    def arm(self) -> None:
        """Look at the clock again and set the event loop's alarm accordingly."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
        left = self.deadline - self._clock.now()
        if left <= 0:
            self._handle = self._loop.call_soon(self._fire)
        elif self._clock.ticking:
            self._handle = self._loop.call_later(left, self._fire)

    def cancel(self) -> None:
        """Never call; harmless after the call."""
        self._clock.timers.discard(self)
        if self._handle is not None:
            self._handle.cancel()

    def _fire(self) -> None:
        self._clock.timers.discard(self)
        self._callback()


class Clock:
    """Unix time in seconds. It runs by itself unless `ticking` is False; `advance` moves it and wakes who waits."""

    def __init__(self, start: float | None = None, *, ticking: bool = True) -> None:
        self.ticking = ticking
        self.timers: set[Timer] = set()
        self._offset = time.time() if start is None else start
        if ticking:
            self._offset -= time.monotonic()

    def now(self) -> float:
        """Unix time in seconds, with a fraction."""
        return time.monotonic() + self._offset if self.ticking else self._offset

    def advance(self, seconds: float) -> None:
        """Move the time forward; whatever became due happens in the next round of the event loop."""
        self._offset += seconds
        for timer in sorted(self.timers, key=lambda timer: timer.deadline):
            timer.arm()

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Call `callback` once when `delay` seconds of this clock have passed."""
        timer = Timer(self, self.now() + delay, callback)
        self.timers.add(timer)
        timer.arm()
        return timer

    def alarm(self, delay: float) -> asyncio.Future[None]:
        """A future that is done when `delay` seconds of this clock have passed; it counts from now."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        timer = self.call_later(delay, lambda: settle(done))
        done.add_done_callback(lambda _: timer.cancel())
        return done

    async def sleep(self, delay: float) -> None:
        """Wait `delay` seconds of this clock; 0 or less returns at once."""
        if delay > 0:
            await self.alarm(delay)
