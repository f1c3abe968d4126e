"""Parts on their way: the next one is read meanwhile, they keep their order, and an error leaves none on its way."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING

import pytest

from pinstore.copies import compaction, part_file, snapshot
from pinstore.copies.document import Part
from pinstore.keeping.parts import Parts
from tests.pinstore.shelf import hurry, table

if TYPE_CHECKING:
    from pinstore.copies.part_file import Piece
    from pinstore.memory.database import Database

ROWS = 35


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Database:
    """A table of a few parts."""
    for module, name in ((compaction, "DOCUMENT_ROWS"), (snapshot, "SLICE_ROWS"), (part_file, "PIECE_ROWS")):
        monkeypatch.setattr(module, name, 10)
    hurry(monkeypatch)
    return table((number, f"Игрок {number}", 0, 0, 0) for number in range(ROWS))


class Line:
    """Stores a part when the next one is there, or refuses one."""

    def __init__(self, refused: int = -1) -> None:
        self.begun: list[Future[Part]] = []
        self.refused = refused

    def store(self, piece: Piece, run: int) -> Future[Part]:
        """Begin with this one; the one before it is done with then."""
        number = len(self.begun)
        one: Future[Part] = Future()
        if number == self.refused:
            one.set_exception(OSError("refused"))
        else:
            one.set_result(_part(piece, run, number))
        self.begun.append(one)
        return one


def _part(piece: Piece, run: int, number: int) -> Part:
    size = len(piece.content)
    names = {"table": piece.table, "file_id": f"file{number}", "sha256": piece.sha256}
    return Part(message_id=number + 1, rows=piece.rows, bytes=size, run=run, **names)


def test_parts_keep_their_order(database: Database) -> None:
    """However they overlap."""
    parts, line = Parts(), Line()
    assert parts.merge(database, line.store)
    assert [part.file_id for part in parts.layout(None, None).parts] == [f"file{n}" for n in range(4)]
    assert [part.rows for part in parts.layout(None, None).parts] == [10, 10, 10, 5]


@pytest.mark.parametrize("refused", range(4))
def test_a_part_that_is_refused_ends_the_save(database: Database, refused: int) -> None:
    """The document goes on referring to what was stored before."""
    parts, line = Parts(), Line(refused)
    with pytest.raises(OSError, match="refused"):
        parts.merge(database, line.store)
    assert parts.layout(None, None).parts == ()
    assert len(line.begun) <= refused + 2


def test_a_table_that_goes_leaves_no_part_on_its_way(database: Database) -> None:
    """As when a restore begins in the middle of a save."""
    begun: list[Future[Part]] = []

    def store(_piece: Piece, _run: int) -> Future[Part]:
        begun.append(Future())
        database.drop()
        return begun[-1]

    with pytest.raises(Exception, match="no such table"):
        Parts().merge(database, store)
    assert [one.cancelled() for one in begun] == [True]
