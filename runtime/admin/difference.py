"""What would change if other tables took the place of the present ones: who comes, who goes, whose clicks differ."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pinstore.memory.database import Connection, Database

SLICE_ROWS = 1_000
"""Neighbouring rows compared at once."""

SHOWN = 10
"""Of those who would be missing so many are named, most clicks first."""

_PLAYERS = "SELECT chatid, click FROM users WHERE chatid > ? AND chatid <= ? ORDER BY chatid"
_END = "SELECT max(chatid) FROM (SELECT chatid FROM users WHERE chatid > ? ORDER BY chatid LIMIT ?)"
_NAME = "SELECT name FROM users WHERE chatid = ?"
_LAST = 2**63 - 1


@dataclass
class Difference:
    """From the present tables to the others."""

    before: dict[str, int]
    """Totals of the present tables, `users` and `clicks` among them."""
    after: dict[str, int]
    missing: int = 0
    """Players who are not in the others."""
    returning: int = 0
    changed: int = 0
    """Players with another number of clicks."""
    named: list[tuple[int, str, int]] = field(default_factory=list)
    """Some of those who would be missing, as (chatid, name, clicks)."""


def compare(live: Database, other: Connection, is_over: Callable[[], bool]) -> Difference:
    """Compare in short turns of the lock; blocks, until `is_over` at the most."""
    difference = Difference(live.look(lambda tables: tables.totals()), other.totals())
    after = -(2**63)
    while not is_over():
        last = min(live.look(lambda tables: _end(tables, after)), _end(other, after))  # noqa: B023
        started = time.perf_counter()
        ours = live.look(lambda tables: _clicks(tables, after, last))  # noqa: B023
        spent = time.perf_counter() - started
        _count(difference, ours, _clicks(other, after, last))
        if last == _LAST:
            break
        after = last
        time.sleep(max(spent, 0.0005))  # a lock is not fair by itself
    names = live.look(lambda tables: [tables.execute(_NAME, (row[0],)).fetchone() for row in difference.named])
    difference.named = [
        (key, name[0], clicks) for (key, _, clicks), name in zip(difference.named, names, strict=True) if name
    ]
    return difference


def _count(difference: Difference, ours: dict[int, int], theirs: dict[int, int]) -> None:
    missing = ours.keys() - theirs.keys()
    difference.missing += len(missing)
    difference.returning += len(theirs.keys() - ours.keys())
    difference.changed += sum(ours[key] != theirs[key] for key in ours.keys() & theirs.keys())
    known = [*difference.named, *((key, "", ours[key]) for key in missing)]
    difference.named = sorted(known, key=lambda row: -row[2])[:SHOWN]


def _end(tables: Connection, after: int) -> int:
    """The last key of the slice that begins after this one."""
    end = tables.execute(_END, (after, SLICE_ROWS)).fetchone()[0]
    return _LAST if end is None else int(end)


def _clicks(tables: Connection, after: int, last: int) -> dict[int, int]:
    return dict(tables.execute(_PLAYERS, (after, last)).fetchall())
