"""What a bot's two totals were when an hour began: what each hour and day has brought is a difference.

An update costs nothing for that. The totals are noted in memory when an hour begins, and go into the table with the
first save after something has changed since; so a bot that nobody uses writes nothing.
"""

import asyncio
import time
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from pinstore import Keeper, Table, Tables

HOUR = 3_600
KEPT = 35 * 24
"""Hours that rows are kept."""

LOOK = 60.0
"""Seconds between looks at the clock, at most: it may be set, and a computer may sleep."""

# The last row before stays: it tells that the time since then is known.
_DELETE = "DELETE FROM hours WHERE hour < (SELECT max(hour) FROM hours WHERE hour <= ?)"


def hours_table(people: str, deeds: str) -> Table:
    """The table for a bot with totals of these names."""
    # `hour` counts from the beginning of 1970, UTC; the totals are those at its first moment.
    return Table(f"""
    CREATE TABLE hours (
        hour INTEGER PRIMARY KEY,
        {people} INTEGER NOT NULL CHECK (typeof({people}) = 'integer'),
        {deeds} INTEGER NOT NULL CHECK (typeof({deeds}) = 'integer')
    )""")


class Totals(NamedTuple):
    """How many people there were at some moment, and how much they had done."""

    people: int
    deeds: int


class Past:
    """What is known of the hours until now."""

    def __init__(self, rows: Sequence[tuple[int, int, int]], now: Totals) -> None:
        self._hours = [row[0] for row in rows]
        self._totals = [*(Totals(*row[1:]) for row in rows), now]
        self.now = now

    @property
    def first(self) -> int | None:
        """The first hour that was noted."""
        return self._hours[0] if self._hours else None

    def at(self, hour: int) -> Totals:
        """The totals when this hour began: those of the next one noted, as between the two nothing has changed."""
        return self._totals[bisect_left(self._hours, hour)]

    def deeds(self, hour: int) -> int:
        """What this hour has brought; never negative, whatever an older copy that was restored has left behind."""
        return max(0, self.at(hour + 1).deeds - self.at(hour).deeds)


class Hours:
    """Keeps the table of hours."""

    def __init__(self, store: Keeper, people: str, deeds: str) -> None:
        """`people` and `deeds` are the names of the bot's totals."""
        self._store = store
        self._names = (people, deeds)
        self._began: list[tuple[int, Totals]] = []
        """Hours that are not in the table, and the totals when they began; changed under the database's lock."""

    def forget(self) -> None:
        """What was noted belongs to tables that are gone."""
        self._began = []

    def begin(self) -> None:
        """Note what the tables hold now: they are new here."""
        self._store.look(self.begin_with)

    async def begin_with(self, tables: Tables) -> None:
        """As `begin`, with these tables at hand."""
        self.forget()
        await self._turn(tables)

    async def turn(self) -> None:
        """Note what the tables hold now, if an hour has begun."""
        await self._store.read(self._turn)

    async def run(self) -> None:
        """Note the totals whenever an hour begins."""
        while True:
            await asyncio.sleep(min(LOOK, HOUR - time.time() % HOUR))
            if self._store.is_open:
                await self.turn()

    async def note(self, tables: Tables) -> None:
        """Put the hours that have brought something into the table; for the thread that saves."""
        now = await self._totals(tables)
        due = [(hour, *totals) for hour, totals in self._began if totals != now]
        if due:
            for row in due:
                await tables.change("INSERT INTO hours VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row)
            await tables.change(_DELETE, (due[-1][0] - KEPT,))
            self._began = [one for one in self._began if one[1] == now]

    async def past(self) -> Past:
        """What is known."""

        async def look(tables: Tables) -> Past:
            rows = await tables.fetch("SELECT * FROM hours ORDER BY hour")
            last = rows[-1][0] if rows else 0
            return Past(
                [*rows, *((hour, *totals) for hour, totals in self._began if hour > last)], await self._totals(tables)
            )

        return await self._store.read(look)

    async def _turn(self, tables: Tables) -> None:
        hour, totals = this_hour(), await self._totals(tables)
        if not self._began or self._began[-1][0] < hour:
            # Hours that have brought nothing need no row, see Past.at.
            self._began = [*(one for one in self._began if one[1] != totals), (hour, totals)]

    async def _totals(self, tables: Tables) -> Totals:
        return Totals(*await tables.totals(*self._names))


def this_hour() -> int:
    """The hour that it is, counted from the beginning of 1970."""
    return int(time.time() // HOUR)
