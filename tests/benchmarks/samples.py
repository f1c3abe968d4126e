"""Repeated measurements of one thing."""

import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Samples:
    """Values of one figure, in seconds, bytes or per second."""

    values: Sequence[float]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.values)

    @property
    def mean(self) -> float:
        """The average."""
        return statistics.fmean(self.values)

    def best(self, *, more_is_better: bool = False) -> float:
        """The one with the least noise in it."""
        return max(self.values) if more_is_better else min(self.values)


async def each(
    work: Callable[[], Awaitable[object]], times: int, repeats: int, clock: Callable[[], float] = time.thread_time
) -> Samples:
    """Seconds per call of `work` (of this thread's processor time), over `times` calls, `repeats` times over."""
    values = []
    for _ in range(repeats):
        gc.collect()
        started = clock()
        for _ in range(times):
            await work()
        values.append((clock() - started) / times)
    return Samples(values)


async def once(work: Callable[[], Awaitable[object]]) -> float:
    """Seconds on the clock until `work` is through."""
    gc.collect()
    started = time.perf_counter()
    await work()
    return time.perf_counter() - started
