"""Twenty-five seeds of talk in chaos; `python -m tests.chaos.roulette` plays more of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.chaos.roulette import Outcome, play

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.launcher import Launcher

SEEDS = range(1, 26)
GROUPS = 5
"""Tests, so that they run on several cores."""

AT_ONCE = 3
"""Seeds of one test that are played at the same time: each has two processes, and other tests run beside them."""


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("group", range(GROUPS))
async def test_every_message_reaches_the_partner_in_chaos(starter: Launcher, tmp_path: Path, group: int) -> None:
    """Killed, stopped, cut off: at least once, in order, to nobody else, and twice only by a kill."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(seed: int) -> Outcome:
        async with places:
            return await play(seed, starter, tmp_path)

    outcomes = await asyncio.gather(*map(one, SEEDS[group::GROUPS]))
    assert {outcome.seed: outcome.complaints for outcome in outcomes if outcome.complaints} == {}
    assert sum(outcome.kills for outcome in outcomes) > 0
