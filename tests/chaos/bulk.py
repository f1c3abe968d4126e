"""The table that some runs begin from: a few rows short of what a document holds, so that play cuts it into parts."""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import TYPE_CHECKING, Any

from pinstore.copies.compaction import ALIKE, DOCUMENT_ROWS
from pinstore.copies.document import Part, Stamp
from pinstore.copies.rendering import Layout, TableText, render

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emulator.state.people import Person

Row = tuple[Any, ...]

FIRST = 5_000_001
COLUMNS = ("chatid", "name", "click", "state", "reached")
RUNS = {
    "none": (),
    "whole": (2 * DOCUMENT_ROWS,),
    "kept": (5 * DOCUMENT_ROWS,),
    "merged": (7 * DOCUMENT_ROWS, *(ALIKE - 1) * (100,)),
}
"""Rows in the runs of parts, oldest first, by what becomes of them when the document is cut off as a new run."""


def row(number: int, click: int) -> Row:
    """An imported player."""
    return (FIRST + number, f"Гость {number}", click, number % 3, number)


def send(admin: Person, runs: Iterable[int], count: int) -> tuple[int, dict[int, Row]]:
    """Send parts and a document of `count` rows over them; its message id, and the rows of the table by key.

    Every second row of the document is a later state of one in the parts. Without parts it is of the oldest format.
    """
    table: dict[int, Row] = {}
    parts: list[Part] = []
    for run, size in enumerate(runs, 2):
        rows = [row(len(table) + number, number % 7) for number in range(size)]
        table |= {one[0]: one for one in rows}
        parts.append(_send_part(admin, run, rows))
    fresh = len(table)
    rows = [
        row(number, number % 11 + 7) if number % 2 and number < fresh else row(fresh + number, number % 11)
        for number in range(count)
    ]
    table |= {one[0]: one for one in rows}
    content = _document(table, rows, parts) if parts else json.dumps([one[:4] for one in rows]).encode()
    if not parts:  # places are given by the order
        table = {one[0]: (*one[:4], place) for place, one in enumerate(rows, 1)}
    return int(admin.send_file("backup.json", content)["message_id"]), table


def _send_part(admin: Person, run: int, rows: list[Row]) -> Part:
    text = f'{{"columns": {json.dumps(COLUMNS)}, "rows": [\n{_lines(rows)}\n], "deleted": []}}\n'
    content = gzip.compress(text.encode(), mtime=0)
    message = admin.send_file(f"users-{run}.json.gz", content)
    return Part(
        table="users",
        file_id=message["document"]["file_id"],
        message_id=message["message_id"],
        rows=len(rows),
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        run=run,
    )


def _document(table: dict[int, Row], rows: list[Row], parts: list[Part]) -> bytes:
    counts = {"users": len(table), "clicks": sum(one[2] for one in table.values())}
    return render(Stamp(5, 1), {"users": TableText(COLUMNS, _lines(rows), ())}, counts, (), Layout(parts)).content


def _lines(rows: list[Row]) -> str:
    """One row on each line, as the bot writes them."""
    return ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
