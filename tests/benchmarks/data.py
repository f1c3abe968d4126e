"""The data part of a tap and the rating: no Telegram, processor time of one thread."""

import random
from itertools import count

from clicker import texts
from clicker.database import Database
from clicker.players import USERS, Players
from tests.benchmarks.crowd import crowd
from tests.benchmarks.first import FirstTable
from tests.benchmarks.ours import filled
from tests.benchmarks.report import Report
from tests.benchmarks.samples import each

LONG = 200_000
"""Rows read by the first version in one sample, or it would take minutes."""


async def measure_data(report: Report, players: int, calls: int, repeats: int) -> None:
    """Add the rows for a table of so many players."""
    database = Database([USERS])
    database.replace(filled(players).connection)
    ours = Players(database)
    rows = list(crowd(players))
    first = FirstTable(row[:4] for row in rows)
    ids = [row[0] for row in rows]
    few = max(3, min(calls, LONG // players))
    updates = count(1)

    async def tap() -> None:
        await ours.tap(next(updates), random.choice(ids))

    async def first_tap() -> None:
        first.tap(random.choice(ids))

    async def rating_text() -> None:
        texts.rating(await ours.rating())

    async def first_rating() -> None:
        first.rating()

    report.add("data part of a tap", players, "s", await each(tap, calls, repeats), await each(first_tap, few, repeats))
    slow = await each(first_rating, few, repeats)
    report.add("rating, data", players, "s", await each(ours.rating, calls, repeats), slow)
    report.add("rating with its text", players, "s", await each(rating_text, calls, repeats), slow)
