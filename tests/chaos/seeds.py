"""Seeds: the command line that every chaos run has, and what it prints of them."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from tests.stories.launcher import Launcher, launcher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence

T = TypeVar("T")


class Played(Protocol):
    """What came of a seed; it also has the numbers that are printed, by their names."""

    seed: int
    complaints: list[str]
    log: list[str]
    seconds: float


class Play(Protocol):
    """Plays a seed; files go to the folder."""

    async def __call__(self, seed: int, starter: Launcher, folder: Path, /) -> Played:
        """Play it to its end."""


async def side_by_side(play: Callable[[int], Awaitable[T]], seeds: Iterable[int], most: int) -> AsyncIterator[T]:
    """What came of each seed, as it ends; `most` are played at a time."""
    places = asyncio.Semaphore(most)

    async def one(seed: int) -> T:
        async with places:
            return await play(seed)

    for playing in asyncio.as_completed([one(seed) for seed in seeds]):
        yield await playing


class Seeds:
    """A kind of chaos: `name` is its module, `about` its docstring, `columns` the numbers that are printed."""

    def __init__(
        self,
        name: str,
        about: str | None,
        play: Play,
        columns: Sequence[str],
        starter: Callable[[], Launcher] = launcher,
    ) -> None:
        self._name = name
        self._about = about
        self._play = play
        self._columns = columns
        self._starter = starter

    def main(self, jobs: int = 4) -> int:
        """Read the command line and play; returns the exit status: 1 if any seed failed."""
        parser = argparse.ArgumentParser(prog=f"python -m {self._name}", description=self._about)
        parser.add_argument("--seeds", type=int, default=25, help="how many seeds (default 25)")
        parser.add_argument("--first", type=int, default=1, help="the first of them (default 1)")
        parser.add_argument("--jobs", type=int, default=jobs, help=f"how many at a time (default {jobs})")
        parser.add_argument("--logs", type=Path, help="a folder for what the processes of each failed seed said")
        parser.add_argument("--seed", type=int, help="replay this one and print what its processes said")
        options = parser.parse_args()
        if options.seed is not None:
            return asyncio.run(self._all([options.seed], 1, None, with_log=True))
        if options.logs:
            options.logs.mkdir(parents=True, exist_ok=True)
        seeds = range(options.first, options.first + options.seeds)
        return asyncio.run(self._all(seeds, options.jobs, options.logs, with_log=False))

    async def _all(self, seeds: Sequence[int], jobs: int, logs: Path | None, *, with_log: bool) -> int:
        starter, started = self._starter(), time.monotonic()
        sums, failed = dict.fromkeys(self._columns, 0), 0

        with tempfile.TemporaryDirectory() as folder:
            try:
                async for outcome in side_by_side(lambda seed: self._play(seed, starter, Path(folder)), seeds, jobs):
                    has_failed = self._tell(outcome, with_log=with_log)
                    failed += has_failed
                    if has_failed and logs:
                        (logs / f"{outcome.seed}.log").write_text("\n".join(outcome.log), encoding="utf-8")
                    sums = {name: value + getattr(outcome, name) for name, value in sums.items()}
            finally:
                starter.close()
        figures = ", ".join(f"{name} {value}" for name, value in sums.items())
        print(f"seeds {len(seeds)}, failed {failed}: {figures}; {time.monotonic() - started:.0f} s")
        return 1 if failed else 0

    def _tell(self, outcome: Played, *, with_log: bool) -> bool:
        """Print an outcome; returns whether the run failed."""
        if with_log:
            print("\n".join(outcome.log))
        figures = ", ".join(f"{name} {getattr(outcome, name)}" for name in self._columns)
        print(f"seed {outcome.seed}: {figures}, {outcome.seconds:.0f} s", flush=True)
        if outcome.complaints:
            print("  FAILED: " + "\n  ".join(outcome.complaints))
            print(f"  replay: python -m {self._name} --seed {outcome.seed}", flush=True)
        return bool(outcome.complaints)
