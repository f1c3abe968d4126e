"""The clock that everything runs on."""

from __future__ import annotations

import asyncio
import time
from functools import partial

import pytest

from emulator.state.clock import Clock


def test_real_time_is_the_default() -> None:
    """Plus whatever was advanced."""
    before = time.time()
    clock = Clock()
    assert clock.now() == pytest.approx(before, abs=60)
    clock.advance(1000)
    assert clock.now() == pytest.approx(before + 1000, abs=60)


def test_a_start_can_be_given() -> None:
    """With the time standing still."""
    clock = Clock(5.0, ticking=False)
    clock.advance(2.5)
    assert clock.now() == 7.5


async def test_a_ticking_clock_wakes_by_itself() -> None:
    """And at once for 0 or less."""
    clock = Clock()
    await clock.sleep(0)
    await clock.sleep(0.001)
    assert clock.timers == set()


async def test_advancing_wakes_in_order() -> None:
    """Those who are due, and only those."""
    clock = Clock(0.0, ticking=False)
    called: list[int] = []
    for delay in (3, 1, 2, 9):
        clock.call_later(delay, partial(called.append, delay))
    clock.advance(2)
    clock.advance(1)
    await asyncio.sleep(0)
    assert called == [1, 2, 3]


async def test_a_ticking_clock_can_be_advanced_as_well() -> None:
    """A long sleep ends."""
    clock = Clock()
    sleep = asyncio.create_task(clock.sleep(10_000))
    await asyncio.sleep(0)
    clock.advance(1)
    clock.advance(10_000)
    await sleep


async def test_a_cancelled_timer_never_calls() -> None:
    """Nor does a cancelled sleep leave anything."""
    clock = Clock(0.0, ticking=False)
    clock.call_later(1, lambda: pytest.fail("called")).cancel()
    sleep = asyncio.create_task(clock.sleep(1))
    await asyncio.sleep(0)
    sleep.cancel()
    await asyncio.wait({sleep})
    clock.advance(5)
    await asyncio.sleep(0)
    assert clock.timers == set()
