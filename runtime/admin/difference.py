"""What would change if other tables took the place of the present ones, table by table: rows that go, come, differ."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Any

from pinstore import LoadedCopy, Store, Table

Values = Sequence[Any]
"""A row."""

SHOWN = 10
"""Of those who would be missing so many are named, the largest sums first."""


@dataclass
class Rows:
    """Rows of one table, told apart by their keys."""

    missing: int = 0
    """Those that the other table does not have."""
    returning: int = 0
    """Those that it alone has."""
    changed: int = 0
    """Those with other sums, or, in a table that sums up nothing, with anything else."""


@dataclass
class Difference:
    """From the present tables to the others."""

    before: Mapping[str, int]
    """Totals of the present tables by name."""
    after: Mapping[str, int]
    tables: dict[str, Rows] = field(default_factory=dict)
    named: list[tuple[int, str, int]] = field(default_factory=list)
    """Some of the people who would be missing, as (id, name, the first sum)."""
    sums: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Names of the totals that a table sums up."""


def compare(live: Store, other: LoadedCopy, is_over: Callable[[], bool]) -> Difference:
    """Compare in short turns of the lock; blocks, until `is_over` at the most. The first table is that of people."""
    difference = Difference(live.totals(), other.totals())
    gone: list[tuple[int, int]] = []
    for table in live.tables:
        compared = tuple(table.sums.values()) or table.columns[1:]
        ours = live.walk(table, compared)
        theirs = other.walk(table, compared)
        is_people = table is live.tables[0]
        difference.sums[table.name] = tuple(table.sums)
        difference.tables[table.name] = _compare(ours, theirs, gone if is_people else None, is_over)
    people = live.tables[0]
    named = nlargest(SHOWN, gone, key=lambda row: row[1])
    difference.named = [(key, _name(live, people, key), number) for key, number in named]
    return difference


def _compare(
    ours: Iterator[Sequence[Values]],
    theirs: Iterator[Sequence[Values]],
    gone: list[tuple[int, int]] | None,
    is_over: Callable[[], bool],
) -> Rows:
    """Walk through both in the order of the key; `gone` gets key and first value of what is missing."""
    rows, left, right = Rows(), _each(ours, is_over), _each(theirs, is_over)
    our, their = next(left, None), next(right, None)
    while our or their:
        if their is None or (our and our[0] < their[0]):
            rows.missing += 1
            if our and gone is not None:
                _keep(gone, (our[0], our[1]))
            our = next(left, None)
        elif our is None or their[0] < our[0]:
            rows.returning += 1
            their = next(right, None)
        else:
            rows.changed += our[1:] != their[1:]
            our, their = next(left, None), next(right, None)
    return rows


def _each(slices: Iterator[Sequence[Values]], is_over: Callable[[], bool]) -> Iterator[Values]:
    for rows in slices:
        if is_over():
            return
        yield from rows


def _keep(gone: list[tuple[int, int]], row: tuple[int, int]) -> None:
    """Keep the largest ones: a million may be missing."""
    gone.append(row)
    if len(gone) > 100 * SHOWN:
        gone[:] = nlargest(SHOWN, gone, key=lambda each: each[1])


def _name(live: Store, people: Table, key: int) -> str:
    query = f"SELECT name FROM {people.name} WHERE {people.key} = ?"
    row = live.look(lambda tables: tables.row(query, (key,)))
    return str(row[0]) if row else ""
