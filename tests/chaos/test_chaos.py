"""Twenty-five seeds of chaos; `python -m tests.chaos` plays more of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinstore.copies.compaction import DOCUMENT_ROWS, plan
from pinstore.copies.document import Part
from tests.chaos.bulk import RUNS
from tests.chaos.run import play
from tests.chaos.script import draw
from tests.chaos.seeds import side_by_side

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.launcher import Launcher

SEEDS = range(1, 26)
GROUPS = 3
"""Tests, so that they run on several cores."""

AT_ONCE = 4
"""Seeds of one test that are played at the same time: other tests run beside them."""


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("group", range(GROUPS))
async def test_every_tap_counts_once_in_chaos(starter: Launcher, tmp_path: Path, group: int) -> None:
    """Killed, stopped, doubled, cut off: each tap that Telegram accepted is counted once, and one process is left."""
    playing = side_by_side(lambda seed: play(seed, starter, tmp_path), SEEDS[group::GROUPS], AT_ONCE)
    outcomes = [outcome async for outcome in playing]
    assert {outcome.seed: outcome.complaints for outcome in outcomes if outcome.complaints} == {}
    assert sum(outcome.taps for outcome in outcomes) > 0


def test_a_seed_is_a_script() -> None:
    """What happens is drawn from the seed alone, so that a run that failed can be played again."""
    assert draw(7) == draw(7)
    assert draw(7) != draw(8)


@pytest.mark.parametrize(("table", "runs"), [("none", 0), ("whole", 0), ("kept", 1), ("merged", 1)])
def test_a_table_stands_before_its_boundary(table: str, runs: int) -> None:
    """Each kind of table that play begins from is cut off by the next row, and this many of its runs stay."""
    parts = [
        Part(table="users", file_id="", message_id=number, rows=rows, bytes=0, sha256="", run=number)
        for number, rows in enumerate(RUNS[table], 1)
    ]
    assert plan(DOCUMENT_ROWS, parts) is None
    cut = plan(DOCUMENT_ROWS + 1, parts)
    assert cut
    assert len(cut.kept) == runs
    assert bool(cut.since) == bool(runs)
