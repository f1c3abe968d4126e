"""How long a player waits: for the answer to a tap while others tap, and for the first answer after a SIGKILL."""

import asyncio
import random
import time
from itertools import islice

from bots.clicker import texts
from emulator.http.server import serve
from emulator.state.people import Person
from tests.benchmarks.chat import new_telegram
from tests.benchmarks.crowd import crowd
from tests.benchmarks.programs import Program, first, ours, running
from tests.benchmarks.report import FIRST, Report
from tests.benchmarks.samples import Samples

PEOPLE = 50
PLAYERS = 1_000
LONGEST_PAUSE = 0.3
"""Seconds between two taps, at most: something is unsaved all the time, as with a busy bot."""


async def measure_answers(report: Report, taps: int, kills: int, durabilities: tuple[str, ...]) -> None:
    """Add the rows beside the first version's."""
    theirs, _ = await _waits(first(PLAYERS), taps, 0)
    for durability in durabilities:
        waits, restarts = await _waits(ours(durability, PLAYERS), taps, kills)
        slowest, their_slowest = Samples([max(waits)]), Samples([max(theirs)])
        report.add(f"answer to a tap, {durability}", PLAYERS, "s", Samples(waits), {FIRST: Samples(theirs)})
        report.add(f"slowest of {taps} answers, {durability}", PLAYERS, "s", slowest, {FIRST: their_slowest})
        if restarts:
            what = f"SIGKILL to first answer, {durability}"
            report.add(what, PLAYERS, "s", Samples(restarts), {FIRST: "loses its table"})


async def _waits(program: Program, taps: int, kills: int) -> tuple[list[float], list[float]]:
    """Seconds from each tap to its answer, and from each kill to the first answer."""
    telegram = new_telegram()
    async with serve(telegram) as server, running(program, server.url) as process:
        people = [telegram.person(chatid, first_name=name) for chatid, name, *_ in islice(crowd(PLAYERS), PEOPLE)]
        waits = [await _answered(people[number % PEOPLE]) for number in range(taps)]
        restarts = []
        for number in range(kills):
            started = time.perf_counter()
            await process.kill()
            people[number].send(texts.RUSSIAN.click)
            await process.start()
            await people[number].answer(timeout=60)
            restarts.append(time.perf_counter() - started)
        return waits, restarts


async def _answered(person: Person) -> float:
    """Seconds until the answer to one tap."""
    started = time.perf_counter()
    person.send(texts.RUSSIAN.click)
    await person.answer(timeout=60)
    waited = time.perf_counter() - started
    await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))
    return waited
