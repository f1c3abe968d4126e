"""Twenty-five seeds of talk in chaos; `python -m tests.chaos.roulette` plays more of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.chaos.roulette import play
from tests.chaos.seeds import side_by_side

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
    playing = side_by_side(lambda seed: play(seed, starter, tmp_path), SEEDS[group::GROUPS], AT_ONCE)
    outcomes = [outcome async for outcome in playing]
    assert {outcome.seed: outcome.complaints for outcome in outcomes if outcome.complaints} == {}
    assert sum(outcome.kills for outcome in outcomes) > 0
