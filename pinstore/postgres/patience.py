"""Patience with a server: what may yet succeed is done again, all else is told."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

import asyncpg

from pinstore.postgres.failures import AGAIN, FINAL, MEETINGS, MET, pause, reason, refusal
from pinstore.postgres.silence import Silence

T = TypeVar("T")

Attempt = Callable[[], Coroutine[Any, Any, T]]


class Patience:
    """Of one process."""

    def __init__(
        self,
        silence: Silence,
        on_refused: Callable[[Exception], None],
        on_missing: Callable[[asyncpg.UndefinedTableError], Awaitable[None]],
    ) -> None:
        """`on_refused` hears why the server lets nobody in any more, `on_missing` that a table is gone."""
        self._silence = silence
        self._on_refused = on_refused
        self._on_missing = on_missing

    async def first(self, attempt: Attempt[T]) -> T:
        """As `until`, of what has to succeed before anything else does. Raises RefusedError."""
        return await self._go_on(attempt, is_first=True)

    async def until(self, attempt: Attempt[T]) -> T:
        """What it returns, for as long as it takes. Raises what makes no sense to try again."""
        return await self._go_on(attempt, is_first=False)

    async def _go_on(self, attempt: Attempt[T], *, is_first: bool) -> T:
        attempts = 0
        with self._silence.waiting():
            while True:
                try:
                    result = await attempt()
                except Exception as error:  # noqa: BLE001 - raised again unless it passes
                    attempts += 1
                    await self._bear(error, attempts, is_first=is_first)
                else:
                    self._silence.broken()
                    return result
                await asyncio.sleep(pause(attempts))

    async def _bear(self, error: Exception, attempts: int, *, is_first: bool) -> None:
        """Return if it is to be done again."""
        if isinstance(error, FINAL):
            if is_first:
                raise refusal(error) from None
            self._on_refused(refusal(error))  # what was to be written is not lost: it is not confirmed
        elif isinstance(error, asyncpg.UndefinedTableError):
            await self._on_missing(error)
        elif isinstance(error, AGAIN):
            self._silence.lasts(reason(error))
        elif is_first and isinstance(error, asyncpg.PostgresError):
            raise refusal(error) from None
        elif not isinstance(error, MET) or attempts > MEETINGS:
            raise error
