"""Save and restore through the local Telegram, which runs in a process of its own; seconds on the clock."""

import asyncio
import random
from itertools import count

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from clicker.players import Players
from tests.benchmarks.chat import ADMIN
from tests.benchmarks.crowd import crowd
from tests.benchmarks.first import FirstBackup, FirstTable
from tests.benchmarks.ours import OurBackup
from tests.benchmarks.report import Report
from tests.benchmarks.samples import Samples, once

TAPS = 600
"""Taps between two saves: twenty a second for the default interval."""


async def measure_saving(report: Report, bot: Bot, players: int, intervals: int, repeats: int) -> None:
    """Add the rows for a table of so many players."""
    first = FirstBackup(bot, FirstTable(row[:4] for row in crowd(players)), ADMIN)
    their_saves = Samples([await once(first.save) for _ in range(repeats)])
    their_size = Samples([first.size])
    backup = await _whole_saves(report, bot, players, their_saves, their_size, repeats)
    await _restores(report, bot, players, backup.message_id, first, repeats)
    await _intervals(report, backup, players, intervals, their_saves, their_size)


async def _whole_saves(
    report: Report, bot: Bot, players: int, their_saves: Samples, their_size: Samples, repeats: int
) -> OurBackup:
    times = []
    for _ in range(repeats):
        backup = OurBackup(bot, ADMIN)
        await backup.begin(players)
        times.append(await once(lambda: asyncio.to_thread(backup.keeper.save)))  # noqa: B023 - called at once
    report.add("save of the whole table", players, "s", Samples(times), their_saves)
    report.add("bytes of the whole table", players, "B", Samples([backup.vault.sent]), their_size)
    return backup


async def _restores(report: Report, bot: Bot, players: int, message_id: int, first: FirstBackup, repeats: int) -> None:
    times = [await once(lambda: OurBackup(bot, ADMIN).restore(message_id)) for _ in range(repeats)]
    try:
        theirs: Samples | str = Samples([await once(first.restore) for _ in range(repeats)])
    except TelegramAPIError:
        theirs = f"never: {first.size / 1e6:.0f} MB, getFile gives 20"
    report.add("restore", players, "s", Samples(times), theirs)


async def _intervals(
    report: Report, backup: OurBackup, players: int, intervals: int, their_saves: Samples, their_size: Samples
) -> None:
    """Every tap comes from another player, which is the most that can change."""
    ids = [row[0] for row in crowd(players)]
    tap, updates = Players(backup.database).tap, count(1)
    times, sizes = [], []
    for _ in range(intervals):
        for _ in range(TAPS):
            await tap(next(updates), random.choice(ids))
        before = backup.vault.sent
        times.append(await once(lambda: asyncio.to_thread(backup.keeper.save)))
        sizes.append(backup.vault.sent - before)
    report.add(f"save after {TAPS} taps", players, "s", Samples(times), their_saves)
    report.add("bytes of such a save, on average", players, "B", Samples([sum(sizes) / len(sizes)]), their_size)
