"""A night's downtime: taps that wait when the bot starts, and how long it takes until all of them are counted."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice, product

from bots.clicker import texts
from emulator.http.server import serve
from emulator.page.process import Process
from emulator.state.limits import Limits
from emulator.state.people import Person
from emulator.state.telegram import Telegram
from tests.benchmarks.chat import new_telegram
from tests.benchmarks.crowd import crowd
from tests.benchmarks.load import LOOK, PATIENCE, Load
from tests.benchmarks.programs import Program, first, ours, running
from tests.benchmarks.report import FIRST, Report
from tests.benchmarks.samples import Samples

LIGHTER = 10
"""The first version gets so many times fewer taps: it takes time in line with them, as it answers each."""

PACE = 30
"""Messages a second that Telegram promises to bulk messages."""

LIMITS = {str(PACE): Limits(overall=PACE), "no": Limits(overall=None)}
"""Of messages a second over all chats."""


@dataclass(frozen=True)
class Night:
    """Seconds from the first poll until all taps were counted and until all answers were there, and their number."""

    counted: float
    answered: float
    messages: int


async def measure_backlog(report: Report, load: Load, durabilities: tuple[str, ...]) -> None:
    """Add the rows; Telegram's own queue holds no more than 100,000 updates."""
    players, taps = load.people, max(1, load.taps // LIGHTER)
    scale = load.taps / taps
    theirs = await _night(Load(players, taps), first(players), None)
    beside = f"{FIRST}, {scale:.0f} times what {players * taps:,} take"
    for durability, (limit, limits) in product(durabilities, LIMITS.items()):
        night = await _night(load, ours(durability, players, PACE), limits)
        what = f"backlog of {players * load.taps:,} taps, {limit} limit a second, {durability}"
        for end, unit, value, other in (
            ("until all are counted", "s", night.counted, theirs.counted),
            ("until all are answered", "s", night.answered, theirs.answered),
            ("messages sent", "", night.messages, theirs.messages),
        ):
            report.add(f"{what}: {end}", players, unit, Samples([value]), {beside: Samples([other * scale])})


async def _night(load: Load, program: Program, limits: Limits | None) -> Night:
    telegram = new_telegram(limits)
    telegram.bot().queue.clear()
    clicks: dict[Person, int] = {}
    for chatid, name, click, *_ in islice(crowd(program.players), load.people):
        person = telegram.person(chatid, first_name=name)
        clicks[person] = click + load.taps
        for _ in range(load.taps):
            person.send(texts.RUSSIAN.click)
    async with serve(telegram) as server, running(program, server.url) as process:
        started = time.perf_counter()
        counted = await _until(lambda: _is_counted(telegram, program, load), process) - started
        answered = await _until(lambda: _are_answered(clicks), process) - started
        return Night(counted, answered, sum(len(person.answers) for person in clicks))


def _is_counted(telegram: Telegram, program: Program, load: Load) -> bool:
    """Ours confirms what it has counted, in exact mode also stored; the first version confirms at once, and answers."""
    if program.is_ours:
        return not telegram.bot().queue
    return telegram.count("sendMessage") >= load.people * load.taps


def _are_answered(clicks: dict[Person, int]) -> bool:
    return all(texts.RUSSIAN.clicks(number) in person.answers for person, number in clicks.items())


async def _until(is_done: Callable[[], bool], process: Process) -> float:
    """Wait; returns the time on the clock (perf_counter)."""
    give_up = time.perf_counter() + PATIENCE
    while not is_done():
        await asyncio.sleep(LOOK)
        if not process.running or time.perf_counter() > give_up:
            raise RuntimeError(f"The backlog was not worked off ({process.state}, {process.lines[-2:]})")
    return time.perf_counter()
