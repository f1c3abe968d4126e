"""The short form of the benchmarks: whether they still run, not how fast."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.benchmarks.report import Row
from tests.benchmarks.samples import Samples

ROOT = Path(__file__).parent.parent


@pytest.mark.timeout(600)  # a guard against a hang on a busy machine
async def test_the_short_form_prints_the_table_and_draws_the_picture(tmp_path: Path) -> None:
    """Every figure stands in a row with its ratio."""
    picture = tmp_path / "figures.svg"
    with (tmp_path / "output").open("w+", encoding="utf-8") as output:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-X", "utf8", "-m", "tests.benchmarks", "--quick", "--plot", str(picture)),
            cwd=ROOT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        status = await process.wait()
        output.seek(0)
        printed = output.read()
    assert status == 0, printed
    assert "| data part of a tap " in printed
    assert "| restore " in printed
    assert picture.read_text(encoding="utf-8").rstrip().endswith("</svg>")


def test_a_row_says_how_many_times_better_by_the_medians() -> None:
    """Less is better for seconds and bytes, more for what is counted per second."""
    fast, slow = Samples([1e-6, 2e-6, 9e-6]), Samples([0.02, 0.02, 0.02])
    assert Row("tap", 1_000, "s", fast, slow).cells() == (
        *("tap", "1,000", "1.00 µs", "2.00 µs", "20.0 ms", "20.0 ms"),
        "×10,000",
    )
    assert Row("taps", 10, "/s", Samples([300.0]), Samples([100.0])).ratio == pytest.approx(3)


def test_a_row_tells_why_the_first_version_has_no_figure() -> None:
    """What it cannot do is said, not left out."""
    row = Row("restore", 1_000_000, "s", Samples([2.5]), "never")
    assert row.cells() == ("restore", "1,000,000", "2.50 s", "2.50 s", "never", "", "")
