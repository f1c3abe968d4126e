"""Walks through all people that only the admin asks for: who is called so, how many are active."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from runtime.names import like, plain
from runtime.people import BANNED, BLOCKED, SLICE_ROWS, People, leave_time

_LAST = -(2**63)


@dataclass(frozen=True)
class Census:
    """How many people have done something since each of the moments asked for, and how many cannot be reached."""

    active: Sequence[int]
    blocked: int
    banned: int


class Roster:
    """Looks at all people, in short turns of the lock; each walk blocks its thread, until `is_over` at the most."""

    def __init__(self, people: People) -> None:
        self._people = people

    @property
    def knows_activity(self) -> bool:
        """Whether the tables tell when a person was last active."""
        return self._people.active is not None

    def named(self, name: str, is_over: Callable[[], bool]) -> list[int]:
        """The ids of all who are called so."""
        wanted, likeness, found = plain(name), like(name), dict[int, None]()
        for query in self._people.names():
            last = _LAST
            while not is_over():
                started = time.perf_counter()
                rows = self._people.store.look(lambda tables: tables.fetch(query, (last,)))  # noqa: B023
                if not rows:
                    break
                last = rows[-1][0]
                alike = [row for row in rows if likeness.fullmatch(row[1].casefold())]
                found.update((row[2], None) for row in alike if plain(row[1]) == wanted)
                leave_time(started)
        return list(found)

    def census(self, marks: Sequence[int], is_over: Callable[[], bool]) -> Census:
        """Count those whose column of activity is above each of `marks`, see `People.active`."""
        table, active = self._people.table, self._people.active
        counts = "".join(f", count(*) FILTER (WHERE {active} > ?)" for _ in marks)
        columns = ", ".join([table.key, "status", *([active] if active else [])])
        query = f"""
        SELECT max({table.key}),
            count(*) FILTER (WHERE status = {BLOCKED}), count(*) FILTER (WHERE status = {BANNED}){counts}
        FROM (
            SELECT {columns} FROM {table.name} WHERE {table.key} > ? ORDER BY {table.key} LIMIT {SLICE_ROWS}
        ) AS slice"""
        last, sums = _LAST, [0] * (2 + len(marks))
        while last is not None and not is_over():
            started = time.perf_counter()
            values = (*marks, last)
            last, *found = self._people.store.look(lambda tables: tables.row(query, values))  # noqa: B023
            sums = [one + other for one, other in zip(sums, found, strict=True)]
            leave_time(started)
        blocked, banned, *were_active = sums
        return Census(were_active, blocked, banned)
