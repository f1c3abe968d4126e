"""Run everything and print the table: python -m tests.benchmarks [--quick] [--plot docs/figures.svg]."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from tests.benchmarks.answers import measure_answers
from tests.benchmarks.chat import telegram_apart
from tests.benchmarks.data import measure_data
from tests.benchmarks.load import Load, measure_load
from tests.benchmarks.machine import describe
from tests.benchmarks.plot import draw
from tests.benchmarks.report import Report
from tests.benchmarks.saving import measure_saving
from tests.benchmarks.session import bot_at
from tests.benchmarks.stall import measure_stall


@dataclass(frozen=True)
class Plan:
    """How much is measured."""

    sizes: Sequence[int]
    repeats: int
    calls: int
    intervals: int
    taps: int
    loads: Sequence[tuple[Load, int, Load | None]]
    """A load, the players in the table, and the load that the first version can bear there."""


FULL = Plan(
    sizes=(1_000, 100_000, 1_000_000),
    repeats=3,
    calls=2_000,
    intervals=300,
    taps=200,
    loads=(
        (Load(300, 20), 300, None),
        (Load(3_000, 1), 3_000, None),
        (Load(300, 20), 1_000_000, Load(30, 2)),
    ),
)
QUICK = Plan(sizes=(200, 5_000), repeats=2, calls=20, intervals=3, taps=5, loads=((Load(5, 2), 50, Load(5, 1)),))


async def measure(plan: Plan) -> Report:
    """Measure everything, in the order of the table."""
    report = Report()
    for load, players, first in plan.loads:
        await measure_load(report, load, players, plan.repeats, first=first)
    await measure_answers(report, plan.taps, plan.repeats)
    for players in plan.sizes:
        await measure_data(report, players, plan.calls, plan.repeats)
        async with telegram_apart() as url, bot_at(url) as bot:
            await measure_saving(report, bot, players, plan.intervals, plan.repeats)
            await measure_stall(report, bot, players, plan.repeats)
    return report


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, for a look whether it still runs")
    parser.add_argument("--plot", type=Path, help="draw the figures into this file, SVG or PNG")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.ERROR)
    run = asyncio.run if sys.platform == "win32" else import_module("uvloop").run
    report = run(measure(QUICK if options.quick else FULL))
    print(f"\n{describe()}\n\n{report.table()}")
    if options.plot:
        draw(report, options.plot)


if __name__ == "__main__":
    main()
