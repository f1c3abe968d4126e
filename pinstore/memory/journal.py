"""What transactions change in a table: noted row by row, and taken into account when they are committed."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pinstore.memory.ranking import Ranking

ROOM = 20_000
"""Changed keys that wait for the next save to be written down; a rush longer than that has transactions do it."""

WRITTEN_TOGETHER = 250
"""About a millisecond of work, so a tap never waits longer."""


class Journal:
    """Of one table: its totals, the ranking of its rows, and the keys of those that have changed.

    It sees a row as its key, the two columns that rank it if rows are ranked, those that are summed, and
    those that whoever changes a row wants to see.
    """

    def __init__(
        self, table: str, key: str, sums: Mapping[str, str], ranking: Ranking | None = None, seen: Sequence[str] = ()
    ) -> None:
        self.ranking = ranking
        ranked = (ranking.most, ranking.least) if ranking else ()
        self.columns = tuple(dict.fromkeys((key, *ranked, *sums.values(), *seen)))
        self.totals = dict.fromkeys((table, *sums), 0)
        """The number of rows under the name of the table, and each sum, with what the transaction has done so far."""
        self._row = NamedTuple(table, [(column, Any) for column in self.columns])._make
        self._latest: tuple[Any, ...] = ()
        self._table, self._width = table, len(self.columns)
        self._sums = [(name, self.columns.index(column)) for name, column in sums.items()]
        self._moves: list[tuple[Any, ...]] = []
        self._changed: set[int] = set()
        self._write = f"""
        INSERT INTO {table}_changes VALUES (?, (SELECT value FROM mark))
        ON CONFLICT (key) DO UPDATE SET mark = excluded.mark WHERE mark <> excluded.mark"""

    def note(self, *move: Any) -> None:
        """A statement moves a row: its columns as they were and as they are, all None where there is no row."""
        self._moves.append(move)
        self._latest = move[self._width :]
        self._shift(move[: self._width], self._latest)

    @property
    def latest(self) -> Any:
        """What the last change has made of its row, by the names of `columns`.

        A SELECT would look for the row again, and RETURNING costs SQLite more than that.
        """
        return self._row(self._latest)

    def undo(self, tables: sqlite3.Connection) -> None:
        """What was noted has been rolled back."""
        for move in reversed(self._moves):
            self._shift(move[self._width :], move[: self._width])
        self._moves.clear()
        if self.ranking:
            self.ranking.cut(tables)

    def settle(self, tables: sqlite3.Connection) -> None:
        """What was noted has been committed."""
        if not self._moves:
            return
        for move in self._moves:
            for key in (move[0], move[self._width]):
                if key is not None:
                    self._changed.add(key)
        self._moves.clear()
        if self.ranking:
            self.ranking.cut(tables)
        if len(self._changed) >= ROOM:
            self.write_some(tables)

    def write_some(self, tables: sqlite3.Connection) -> bool:
        """Write some changed keys down under the present mark; returns whether more wait."""
        keys = [self._changed.pop() for _ in range(min(WRITTEN_TOGETHER, len(self._changed)))]
        if keys:
            with tables:
                tables.execute("BEGIN")
                tables.executemany(self._write, [(key,) for key in sorted(keys)])
        return bool(self._changed)

    def _shift(self, before: tuple[Any, ...], after: tuple[Any, ...]) -> None:
        """Count what it means for totals and ranking that a row is no longer like this but like that."""
        left, came = before[0] is not None, after[0] is not None
        if left != came:
            self.totals[self._table] += came - left
        for name, at in self._sums:
            self.totals[name] += (after[at] or 0) - (before[at] or 0)
        if self.ranking:
            if left:
                self.ranking.moved(before, -1)
            if came:
                self.ranking.moved(after, 1)


def triggers(table: str, journal: Journal) -> Iterator[str]:
    """Triggers that call the function `{table}_moved` with the row as it was and as it is."""
    for event in ("INSERT", "UPDATE", "DELETE"):
        images = (event != "INSERT" and "old", event != "DELETE" and "new")
        cells = [f"{image}.{column}" if image else "NULL" for image in images for column in journal.columns]
        yield f"""
        CREATE TEMP TRIGGER {table}_{event.lower()} AFTER {event} ON {table} BEGIN
            SELECT {table}_moved({", ".join(cells)});
        END"""
