"""Looks that are shared: nobody is told what was seen before he asked."""

from __future__ import annotations

import asyncio

import pytest

from pinstore.keeping import looks as looks_module
from pinstore.keeping.looks import Looks


class Outside:
    """What is looked at: a look takes as long as it is held, and fails when it is told to."""

    def __init__(self) -> None:
        self.begun = 0
        self.error: Exception | None = None
        self.held, self.begins = asyncio.Event(), asyncio.Event()

    async def look(self) -> None:
        """One look."""
        self.begun += 1
        self.begins.set()
        await self.held.wait()
        if self.error:
            raise self.error


async def test_all_who_ask_while_one_is_under_way_share_the_next() -> None:
    """However many they are: one look for who asked first, one for all others."""
    outside = Outside()
    looks = Looks(outside.look)
    first = asyncio.create_task(looks.shared())
    await outside.begins.wait()
    others = [asyncio.create_task(looks.shared()) for _ in range(20)]
    await asyncio.sleep(0)
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
    tasks = [asyncio.create_task(looks.shared())]
    await outside.begins.wait()
    tasks += [asyncio.create_task(looks.shared()) for _ in range(2)]
    await asyncio.sleep(0)
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
    first = asyncio.create_task(looks.shared())
    await outside.begins.wait()
    second = asyncio.create_task(looks.shared())
    await asyncio.sleep(0)
    first.cancel()
    outside.held.set()
    await second
    assert first.cancelled()
    assert outside.begun == 2


async def test_those_who_ask_in_the_same_moment_share_one_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lanes that have waited for the same save come one after the other, a turn of the loop apart."""
    monkeypatch.setattr(looks_module, "GATHERING", 0.5)  # a moment on whatever machine
    outside = Outside()
    outside.held.set()
    looks = Looks(outside.look)

    async def ask(turns: int) -> None:
        for _ in range(turns):
            await asyncio.sleep(0)
        await looks.shared()

    await asyncio.gather(*map(ask, range(5)))
    assert outside.begun == 1
