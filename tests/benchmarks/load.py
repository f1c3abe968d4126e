"""Taps through the local Telegram, which runs here, to a bot in a process of its own whose processor time is read."""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import islice

from bots.clicker import texts
from emulator.http.server import serve
from emulator.page.process import Process
from emulator.state.people import Person
from tests.benchmarks.chat import new_telegram
from tests.benchmarks.crowd import crowd
from tests.benchmarks.proc import cpu_seconds
from tests.benchmarks.programs import Program, first, libraries, ours, running
from tests.benchmarks.report import FIRST, Report
from tests.benchmarks.samples import Samples
from tests.benchmarks.tls import encrypted, trusting

LOOK = 0.05
REST = 1.2
"""Seconds between two repeats: a chat may have a message a second, and whoever has just had one would wait."""
PATIENCE = 600.0
"""Seconds after which a load counts as failed."""


@dataclass(frozen=True)
class Load:
    """So many people tap so many times each; all taps wait in the queue at once."""

    people: int
    taps: int

    def __str__(self) -> str:
        return f"{self.people:,} x {self.taps} taps"


@dataclass(frozen=True)
class Strain:
    """What one load cost: seconds until the last answer, and the bot's processor seconds, all for so many taps."""

    taps: int
    seconds: float
    cpu: float


@dataclass(frozen=True)
class Strains:
    """Repeats of one load."""

    repeats: list[Strain]

    @property
    def cpu_per_tap(self) -> Samples:
        """Processor seconds per tap."""
        return Samples([strain.cpu / strain.taps for strain in self.repeats])

    @property
    def per_cpu_second(self) -> Samples:
        """Taps per processor second; fewer than a tick of it count as one."""
        return Samples([strain.taps / max(strain.cpu, 0.01) for strain in self.repeats])

    @property
    def per_second(self) -> Samples:
        """Taps per second on the clock."""
        return Samples([strain.taps / strain.seconds for strain in self.repeats])


async def measure_load(
    report: Report,
    load: Load,
    players: int,
    *,
    lighter: Load | None,
    beside: bool,
    repeats: int,
    durabilities: tuple[str, ...],
) -> None:
    """Add the rows for a table of so many players.

    `lighter`: a load that the first version can bear there; `beside`: measure bots on other libraries, too.
    """
    theirs = await strained(lighter or load, first(players), repeats)
    others: dict[str, Samples | str] = {FIRST: theirs.per_cpu_second}
    for program in libraries() if beside else ():
        others[program.name] = program.missing or (await strained(load, program, repeats)).per_cpu_second
    for durability in durabilities:
        strains = await strained(load, ours(durability, players), repeats)
        what = f"{load}, {durability}"
        report.add(f"taps per CPU second, {what}", players, "/s", strains.per_cpu_second, others)
        report.add(f"CPU per tap, {what}", players, "s", strains.cpu_per_tap, {FIRST: theirs.cpu_per_tap})
        report.add(f"taps per second, {what}", players, "/s", strains.per_second, {FIRST: theirs.per_second})


async def measure_tls(report: Report, load: Load, repeats: int, durabilities: tuple[str, ...]) -> None:
    """Add the rows of the same load over TLS."""
    theirs = await strained(load, first(load.people), repeats, is_encrypted=True)
    for durability in durabilities:
        strains = await strained(load, ours(durability, load.people), repeats, is_encrypted=True)
        what = f"taps per CPU second, {load}, {durability}, over TLS"
        report.add(what, load.people, "/s", strains.per_cpu_second, {FIRST: theirs.per_cpu_second})


async def strained(load: Load, program: Program, repeats: int, *, is_encrypted: bool = False) -> Strains:
    """Put the load on a program, when it is warm."""
    telegram = new_telegram()
    telegram.local_webhooks = "WEBHOOK_URL" in program.env
    async with AsyncExitStack() as stack:
        server, shown = await stack.enter_async_context(serve(telegram)), ""
        if is_encrypted:
            shown, authority = await stack.enter_async_context(encrypted(server.url))
            program = trusting(program, authority)
        process = await stack.enter_async_context(running(program, server.url, shown))
        clicks: dict[Person, int] = {}
        for chatid, name, click, *_ in islice(crowd(program.players or load.people), load.people):
            clicks[telegram.person(chatid, first_name=name)] = click if program.players else 0
        await _strain(process, clicks, 1, every=not program.is_ours)  # the bot warms up
        repeated = []
        for _ in range(repeats):
            await asyncio.sleep(REST)
            repeated.append(await _strain(process, clicks, load.taps, every=not program.is_ours))
        return Strains(repeated)


async def _strain(process: Process, clicks: dict[Person, int], taps: int, *, every: bool) -> Strain:
    """Let all tap and wait for the last number; `every`: for an answer to each tap, as they may overtake each other."""
    before, started = cpu_seconds(process.pid), time.perf_counter()
    for _ in range(taps):
        for person in clicks:
            person.send(texts.RUSSIAN.click)
    for person in clicks:
        clicks[person] += taps
    waiting = list(clicks)
    while waiting:
        await asyncio.sleep(LOOK)
        waiting = [person for person in waiting if not _is_answered(person, clicks[person], taps if every else 1)]
        if not process.running or time.perf_counter() - started > PATIENCE:
            state = f"{process.state}, {process.returncode}, {process.lines[-2:]}"
            raise RuntimeError(f"{len(waiting)} people got no answer from the bot ({state})")
    seconds = time.perf_counter() - started
    for person in clicks:
        person.clear_history()
    return Strain(len(clicks) * taps, seconds, cpu_seconds(process.pid) - before)


def _is_answered(person: Person, clicks: int, least: int) -> bool:
    answers = person.answers
    return len(answers) >= least and texts.RUSSIAN.clicks(clicks) in answers
