"""How long the event loop stands still while a save runs and players tap, waits for the database included."""

import asyncio
import gc
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import NamedTuple

from aiogram import Bot

from pinstore.copies.compaction import DOCUMENT_ROWS
from pinstore.memory.database import Database
from pinstore.updates.window import WINDOW
from runtime.serve import SWITCH
from tests.benchmarks.chat import ADMIN, telegram_apart
from tests.benchmarks.costs import Figure
from tests.benchmarks.crowd import crowd, ids
from tests.benchmarks.first import BEARS, FirstBackup, FirstTable
from tests.benchmarks.ours import OurBackup, filled
from tests.benchmarks.proc import queued_seconds
from tests.benchmarks.report import FIRST, Report
from tests.benchmarks.samples import Samples
from tests.benchmarks.session import bot_at
from tests.bots.clicker.bare import players_of

NAP = 0.001
LONG = DOCUMENT_ROWS - 200
"""Taps after which a document is about as long as it gets."""

OWN = "without waits for a processor"

Tap = Callable[[], Awaitable[object]]


class Stall(NamedTuple):
    """How late the turns of a time were, in seconds."""

    longest: float
    own: float
    """The longest without what a turn waited for a processor: other processes and the system have them too."""
    most: float
    """What 999 of 1,000 turns stay below, waits included."""
    busy: float
    """The most that all threads of this process have worked within one: no load beside it makes that longer."""


async def stall(work: Awaitable[object], tap: Tap) -> Stall:
    """For how long nobody else had a turn while `work` ran and a tap came every millisecond.

    It is the lateness of a nap of a millisecond, and the tap after it with its own wait for the database.
    """
    working = asyncio.ensure_future(work)
    lates, own, busy = [0.0], 0.0, 0.0
    queued = queued_seconds()
    while not working.done():
        due, worked = time.perf_counter() + NAP, time.process_time()
        await asyncio.sleep(NAP)
        await tap()
        late, before, queued = time.perf_counter() - due, queued, queued_seconds()
        own, busy = max(own, late - (queued - before)), max(busy, time.process_time() - worked)
        lates.append(late)
    await working
    lates.sort()
    return Stall(lates[-1], own, lates[-1 - len(lates) // 1000], busy)


async def measure_stall(report: Report, players: int, repeats: int) -> None:
    """Add the rows for a table of so many players."""
    sys.setswitchinterval(SWITCH)  # as the bot does when it starts
    async with telegram_apart() as url, bot_at(url) as bot:
        chatids = ids(players)
        theirs = await _theirs(bot, players, chatids, repeats)
        whole, ordinary, idle = [], [], []
        first = OurBackup(bot, ADMIN)
        await first.begin(filled(1))
        await first.save()  # as a claim does, so what is done once is done
        tables = filled(players)
        gc.collect()
        gc.freeze()  # as the bot does when its tables are there
        for _ in range(repeats):
            backup = OurBackup(bot, ADMIN)
            await backup.begin(tables)
            tap, started = _tap(backup.database, chatids), time.perf_counter()
            whole.append(await stall(backup.save(), tap))
            seconds = time.perf_counter() - started
            for _ in range(LONG):
                await tap()
            ordinary.append(await stall(backup.save(), tap))
            idle.append(await stall(asyncio.sleep(seconds), tap))
    for what, stalls in (("save of everything", whole), ("no save, for as long (noise)", idle)):
        report.add(f"longest stall, {what}", players, "s", _longest(stalls), {FIRST: theirs} if stalls is whole else {})
        report.add(f"longest stall, {what}, {OWN}", players, "s", Samples([one.own for one in stalls]))
        report.add(f"999 of 1,000 turns wait less, {what}", players, "s", Samples([one.most for one in stalls]))
    report.add("longest stall, save of a long document", players, "s", _longest(ordinary), {FIRST: theirs})


def _longest(stalls: Sequence[Stall]) -> Samples:
    return Samples([one.longest for one in stalls])


async def _theirs(bot: Bot, players: int, chatids: list[int], repeats: int) -> Figure:
    if players > BEARS:
        return "linear in players"
    table = FirstTable(row[:4] for row in crowd(players))

    async def tap() -> None:
        table.tap(random.choice(chatids))

    return _longest([await stall(FirstBackup(bot, table, ADMIN).save(), tap) for _ in range(repeats)])


def _tap(database: Database, chatids: list[int]) -> Tap:
    """A tap of anybody; Telegram holds a window full of updates, as it does before a bot that confirms them."""
    players, updates = players_of(database), count(1)

    async def tap() -> None:
        await players.tap(random.choice(chatids), update=(update := next(updates)))
        database.forget([update - WINDOW])

    return tap
