"""What it costs the first version to keep its players."""

from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from tests.benchmarks.chat import ADMIN
from tests.benchmarks.crowd import crowd
from tests.benchmarks.first import BEARS, FirstBackup, FirstTable
from tests.benchmarks.samples import Samples, once

Figure = Samples | str
"""A figure, or the reason why there is none."""


@dataclass(frozen=True)
class Costs:
    """A copy of the whole table: seconds to make it and bytes of it, seconds to get it back; bytes sent in an hour."""

    save: Figure
    size: Figure
    restore: Figure
    hour: Figure


async def first_costs(bot: Bot, players: int, repeats: int, saves_an_hour: int) -> Costs:
    """It saves everything each time."""
    if players > BEARS:
        why = "never: over 50 MB"
        return Costs(why, why, why, why)
    backup = FirstBackup(bot, FirstTable(row[:4] for row in crowd(players)), ADMIN)
    save = Samples([await once(backup.save) for _ in range(repeats)])
    try:
        restore: Figure = Samples([await once(backup.restore) for _ in range(repeats)])
    except TelegramAPIError:
        restore = f"never: {backup.size / 1e6:.0f} MB, getFile gives 20"
    return Costs(save, Samples([backup.size]), restore, Samples([backup.size * saves_an_hour]))
