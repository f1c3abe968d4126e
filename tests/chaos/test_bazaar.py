"""A seed of ads in chaos; `python -m tests.chaos.bazaar` plays more of them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from tests.chaos.bazaar import play

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.launcher import Launcher

SEEDS = (2,)


@pytest.mark.long
@pytest.mark.timeout(600)
async def test_every_ad_is_posted_once_in_chaos(starter: Launcher, tmp_path: Path) -> None:
    """Killed, stopped, cut off: no ad lost, none posted twice, every owner told."""
    outcomes = await asyncio.gather(*(play(seed, starter, tmp_path) for seed in SEEDS))
    assert {outcome.seed: outcome.complaints for outcome in outcomes if outcome.complaints} == {}
    assert sum(outcome.kills for outcome in outcomes) > 0
