"""25 seeds of ads in chaos, with reposts and without; `python -m tests.chaos.bazaar` plays more and longer ones.

Here ten people give an ad each in a shorter time, in which as much befalls the bot: what costs is ads, not kills.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.chaos.bazaar import play
from tests.chaos.hasty import hasty
from tests.chaos.seeds import side_by_side

if TYPE_CHECKING:
    from pathlib import Path

SEEDS = range(1, 26)
SELLERS, SECONDS = 10, 8.0
AT_ONCE = 6
"""Seeds that are played side by side, as they mostly wait."""


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.skipif(sys.platform == "win32", reason="at the pace of real chats ads take minutes")
async def test_every_ad_is_posted_once_in_chaos(tmp_path: Path) -> None:
    """Killed, stopped, cut off: no ad lost, none posted twice, every owner told."""
    starter = hasty()
    try:
        playing = side_by_side(lambda seed: play(seed, starter, tmp_path, SELLERS, SECONDS), SEEDS, AT_ONCE)
        outcomes = [outcome async for outcome in playing]
    finally:
        starter.close()
    assert {outcome.seed: outcome.complaints for outcome in outcomes if outcome.complaints} == {}
    assert sum(outcome.kills + outcome.stops for outcome in outcomes) > 0
