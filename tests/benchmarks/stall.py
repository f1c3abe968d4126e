"""How long the event loop stands still while a save runs and players tap."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from itertools import count

from aiogram import Bot

from clicker.backup.runs import DOCUMENT_ROWS
from clicker.players import Players
from tests.benchmarks.chat import ADMIN
from tests.benchmarks.crowd import crowd
from tests.benchmarks.first import FirstBackup, FirstTable
from tests.benchmarks.ours import OurBackup
from tests.benchmarks.report import Report
from tests.benchmarks.samples import Samples

NAP = 0.001
LONG = DOCUMENT_ROWS - 200
"""Taps after which a document is about as long as it gets."""

Tap = Callable[[], Awaitable[object]]


async def longest_stall(work: Awaitable[object], tap: Tap) -> float:
    """The largest lateness (seconds) of a nap of a millisecond, a tap after each, while `work` runs."""
    working = asyncio.ensure_future(work)
    worst = 0.0
    while not working.done():
        due = time.perf_counter() + NAP
        await asyncio.sleep(NAP)
        worst = max(worst, time.perf_counter() - due)
        await tap()
    await working
    return worst


async def measure_stall(report: Report, bot: Bot, players: int, repeats: int) -> None:
    """Add the rows for a table of so many players."""
    ids = [row[0] for row in crowd(players)]
    theirs = await _theirs(bot, players, ids, repeats)
    whole, ordinary, idle = [], [], []
    for _ in range(repeats):
        backup = OurBackup(bot, ADMIN)
        await backup.begin(players)
        tap = _tap(Players(backup.database), ids)
        whole.append(await longest_stall(asyncio.to_thread(backup.keeper.save), tap))
        for _ in range(LONG):
            await tap()
        ordinary.append(await longest_stall(asyncio.to_thread(backup.keeper.save), tap))
        idle.append(await longest_stall(asyncio.sleep(1), tap))
    report.add("longest stall, save of everything", players, "s", Samples(whole), theirs)
    report.add("longest stall, save of a long document", players, "s", Samples(ordinary), theirs)
    report.add("longest stall with no save (noise)", players, "s", Samples(idle))


async def _theirs(bot: Bot, players: int, ids: list[int], repeats: int) -> Samples:
    table = FirstTable(row[:4] for row in crowd(players))

    async def tap() -> None:
        table.tap(random.choice(ids))

    return Samples([await longest_stall(FirstBackup(bot, table, ADMIN).save(), tap) for _ in range(repeats)])


def _tap(players: Players, ids: list[int]) -> Tap:
    updates = count(1)
    return lambda: players.tap(next(updates), random.choice(ids))
