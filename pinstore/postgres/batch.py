"""Batches: what comes while a commit is under way goes together into the next one.

Whoever comes alone goes at once, and the more come the more share a commit.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST = 200
"""Items in a batch."""

RUSH = 0.1
"""Seconds after the last batch within which the next one may wait for more to come."""


class Batch(Generic[Item, Result]):
    """One commit is under way at a time."""

    def __init__(self, commit: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]], gather: float = 0.0) -> None:
        """`commit` tells a result for each item; when a batch fails, its items go one by one.

        `gather`: seconds that a batch waits in a rush, for who comes one by one and not together.
        """
        self._commit = commit
        self._gather = gather
        self._ended = float("-inf")
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def put(self, item: Item) -> Result:
        """What has become of an item, once it is committed."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        mine = (item, future)
        self._waiting.append(mine)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="batches")
        try:
            return await future
        except asyncio.CancelledError:  # who waits no more is not to pile up while the server is away
            with suppress(ValueError):
                self._waiting.remove(mine)
            raise

    async def _run(self) -> None:
        try:
            while self._waiting:
                is_rush = time.monotonic() - self._ended < RUSH and len(self._waiting) < MOST
                await asyncio.sleep(self._gather if is_rush else 0)  # whoever is ready by then comes along
                batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
                if batch:  # who waited may have been cancelled
                    await self._try(batch)
                self._ended = time.monotonic()
        finally:
            self._task = None

    async def _try(self, batch: Sequence[tuple[Item, "asyncio.Future[Result]"]]) -> None:
        try:
            results = await self._commit([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - whoever waits for it is told
            if len(batch) > 1:
                for one in batch:
                    await self._try([one])
            elif not batch[0][1].done():
                batch[0][1].set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():  # who waited for it may have been cancelled
                future.set_result(result)
