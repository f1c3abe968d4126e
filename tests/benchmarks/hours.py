"""A day in the life of a bot: taps and saves in turn, and what the saves send in an hour."""

import math
import random
from dataclasses import dataclass
from itertools import count

from clicker.players import Players
from tests.benchmarks.ours import OurBackup
from tests.benchmarks.samples import Samples, once

TAPS_AN_HOUR = 20 * 3600
"""Twenty a second."""


@dataclass(frozen=True)
class Pace:
    """How many taps lie between two saves."""

    taps: int
    durability: str

    @property
    def saves_an_hour(self) -> int:
        """Saves in an hour."""
        return TAPS_AN_HOUR // self.taps

    def __str__(self) -> str:
        return f"save after {self.taps} taps"


HELD = 80
"""Updates that Telegram still holds, at most about: their ids stand in the document."""

BY_TIME = Pace(600, "interval")
"""A save every thirty seconds, the default."""

BY_WINDOW = Pace(80, "exact")
"""A save whenever the hundred updates that Telegram shows at once are nearly used up."""


@dataclass(frozen=True)
class Saves:
    """Seconds and bytes of each save, parts included, and the bytes of an average hour."""

    seconds: Samples
    sizes: Samples
    hour: Samples


async def taps_and_saves(backup: OurBackup, chatids: list[int], pace: Pace, saves: int, whole: float) -> Saves:
    """Let taps come, each from any player, which is the most that can change, and save after each `pace.taps` of them.

    `whole` is the size of the whole table. A row that has changed is written again about each time that the number of
    such rows has doubled (see clicker.backup.runs), at last with the whole table. Where fewer taps come in this time
    than twice the players, the doublings that may not have been seen are added to the hour.
    """
    tap, updates = Players(backup.database).tap, count(1)
    seconds, sizes = [], []
    for _ in range(saves):
        for _ in range(pace.taps):
            await tap(update := next(updates), random.choice(chatids))
            backup.database.forget([update - HELD])
        before = backup.vault.sent
        seconds.append(await once(backup.save))
        sizes.append(float(backup.vault.sent - before))
    sent = Samples(sizes)
    doublings = max(0.0, math.log2(2 * len(chatids) / (saves * pace.taps)))
    unseen = whole / len(chatids) * doublings
    return Saves(Samples(seconds), sent, Samples([sent.mean * pace.saves_an_hour + unseen * TAPS_AN_HOUR]))
