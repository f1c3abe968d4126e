"""Measure, print the table, draw the figures: python -m tests.benchmarks [--quick | --largest] [--plot FILE]."""

import argparse
import asyncio
import gc
import logging
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from tests.benchmarks.machine import describe
from tests.benchmarks.plan import FULL, LARGEST, QUICK, TOPICS, Step
from tests.benchmarks.report import Report
from tests.benchmarks.results import Results
from tests.postgres.server import describe_postgres


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is wanted and not there yet, print it all, draw it."""
    options = read_arguments(arguments)
    logging.basicConfig(level=logging.ERROR)
    results = Results(options.keep)
    steps = [step for step in wanted(options) if step.name not in results.steps]
    for number, step in enumerate(steps, 1):
        print(f"{number}/{len(steps)} {step.name}", flush=True)
        measure(step, results)
    report = Report([row for rows in results.steps.values() for row in rows])
    print(f"\n{describe()}\n{describe_postgres()}\n\n{report.table()}")
    if options.plot:
        import_module("tests.benchmarks.plot").draw(report, options.plot)  # a second for matplotlib, if it is wanted


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, for a look whether it still runs")
    parser.add_argument("--largest", action="store_true", help=f"{LARGEST:,} players as well")
    parser.add_argument("--only", help=f"some of {','.join(TOPICS)}")
    parser.add_argument("--sizes", help="only with these numbers of players, for example 1000,1000000")
    parser.add_argument("--keep", type=Path, help="keep the figures in this file; a step that is in it is through")
    parser.add_argument("--plot", type=Path, help="draw the figures into this file, an SVG")
    options = parser.parse_args(arguments)
    unknown = set((options.only or TOPICS[0]).split(",")) - set(TOPICS)
    if unknown:
        parser.error(f"no such topic: {', '.join(unknown)}")
    return options


def wanted(options: argparse.Namespace) -> list[Step]:
    """The steps of the plan that the options leave."""
    plan = QUICK if options.quick else FULL
    if options.largest:
        plan = replace(plan, sizes=(*plan.sizes, LARGEST), few_sizes=(*plan.few_sizes, LARGEST))
    topics = options.only.split(",") if options.only else TOPICS
    sizes = [int(size) for size in options.sizes.split(",")] if options.sizes else None
    return [step for step in plan.steps() if step.topic in topics and (sizes is None or step.players in sizes)]


def measure(step: Step, results: Results) -> None:
    """Take one step, in an event loop of its own, and keep its rows."""
    gc.collect()
    gc.freeze()  # what earlier steps have left is not looked through again before each measurement of this one
    started, report = time.perf_counter(), Report()
    run = asyncio.run if sys.platform == "win32" else import_module("uvloop").run
    run(step.measure(report))
    results.keep(step.name, report.rows)
    print(f"  ({time.perf_counter() - started:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
