"""Which rows are written when: the document holds what changed last, parts hold runs of older rows.

A log-structured merge: a document that has grown too long is cut off as a new run; a run is merged with the ones
before it as long as they are not larger than itself, so a row is written again about as often as the table has doubled.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from clicker.backup.document import Part

DOCUMENT_ROWS = 4_000
"""Rows in a document, at most: read in one turn of two milliseconds, and still a file that a person can read."""


@dataclass(frozen=True)
class Cut:
    """What a new run replaces: it holds all rows changed at or after mark `since` (0: the whole table), `kept` stay."""

    since: int
    kept: tuple[Part, ...]


def plan(changed: int, parts: Sequence[Part]) -> Cut | None:
    """Decide whether the document's `changed` rows become a run, and which older runs it takes in."""
    if changed <= DOCUMENT_ROWS:
        return None
    sizes: dict[int, int] = {}
    for part in parts:
        sizes[part.run] = sizes.get(part.run, 0) + part.rows
    runs = sorted(sizes)
    while runs and sizes[runs[-1]] <= changed:
        changed += sizes[runs.pop()]
    return Cut(runs[-1] if runs else 0, tuple(part for part in parts if part.run in runs))
