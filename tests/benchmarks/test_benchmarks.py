"""The short form of the benchmarks: whether they still run, not how fast."""

import asyncio
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from tests.benchmarks.__main__ import read_arguments, wanted
from tests.benchmarks.plan import TOPICS
from tests.benchmarks.report import FIRST, POSTGRES, Report, Row
from tests.benchmarks.results import Results
from tests.benchmarks.samples import Samples

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]


@pytest.fixture
def plot() -> ModuleType:
    """What draws, by matplotlib: the other workers would wait a second for it, too."""
    return import_module("tests.benchmarks.plot")


@pytest.mark.timeout(600)  # a guard against a hang on a busy machine
async def test_the_short_form_prints_the_table_and_draws_the_picture(tmp_path: Path, plot: ModuleType) -> None:
    """Every topic leaves rows in the table and in the file, and what the file holds is not measured again."""
    kept, picture = tmp_path / "kept", tmp_path / "figures.svg"
    status, printed = await run_benchmarks(tmp_path / "output", "--quick", f"--keep={kept}", f"--plot={picture}")
    assert status == 0, printed
    steps = Results(kept).steps
    assert {name.split()[0].rstrip(",") for name in steps} == set(TOPICS)
    assert all(f"| {row.what} " in printed for rows in steps.values() for row in rows)
    drawn = picture.read_bytes()
    assert drawn.rstrip().endswith(b"</svg>")
    report = Report([row for rows in steps.values() for row in rows])
    assert {panel.what for panel in plot.PANELS} <= {row.what for row in report.rows}
    plot.draw(report, picture)
    assert picture.read_bytes() == drawn


async def run_benchmarks(output: Path, *arguments: str) -> tuple[int, str]:
    """Run them as a person would; returns the exit status and what they print."""
    with output.open("w+", encoding="utf-8") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-X", "utf8", "-m", "tests.benchmarks", *arguments),
            cwd=ROOT,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
        status = await process.wait()
        file.seek(0)
        return status, file.read()


def test_a_figure_too_small_for_the_clock_is_not_drawn(tmp_path: Path, plot: ModuleType) -> None:
    """Windows' clock of processor time moves in steps of a sixtieth of a second, and a logarithm has no zero."""
    rows = [Row(plot.PANELS[0].what, players, "s", Samples([seconds])) for players, seconds in ((10, 1e-5), (100, 0.0))]
    plot.draw(Report(rows), tmp_path / "all.svg")
    plot.draw(Report(rows[1:]), tmp_path / "none.svg")
    assert "10.0 µs" in (tmp_path / "all.svg").read_text(encoding="utf-8")
    assert "µs" not in (tmp_path / "none.svg").read_text(encoding="utf-8")


def test_what_is_measured_can_be_chosen() -> None:
    """A topic and a number of players leave the steps that are about both."""
    options = read_arguments(["--largest", "--only", "tap,memory", "--sizes", "1000,10000000"])
    names = ["tap, 1,000 players", "tap, 10,000,000 players", "memory, 1,000 players", "memory, 10,000,000 players"]
    assert [step.name for step in wanted(options)] == names


def test_steps_have_names_of_their_own() -> None:
    """A name stands for one step in the file of figures, so no two are alike."""
    names = [step.name for step in wanted(read_arguments(["--largest"]))]
    assert len(set(names)) == len(names)


def test_an_unknown_topic_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A slip does not lead to an empty table."""
    with pytest.raises(SystemExit):
        read_arguments(["--only", "taps"])
    assert "no such topic: taps" in capsys.readouterr().err


def test_a_row_says_how_many_times_better_by_the_medians() -> None:
    """Less is better for seconds and bytes, more for what is counted per second."""
    fast, slow = Samples([1e-6, 2e-6, 9e-6]), Samples([0.02, 0.02, 0.02])
    assert Row("tap", 1_000, "s", fast, {FIRST: slow, POSTGRES: Samples([3e-6])}).lines() == [
        ("tap", "1,000", "1.00 µs", "2.00 µs", FIRST, "20.0 ms", "×10,000"),
        ("", "", "", "", POSTGRES, "3.00 µs", "×1.5"),
    ]
    assert Row("taps", 10, "/s", Samples([300.0]), {FIRST: Samples([100.0])}).ratio(FIRST) == pytest.approx(3)


def test_a_row_tells_why_another_has_no_figure() -> None:
    """What it cannot do is said, not left out."""
    row = Row("restore", 1_000_000, "s", Samples([2.5]), {FIRST: "never"})
    assert row.lines() == [("restore", "1,000,000", "2.50 s", "2.50 s", FIRST, "never", "")]
