"""The ranking of a table's rows: blocks of it are counted, so a rank costs a sum and a short walk."""

import sqlite3
from bisect import bisect_right
from collections.abc import Sequence
from math import inf
from typing import Any

BLOCK = 2_000
"""Rows in a block at first. One with more than twice as many is cut, two with less than half are joined."""

Entry = tuple[float, float, float]
"""Where a row stands, least first: minus what counts, then what decides between equals, then the key."""

COLUMNS = range(3)

BEGINNING = (-inf, -inf, -inf)


class Ranking:
    """The ranking of a table: most of one column first, of equals the least of another, then the least key.

    The columns hold integers, and the table has an index on (`most` DESC, `least`). Block number i holds all rows from
    fence i to the next one. Whoever has changed rows, and committed that, counts them and then cuts.
    """

    def __init__(self, table: str, most: str, least: str, key: str) -> None:
        entry, order = f"SELECT -{most}, {least}, {key} FROM {table} WHERE", f"ORDER BY {most} DESC, {least}, {key}"
        equal = ("", f"{most} = -? AND", f"{most} = -? AND {least} = ? AND")
        above = (f"{most} < -?", f"{least} > ?", f"{key} >= ?")
        below = (f"{most} > -?", f"{least} < ?", f"{key} < ?")
        self.most, self.least = most, least
        self.entry = f"{entry} {key} = ?"
        self.nth = [f"{entry} {equal[n]} {above[n]} {order} LIMIT 1 OFFSET ?" for n in COLUMNS]
        self.count = [f"SELECT count(*) FROM {table} WHERE {equal[n]} {above[n]} AND {below[n]}" for n in COLUMNS]
        self._fences: list[Entry] = [BEGINNING]
        self.counts = [0]
        """Rows in each block."""
        self._grown: list[Entry] = []

    def build(self, tables: sqlite3.Connection, number: int) -> None:
        """Count what is there, so many rows; about half a second for ten million."""
        self._fences, self.counts = [BEGINNING], [number]
        self._grown = [BEGINNING]
        self.cut(tables)

    def moved(self, row: Sequence[Any], step: int) -> None:
        """A row (key, most, least, …) has come, step 1, or gone, step -1."""
        entry = (-row[1], row[2], row[0])
        number = bisect_right(self._fences, entry) - 1
        count = self.counts[number] = self.counts[number] + step
        if count > 2 * BLOCK:
            self._grown.append(entry)
        elif count < BLOCK // 2:
            self._join(number)

    def cut(self, tables: sqlite3.Connection) -> None:
        """Cut the blocks that have become too long; only when all that has come and gone is counted."""
        while self._grown:
            self._cut(tables, self._grown.pop())

    def rank(self, tables: sqlite3.Connection, key: int) -> int | None:
        """The rank of the row with this key, from 1 on; None if there is none."""
        entry = tables.execute(self.entry, (key,)).fetchone()
        return None if entry is None else self.before(tables, entry) + 1

    def before(self, tables: sqlite3.Connection, entry: Entry) -> int:
        """How many rows stand before this entry, whether a row stands there or not."""
        number = self._block(entry)
        return sum(self.counts[:number]) + self._distance(tables, self._fences[number], entry)

    def _block(self, entry: Entry) -> int:
        return bisect_right(self._fences, entry) - 1

    def _join(self, number: int) -> None:
        """Join a small block with a neighbour, if that is small as well."""
        for right in (number + 1, number):
            if 0 < right < len(self.counts) and self.counts[right - 1] + self.counts[right] < BLOCK // 2:
                self.counts[right - 1] += self.counts.pop(right)
                del self._fences[right]

    def _cut(self, tables: sqlite3.Connection, entry: Entry) -> None:
        """Cut the block in which `entry` stands, if it is too long."""
        number = self._block(entry)
        while self.counts[number] > 2 * BLOCK:
            self._fences.insert(number + 1, self._find(tables, self._fences[number], BLOCK))
            self.counts.insert(number + 1, self.counts[number] - BLOCK)
            self.counts[number] = BLOCK
            number += 1

    def _find(self, tables: sqlite3.Connection, start: Entry, number: int) -> Entry:
        """The entry so many ranks after `start`."""
        for column in reversed(COLUMNS):
            found: Entry | None = tables.execute(self.nth[column], (*start[: column + 1], number)).fetchone()
            if found is not None:
                return found
            number -= self._between(tables, column, start, inf)
        raise LookupError("a ranking is shorter than its blocks say")

    def _distance(self, tables: sqlite3.Connection, start: Entry, end: Entry) -> int:
        """How many rows stand from `start` on and before `end`."""
        first = next(column for column in COLUMNS if start[column] != end[column] or column == COLUMNS[-1])
        distance = self._between(tables, first, start, end[first])
        for column in COLUMNS[first + 1 :]:
            distance += self._between(tables, column, start, inf)
            distance += self._between(tables, column, (*end[:column], -inf), end[column])
        return distance

    def _between(self, tables: sqlite3.Connection, column: int, start: tuple[float, ...], end: float) -> int:
        """How many are equal to `start` in the columns before this one, and in this one above it and below `end`."""
        return int(tables.execute(self.count[column], (*start[: column + 1], end)).fetchone()[0])
