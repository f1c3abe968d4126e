"""Batches: who comes alone goes at once, who comes one by one in a rush shares a commit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pinstore.postgres import batch
from pinstore.postgres.batch import Batch

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

FOREVER = 3600.0


def counting(sizes: list[int], gather: float) -> Batch[int, int]:
    """Batches whose sizes are told."""

    async def commit(items: Sequence[int]) -> Sequence[int]:
        sizes.append(len(items))
        return items

    return Batch(commit, gather)


async def test_who_comes_alone_goes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long others are waited for in a rush."""
    monkeypatch.setattr(batch, "RUSH", 0.0)
    sizes: list[int] = []
    one = counting(sizes, FOREVER)
    assert [await one.put(number) for number in range(3)] == [0, 1, 2]
    assert sizes == [1, 1, 1]


async def test_nobody_is_left_of_a_batch_that_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waited for it has been cancelled: nothing is committed, and the next one is."""
    monkeypatch.setattr(batch, "RUSH", FOREVER)
    sizes: list[int] = []
    one = counting(sizes, 0.05)
    await one.put(0)
    given_up = asyncio.create_task(one.put(1))
    await asyncio.sleep(0)
    given_up.cancel()
    assert await one.put(2) == 2
    given_up = asyncio.create_task(one.put(3))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait([given_up])
    while (tasks := [task for task in asyncio.all_tasks() if task.get_name() == "batches"]) != []:
        await asyncio.wait(tasks)
        assert not any(task.exception() for task in tasks)
    assert sizes == [1, 1]


async def test_who_comes_one_by_one_in_a_rush_shares_a_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of them goes at once, the others wait for each other."""
    monkeypatch.setattr(batch, "RUSH", FOREVER)
    sizes: list[int] = []
    one = counting(sizes, 0.2)
    await one.put(0)
    later = []
    for number in range(1, 6):
        later.append(asyncio.create_task(one.put(number)))
        await asyncio.sleep(0)
    assert await asyncio.gather(*later) == [1, 2, 3, 4, 5]
    assert sizes == [1, 5]
