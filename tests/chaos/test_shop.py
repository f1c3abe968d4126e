"""Three seeds of trade in chaos; `python -m tests.chaos.shop` plays more of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.chaos.shop import play

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.launcher import Launcher

SEEDS = range(1, 4)


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_every_star_is_in_its_place_in_chaos(starter: Launcher, tmp_path: Path) -> None:
    """Killed, doubled, cut off: what was paid is in a wallet, a good, or paid back, to the Star."""
    outcomes = await asyncio.gather(*(play(seed, starter, tmp_path) for seed in SEEDS))
    assert {outcome.seed: outcome.complaints for outcome in outcomes if outcome.complaints} == {}
    assert sum(outcome.stars for outcome in outcomes) > 0
