"""Twenty-five seeds of trade in chaos; `python -m tests.chaos.shop` plays more of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.seeds import side_by_side
from tests.chaos.shop import PEOPLE, play

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.launcher import Launcher

SEEDS = range(1, 26)
GROUPS = 5
"""Tests, so that they run on several cores."""
AT_ONCE = 5
"""Seeds of one test that are played side by side, as they mostly wait."""


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("group", range(GROUPS))
async def test_every_star_is_in_its_place_in_chaos(starter: Launcher, tmp_path: Path, group: int) -> None:
    """Killed, doubled, cut off: what was paid is in a wallet, a good, or paid back, to the Star."""
    playing = side_by_side(lambda seed: play(seed, starter, tmp_path), SEEDS[group::GROUPS], AT_ONCE)
    outcomes = [outcome async for outcome in playing]
    assert {outcome.seed: outcome.complaints for outcome in outcomes if outcome.complaints} == {}
    assert all(outcome.payments >= PEOPLE for outcome in outcomes)
