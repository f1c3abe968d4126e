"""The gate of the channel: whose turn it is, and at what pace."""

from __future__ import annotations

import asyncio

from bots.bazaar import gate as gates
from bots.bazaar.gate import Gate
from tests.stories.lateness import lateness


async def test_new_ads_go_first() -> None:
    """By rank, whoever came first; one at a time."""
    gate, order = Gate(), list[tuple[int, int]]()

    async def go(rank: tuple[int, int]) -> None:
        async with gate.turn(rank, 0):
            order.append(rank)
            await asyncio.sleep(0)

    gate.shut(0.2)
    ranks = [(2, 5), (1, 9), (0, 3), (0, 2)]
    await asyncio.gather(*map(go, ranks))
    assert order == sorted(ranks)
    assert gate.is_empty


async def test_a_place_is_kept() -> None:
    """For whoever comes later; who excuses himself holds nobody up."""
    gate, order = Gate(), list[int]()

    async def go(number: int) -> None:
        async with gate.turn((0, number), 0):
            order.append(number)

    gate.expect((0, 1))
    gate.expect((0, 2))
    last = asyncio.create_task(go(3))
    await asyncio.sleep(0.05)
    gate.excuse((0, 2))
    await asyncio.sleep(0.05)
    assert order == []
    await go(1)
    await last
    assert order == [1, 3]
    assert gate.is_empty


async def test_its_pace() -> None:
    """A burst of three, then one a second; an album is paid for afterwards."""
    loop, gate, times = asyncio.get_running_loop(), Gate(), list[float]()
    started = loop.time()
    async with lateness() as late:
        for number, weight in enumerate((1, 1, 1, 1, 2)):
            async with gate.turn((0, number), weight):
                times.append(loop.time() - started)
    assert times[2] < 0.5 + late.total
    assert times[3] >= 1
    assert times[4] >= 1 + 2 * gates.PERIOD
    assert times[4] < 5 + late.total


async def test_twenty_a_minute() -> None:
    """Whatever the burst allows."""
    gate = Gate()
    for number in range(2):
        gate._level = 10.0  # noqa: SLF001 - as if a long time had gone by
        async with gate.turn((0, number), 10):
            pass
    gate._level = 3.0  # noqa: SLF001 - as above
    waiting = asyncio.create_task(_go(gate))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    gate._sent.clear()  # noqa: SLF001 - as if the minute had gone by
    gate.open()
    await asyncio.wait_for(waiting, 5)


async def _go(gate: Gate) -> None:
    async with gate.turn((0, 5), 1):
        pass
