"""A day in the life of a bot: taps and saves in turn, and what the saves send in an hour."""

import math
import random
from dataclasses import dataclass
from itertools import count

from pinstore.copies.compaction import ALIKE, WHOLE
from tests.benchmarks.ours import OurBackup
from tests.benchmarks.samples import Samples, once
from tests.bots.clicker.bare import players_of

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

    `whole` is the size of the whole table. To what was sent comes what a short run does not see, see `_unseen`.
    """
    tap, updates = players_of(backup.database).tap, count(1)
    seconds, sizes = [], []
    for _ in range(saves):
        for _ in range(pace.taps):
            await tap(random.choice(chatids), update=(update := next(updates)))
            backup.database.forget([update - HELD])
        before = backup.vault.sent
        seconds.append(await once(backup.save))
        sizes.append(float(backup.vault.sent - before))
    sent = Samples(sizes)
    again = _unseen(len(chatids), saves * pace.taps) * whole / len(chatids)
    return Saves(Samples(seconds), sent, Samples([sent.mean * pace.saves_an_hour + again * TAPS_AN_HOUR]))


def _unseen(players: int, taps: int) -> float:
    """How many rows are written for each tap by merges that come only after more than so many taps.

    When a share of the players has tapped, the whole table is written anew; before that a row is written once more each
    time that runs of one size become one (see pinstore.copies.compaction).
    """
    until_whole = WHOLE * players
    return 1 / WHOLE + math.log(until_whole / taps, ALIKE) if taps < until_whole else 0.0
