"""The data part of a tap and the rating, without Telegram."""

import random
import time
from collections.abc import Callable
from itertools import count

from bots.clicker import texts
from bots.clicker.tables import USERS
from pinstore.memory.database import Database
from tests.benchmarks.crowd import crowd, ids
from tests.benchmarks.first import BEARS, FirstTable
from tests.benchmarks.ours import filled
from tests.benchmarks.postgres_table import PostgresTable
from tests.benchmarks.report import FIRST, POSTGRES, Others, Report
from tests.benchmarks.samples import Samples, each
from tests.bots.clicker.bare import players_of
from tests.postgres.server import MISSING, postgres

LONG = 200_000
"""Rows read in one sample by what reads a row for each player, or it would take minutes."""

ON_DISK = f"{POSTGRES}, each commit on disk"

TAP = "data part of a tap"
TAP_CLOCK = "data part of a tap, on the clock"
RATING = "rating with its text"
PLACE = "rating with its text and one's own place"

Figures = dict[str, Samples]
"""By what was measured."""


async def measure_data(report: Report, players: int, calls: int, repeats: int) -> None:
    """Add the rows for a table of so many players.

    Processor time is that of this thread, for PostgreSQL with that of its server's process for the connection.
    """
    chatids = ids(players)
    theirs = await _postgres(players, chatids, calls, repeats)
    first = await _first(players, chatids, calls, repeats)
    ours = await _ours(players, chatids, calls, repeats)
    for what, figure in ours.items():
        others: Others = {FIRST: first.get(what, "does not tell it") if first else "linear in players"}
        report.add(what, players, "s", figure, {**others, **_named(theirs, what)})


def _named(theirs: dict[str, Figures] | None, what: str) -> Others:
    """PostgreSQL's figures of one kind."""
    if theirs is None:
        return {POSTGRES: MISSING}
    return {name: figures[what] for name, figures in theirs.items() if what in figures}


async def _ours(players: int, chatids: list[int], calls: int, repeats: int) -> Figures:
    database = Database([USERS])
    database.replace(filled(players).connection)
    table, updates = players_of(database), count(1)

    async def tap() -> None:
        await table.tap(random.choice(chatids), update=next(updates))

    async def rating() -> None:
        texts.RUSSIAN.rating(await table.rating())

    async def place() -> None:
        texts.RUSSIAN.rating(await table.rating(random.choice(chatids)))

    return {
        TAP: await each(tap, calls, repeats),
        TAP_CLOCK: await each(tap, calls, repeats, time.perf_counter),
        RATING: await each(rating, calls, repeats),
        PLACE: await each(place, calls, repeats),
    }


async def _first(players: int, chatids: list[int], calls: int, repeats: int) -> Figures | None:
    """None for more players than it bears."""
    if players > BEARS:
        return None
    table = FirstTable(row[:4] for row in crowd(players))
    few = _few(players, calls)

    async def tap() -> None:
        table.tap(random.choice(chatids))

    async def rating() -> None:
        table.rating()

    return {
        TAP: await each(tap, few, repeats),
        TAP_CLOCK: await each(tap, few, repeats, time.perf_counter),
        RATING: await each(rating, few, repeats),
    }


async def _postgres(players: int, chatids: list[int], calls: int, repeats: int) -> dict[str, Figures] | None:
    """None if it is not installed."""
    with postgres() as server:
        if server is None:
            return None
        connection = await server.connect()
        try:
            table = await PostgresTable.filled(connection, crowd(players))
            return await _postgres_figures(table, chatids, calls, repeats)
        finally:
            await connection.close()


async def _postgres_figures(table: PostgresTable, chatids: list[int], calls: int, repeats: int) -> dict[str, Figures]:
    async def tap() -> None:
        await table.tap(random.choice(chatids))

    async def rating() -> None:
        await table.rating()

    async def place() -> None:
        await table.rating()
        await table.place(random.choice(chatids))

    await each(rating, calls, 1)  # its caches fill
    await table.wait_for_disk(wait=False)
    kind = {
        TAP: await each(tap, calls, repeats, _both(table)),
        TAP_CLOCK: await each(tap, calls, repeats, time.perf_counter),
        RATING: await each(rating, calls, repeats, _both(table)),
        PLACE: await each(place, 10 * _few(len(chatids), calls), repeats, _both(table)),
    }
    await table.wait_for_disk(wait=True)
    return {POSTGRES: kind, ON_DISK: {TAP_CLOCK: await each(tap, calls, repeats, time.perf_counter)}}


def _few(players: int, calls: int) -> int:
    return max(3, min(calls, LONG // players))


def _both(table: PostgresTable) -> Callable[[], float]:
    """Processor time of this thread and of the server."""
    return lambda: time.thread_time() + table.server_seconds()
