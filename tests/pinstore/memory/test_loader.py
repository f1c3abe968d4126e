"""Rows that are put in many at a time: the table is the same as if they had come one by one."""

from __future__ import annotations

import gzip
import hashlib
from contextlib import closing
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.clicker.tables import USERS
from pinstore.copies.document import Document, Part
from pinstore.copies.loading import load_document, load_part
from pinstore.errors import DocumentError
from pinstore.memory.loader import TOGETHER, Loader
from tests.pinstore.shelf import COLUMNS

NUMBERS = st.sampled_from([0, 1, 2, TOGETHER - 1, TOGETHER, TOGETHER + 1, 2 * TOGETHER, 3 * TOGETHER + 7])
LAYERS = st.lists(st.tuples(NUMBERS, st.integers(1, 90), st.sets(st.integers(0, 99)), st.integers(0, 3)), max_size=5)
"""Of each: how many rows, the step between their keys (which come again), the keys that are gone, its mark."""


@given(LAYERS)
def test_later_rows_win(layers: list[tuple[int, int, set[int], int]]) -> None:
    """Within a layer and between them; each that is not the oldest leaves the marks of what it has changed."""
    rows: dict[int, tuple[Any, ...]] = {}
    marks: dict[int, int] = {}
    with closing(Loader([USERS])) as loader:
        for layer, (number, step, gone, mark) in enumerate(layers):
            new = [(step * n % 97, f"{layer}/{n}", n, 0, -n) for n in range(number)]
            loader.load("users", COLUMNS, new, gone, mark)
            rows.update((row[0], row) for row in new)
            keys = [row[0] for row in new] + list(gone)
            marks.update(dict.fromkeys(keys, mark) if mark else {})
            for key in gone:
                rows.pop(key, None)
        totals = loader.finish(1)
        found = loader.connection.execute("SELECT chatid, name, click, state, reached FROM users").fetchall()
        marked = loader.connection.execute("SELECT key, mark FROM users_changes").fetchall()
    assert sorted(found) == sorted(rows.values())
    assert dict(marked) == marks
    assert totals == {"users": len(rows), "clicks": sum(row[2] for row in rows.values())}


WRONG: dict[str, Any] = {
    "too short": [7, "Анна", 1, 0],
    "too long": [7, "Анна", 1, 0, 3, 4],
    "too short and too long": ([7, "Анна", 1, 0], [3, 8, "Борис", 1, 0, 3]),
    "text": "71234",
    "an object": {"7": 1, "1": 1, "2": 1, "3": 1, "4": 1},
    "a number": 7,
    "negative clicks": [7, "Анна", -1, 0, 3],
    "clicks with a fraction": [7, "Анна", 1.5, 0, 3],
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("mark", [0, 1])
@pytest.mark.parametrize("place", [0, TOGETHER - 2, TOGETHER, 2 * TOGETHER + 3])
def test_one_wrong_row_among_many_is_refused(wrong: str, mark: int, place: int) -> None:
    """Wherever it stands: two that are wrong by one value each, one more and one less, do not make up for it."""
    rows: list[Any] = [[100 + number, "Игрок", 1, 0, number] for number in range(2 * TOGETHER + 9)]
    rows[place : place + 1] = WRONG[wrong] if isinstance(WRONG[wrong], tuple) else [WRONG[wrong]]
    text = b",\n".join(map(orjson.dumps, rows))
    content = gzip.compress(b'{"columns": %b, "rows": [\n%b\n], "deleted": []}\n' % (orjson.dumps(COLUMNS), text))
    checksum, size = hashlib.sha256(content).hexdigest(), len(content)
    part = Part(table="users", file_id="f", message_id=1, rows=len(rows), bytes=size, sha256=checksum, run=2)
    with closing(Loader([USERS])) as loader, pytest.raises(DocumentError, match="a row of its table users is wrong"):
        load_part(loader, part, content, oldest=not mark)


def test_a_document_with_many_rows_is_refused_for_one() -> None:
    """It is not as strict about the length of a row as the table is."""
    rows = [[number, "Игрок", 1, 0, number] for number in range(TOGETHER)]
    tables = {"users": {"columns": list(COLUMNS), "rows": [*rows[:-1], rows[-1][:-1]]}}
    document = Document.model_validate(
        {"format": "clicker-backup", "version": 1, "generation": 1, "counts": {}, "tables": tables}
    )
    with closing(Loader([USERS])) as loader, pytest.raises(DocumentError, match="a row of its table users is wrong"):
        load_document(loader, document)
