"""Looks that are shared: nobody is told what was seen before he asked."""

from __future__ import annotations

import asyncio

import pytest

from pinstore.keeping.looks import Looks


class Outside:
    """What is looked at: a look takes as long as it is held, and fails when it is told to."""

    def __init__(self) -> None:
        self.begun = 0
        self.error: Exception | None = None
        self.held = asyncio.Event()

    async def look(self) -> None:
        """One look."""
        self.begun += 1
        await self.held.wait()
        if self.error:
            raise self.error


async def turns() -> None:
    """Let everybody go on as far as he can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_all_who_ask_while_one_is_under_way_share_the_next() -> None:
    """However many they are: one look for who asked first, one for all others."""
    outside = Outside()
    looks = Looks(outside.look)
    first = asyncio.create_task(looks.shared())
    await turns()
    others = [asyncio.create_task(looks.shared()) for _ in range(20)]
    await turns()
    assert outside.begun == 1
    outside.held.set()
    await asyncio.gather(first, *others)
    assert outside.begun == 2
    await looks.shared()
    assert outside.begun == 3


async def test_each_is_told_of_a_failure_and_the_next_look_is_another() -> None:
    """An error is raised for all who shared the look, and for nobody who asks later."""
    outside = Outside()
    looks = Looks(outside.look)
    tasks = [asyncio.create_task(looks.shared()) for _ in range(3)]
    await turns()
    outside.error = TimeoutError("no answer")
    outside.held.set()
    assert [repr(error) for error in await asyncio.gather(*tasks, return_exceptions=True)] == [
        "TimeoutError('no answer')"
    ] * 3
    assert outside.begun == 2
    outside.error = None
    await looks.shared()
    outside.error = ValueError("no claim")
    with pytest.raises(ValueError, match="no claim"):
        await looks.shared()


async def test_a_look_that_is_given_up_tells_nobody_anything() -> None:
    """Whoever waits behind it looks himself."""
    outside = Outside()
    looks = Looks(outside.look)
    first, second = asyncio.create_task(looks.shared()), asyncio.create_task(looks.shared())
    await turns()
    first.cancel()
    outside.held.set()
    await second
    assert first.cancelled()
    assert outside.begun == 2
