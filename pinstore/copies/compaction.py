"""Which rows are written when: the document holds what changed last, parts hold runs of older rows.

A log-structured merge in tiers: a document that has grown too long is cut off as a new run; when there are several
runs of about that size they become one; when a good part of the table has changed, the whole table is written anew.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from pinstore.copies.document import Part

DOCUMENT_ROWS = 1_500
"""Rows in a document, at most: some 60 KB, and still a file that a person can read."""

ALIKE = 8
"""Runs of about one size that become one: each row is then written again twice or three times before WHOLE."""

WHOLE = 1 / 4
"""Share of the oldest run's rows that may change before all is written anew.

It bounds the rows that a restore loads twice and the keys that are kept in mind; a larger share would save little.
"""


@dataclass(frozen=True)
class Cut:
    """What a new run replaces: it holds all rows changed at or after mark `since` (0: the whole table), `kept` stay."""

    since: int
    kept: tuple[Part, ...]


def plan(changed: int, parts: Sequence[Part]) -> Cut | None:
    """Decide whether the document's `changed` rows become a run, and which newer runs it takes in."""
    if changed <= DOCUMENT_ROWS:
        return None
    sizes: Counter[int] = Counter()
    for part in parts:
        sizes[part.run] += part.rows
    runs = sorted(sizes)
    if not runs or changed + sum(sizes[run] for run in runs[1:]) >= WHOLE * sizes[runs[0]]:
        return Cut(0, ())
    while True:
        alike = list(takewhile(lambda run: sizes[run] <= 2 * changed, reversed(runs[1:])))  # noqa: B023 - used at once
        if len(alike) < ALIKE - 1:
            return Cut(runs[-1], tuple(part for part in parts if part.run in runs))
        changed += sum(sizes[run] for run in alike)
        del runs[-len(alike) :]


def last_mark(parts: Sequence[Part]) -> int:
    """The mark at which the newest run was cut: rows changed at or after it are in the document."""
    return max((part.run for part in parts), default=1)


def first_mark(parts: Sequence[Part]) -> int:
    """The mark at which the oldest run was cut, which holds the whole table."""
    return min((part.run for part in parts), default=1)
