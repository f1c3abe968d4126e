"""How long a player waits: for the answer to a tap while others tap, and for the first answer after a SIGKILL."""

import asyncio
import random
import time
from itertools import islice

from clicker import texts
from clicker.emulator.people import Person
from clicker.emulator.server import serve
from tests.benchmarks.chat import new_telegram
from tests.benchmarks.crowd import crowd
from tests.benchmarks.load import bot_process
from tests.benchmarks.report import Report
from tests.benchmarks.samples import Samples

PEOPLE = 50
PLAYERS = 1_000
LONGEST_PAUSE = 0.3
"""Seconds between two taps, at most: something is unsaved all the time, as with a busy bot."""


async def measure_answers(report: Report, taps: int, repeats: int) -> None:
    """Add the rows, in both durability modes beside the first version's."""
    first, _ = await _waits(None, taps, 0)
    for durability in ("exact", "interval"):
        waits, restarts = await _waits(durability, taps, repeats)
        report.add(f"answer to a tap, {durability}", PLAYERS, "s", Samples(waits), Samples(first))
        report.add(
            f"slowest of {taps} answers, {durability}", PLAYERS, "s", Samples([max(waits)]), Samples([max(first)])
        )
        report.add(f"SIGKILL to first answer, {durability}", PLAYERS, "s", Samples(restarts), "loses its table")


async def _waits(durability: str | None, taps: int, repeats: int) -> tuple[list[float], list[float]]:
    telegram = new_telegram()
    async with serve(telegram) as server, bot_process(server.url, PLAYERS, durability) as process:
        people = [telegram.person(chatid, first_name=name) for chatid, name, *_ in islice(crowd(PLAYERS), PEOPLE)]
        waits = [await _answered(people[number % PEOPLE]) for number in range(taps)]
        restarts = []
        for number in range(repeats):
            started = time.perf_counter()
            await process.kill()
            people[number].send(texts.CLICK)
            await process.start()
            await people[number].answer(timeout=60)
            restarts.append(time.perf_counter() - started)
        return waits, restarts


async def _answered(person: Person) -> float:
    """Seconds until the answer to one tap."""
    started = time.perf_counter()
    person.send(texts.CLICK)
    await person.answer(timeout=60)
    waited = time.perf_counter() - started
    await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))
    return waited
