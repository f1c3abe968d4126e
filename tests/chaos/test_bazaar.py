"""Six seeds of ads in chaos, with reposts and without; `python -m tests.chaos.bazaar` plays more of them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.chaos.bazaar import play
from tests.chaos.hasty import hasty
from tests.chaos.seeds import side_by_side

if TYPE_CHECKING:
    from pathlib import Path

SEEDS = range(1, 7)
AT_ONCE = 6
"""Seeds that are played side by side, as they mostly wait."""


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform == "win32", reason="at the pace of real chats fifty ads take minutes")
async def test_every_ad_is_posted_once_in_chaos(tmp_path: Path) -> None:
    """Killed, stopped, cut off: no ad lost, none posted twice, every owner told."""
    starter = hasty()
    try:
        playing = side_by_side(lambda seed: play(seed, starter, tmp_path), SEEDS, AT_ONCE)
        outcomes = [outcome async for outcome in playing]
    finally:
        starter.close()
    assert {outcome.seed: outcome.complaints for outcome in outcomes if outcome.complaints} == {}
    assert sum(outcome.kills + outcome.stops for outcome in outcomes) > 0
