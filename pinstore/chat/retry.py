"""Which failures of a call to Telegram pass, and how long to wait before it is tried again."""

import asyncio
import logging
import random
import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiogram.exceptions import (
    ClientDecodeError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt, stop_any, stop_never
from tenacity.stop import stop_base

log = logging.getLogger(__name__)
T = TypeVar("T")

AMBIGUOUS = (
    TelegramNetworkError,  # time-out, refused, reset: the call may have taken effect
    TelegramServerError,  # 5xx
    ClientDecodeError,  # 500 and 502 with an HTML body: aiogram decodes JSON before it looks at the status
    asyncio.TimeoutError,
)
TRANSIENT = (*AMBIGUOUS, TelegramRetryAfter)
"""Failures that say nothing about the call itself."""

_TOKEN = re.compile(r"(?<=[/\\])(bot)?\d+(:|%3A|~)[^/\\\s'\"]+", re.IGNORECASE)
"""A token in an address or path: a server in local mode has a folder of this name, on Windows with ~ for the colon."""

LONGEST_PAUSE = 15
"""Seconds; only what a 429 asks for may be longer."""

LONG = 30
"""Seconds; whoever has few attempts hears of a 429 that asks for more, so that he can tell others why he waits."""


def delay(attempt: int, error: BaseException | None) -> float:
    """Seconds before attempt `attempt` + 1: what a 429 asks for, and exponential backoff with jitter."""
    backoff = random.uniform(0.5, 1) * min(LONGEST_PAUSE, 2.0 ** min(attempt, 10) / 4)  # noqa: S311 - jitter is no secret
    return float(error.retry_after) + backoff if isinstance(error, TelegramRetryAfter) else backoff


def is_long(error: BaseException | None) -> bool:
    """Whether this is a 429 that asks for a long wait."""
    return isinstance(error, TelegramRetryAfter) and error.retry_after > LONG


def reason(error: BaseException | None) -> str:
    """An error on one line, for the log and the admin; without the token, which a file's address or path carries."""
    line = (str(error).splitlines() or [type(error).__name__])[0]
    return _TOKEN.sub(r"\1<BOT_TOKEN>", line.removeprefix("Telegram server says - "))


def _pause(state: RetryCallState) -> float:
    return delay(state.attempt_number, state.outcome.exception() if state.outcome else None)


class _ToldToWait(stop_base):
    def __call__(self, retry_state: RetryCallState) -> bool:
        return is_long(retry_state.outcome.exception() if retry_state.outcome else None)


async def patiently(call: Callable[[], Awaitable[T]], attempts: int | None = None, *, what: str = "") -> T:
    """Repeat `call` while it fails in a way that passes; raises the last error after `attempts` (None: for ever).

    With a number of attempts a 429 that asks for a long wait is raised at once.

    With `what`, the log tells of each failure.
    """

    def tell(state: RetryCallState) -> None:
        if what and state.outcome:
            # The same words each time, so that the log can leave repetitions out.
            log.warning("%s failed and is repeated: %s", what, reason(state.outcome.exception()))

    stop = stop_never if attempts is None else stop_any(stop_after_attempt(attempts), _ToldToWait())
    retrying = AsyncRetrying(
        retry=retry_if_exception_type(TRANSIENT), wait=_pause, stop=stop, before_sleep=tell, reraise=True
    )
    async for attempt in retrying:
        with attempt:
            return await call()
    raise AssertionError("tenacity ends with a result or an error")


async def within(seconds: float | None, work: Awaitable[T]) -> T:
    """Await `work`, for at most `seconds`; raises asyncio.TimeoutError.

    Not asyncio.wait_for: before Python 3.12 that swallows a cancellation that comes together with the result, and the
    end of the polls with it (python/cpython issue 86296).
    """
    working = asyncio.ensure_future(work)
    try:
        await asyncio.wait([working], timeout=seconds)
        if working.done():
            return working.result()
        raise TimeoutError
    except BaseException:
        working.cancel()
        working.add_done_callback(_hear)  # nobody waits for what it still has to say
        raise


def _hear(done: asyncio.Future[T]) -> None:
    if not done.cancelled():
        done.exception()
