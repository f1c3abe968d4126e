"""What takes too long is given up, and nothing of it is heard later."""

from __future__ import annotations

import asyncio
import gc
from contextlib import suppress
from typing import Any

import pytest

from pinstore.chat.retry import within


async def complains() -> None:
    """Fail when it is cancelled, as a client does whose own time is over at that moment."""
    try:
        await asyncio.sleep(60)
    finally:
        raise ConnectionError("too late")


async def refused() -> None:
    """Fail at once."""
    raise ConnectionError("at once")


async def given_up(*, is_outside: bool) -> None:
    """Nobody keeps the error, and so what it came from."""
    waiting = asyncio.create_task(within(60 if is_outside else 0.01, complains()))
    await asyncio.sleep(0.001)
    if is_outside:
        waiting.cancel()
    with suppress(asyncio.CancelledError, TimeoutError):
        await waiting
        raise AssertionError("it was waited for")


async def test_the_result_comes_back() -> None:
    """A value, or what went wrong."""
    assert await within(5, asyncio.sleep(0, "done")) == "done"
    with pytest.raises(ConnectionError, match="at once"):
        await within(5, refused())


@pytest.mark.parametrize("is_outside", [False, True], ids=["late", "given up"])
async def test_what_fails_while_it_is_given_up_is_not_told(*, is_outside: bool) -> None:
    """The event loop tells of an exception that nobody has asked for."""
    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    await given_up(is_outside=is_outside)
    for _ in range(3):
        await asyncio.sleep(0)
    gc.collect()
    assert told == []
