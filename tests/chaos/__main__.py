"""`python -m tests.chaos --seeds N [--first S] [--jobs J]` plays N seeds; `--seed S` replays one and shows its log."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chaos.run import Outcome, play
from tests.stories.launcher import launcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

COLUMNS = ("kills", "stops", "overlaps", "faults", "cuts", "taps", "lost", "doubled")


async def play_all(seeds: Iterable[int], jobs: int) -> AsyncIterator[Outcome]:
    """The outcomes of all seeds as they come, `jobs` of them at a time."""
    places, starter = asyncio.Semaphore(jobs), launcher()

    async def one(seed: int, folder: Path) -> Outcome:
        async with places:
            return await play(seed, starter, folder)

    with tempfile.TemporaryDirectory() as folder:
        try:
            for outcome in asyncio.as_completed([one(seed, Path(folder)) for seed in seeds]):
                yield await outcome
        finally:
            starter.close()


async def chaos(seeds: list[int], jobs: int, *, with_log: bool) -> int:
    """Play, print, and return the exit status: 1 if any seed failed."""
    sums, failed, done, started = dict.fromkeys(COLUMNS, 0), 0, 0, time.monotonic()
    async for outcome in play_all(seeds, jobs):
        done += 1
        for name in COLUMNS:
            sums[name] += getattr(outcome, name)
        if with_log:
            print("\n".join(outcome.log))
        figures = ", ".join(f"{name} {getattr(outcome, name)}" for name in COLUMNS)
        print(f"seed {outcome.seed}: {figures}, {outcome.seconds:.0f} s", flush=True)
        if outcome.complaints:
            failed += 1
            print("  FAILED: " + "\n  ".join(outcome.complaints))
            print(f"  replay: python -m tests.chaos --seed {outcome.seed}", flush=True)
    figures = ", ".join(f"{name} {value}" for name, value in sums.items())
    print(f"seeds {done}, failed {failed}: {figures}; {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


def main() -> int:
    """Read the command line and play."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=sys.modules[__name__].__doc__)
    parser.add_argument("--seeds", type=int, default=25, help="how many seeds (default 25)")
    parser.add_argument("--first", type=int, default=1, help="the first of them (default 1)")
    parser.add_argument("--jobs", type=int, default=8, help="how many at a time (default 8)")
    parser.add_argument("--seed", type=int, help="replay this one and print what its processes said")
    options = parser.parse_args()
    if options.seed is not None:
        return asyncio.run(chaos([options.seed], 1, with_log=True))
    return asyncio.run(chaos(list(range(options.first, options.first + options.seeds)), options.jobs, with_log=False))


if __name__ == "__main__":
    sys.exit(main())
