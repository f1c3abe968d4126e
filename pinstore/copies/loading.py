"""Text to tables: lays parts and the document over each other and checks what came of it."""

import gc
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pinstore.copies.compaction import last_mark
from pinstore.copies.document import Document, Part, check_sum
from pinstore.copies.part_file import Batch, unpack
from pinstore.errors import DocumentError, Fault
from pinstore.memory.loader import Loader


def load_part(
    loader: Loader, part: Part, content: bytes, *, oldest: bool, on_rows: Callable[[int], None] = lambda _: None
) -> None:
    """Lay a part over what is loaded, some rows at a time (`on_rows` is told how many).

    Raises DocumentError if it is not what was stored.
    """
    check_sum(content, part.sha256)
    number = 0
    try:
        with _collector_paused():
            for batch in unpack(content):
                _load(loader, part.table, batch, 0 if oldest else part.run - 1)
                number += len(batch.rows)
                on_rows(len(batch.rows))
    except (zlib.error, ValueError, TypeError, LookupError):
        raise DocumentError(Fault.PART, part.table) from None
    if number != part.rows:
        raise DocumentError(Fault.PART_ROWS, part.table, number, part.rows)


def load_document(loader: Loader, document: Document) -> None:
    """Lay the document over its parts, build indexes and check the counts. Raises DocumentError."""
    mark = last_mark(document.parts)
    for name, table in document.tables.items():
        _load(loader, name, Batch(table.columns, table.rows, table.deleted), mark)
    counts = loader.finish(mark)
    wrong = [name for name, count in document.counts.items() if counts.get(name) != count]
    if wrong:
        name = wrong[0]
        raise DocumentError(Fault.COUNTS, counts.get(name), name, document.counts[name])


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Else the garbage collector looks through the whole program again and again, as rows are many lists.

    It would find nothing, double the time of a restore, and hold up the event loop beside a drill.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _load(loader: Loader, name: str, batch: Batch, mark: int) -> None:
    table = loader.tables.get(name)
    if table is None or not set(batch.columns) <= set(table.columns) or table.key not in batch.columns:
        columns = ", ".join(map(str, batch.columns))
        raise DocumentError(Fault.TABLE, name, columns)
    try:
        loader.load(name, batch.columns, batch.rows, batch.deleted, mark)
    except (sqlite3.Error, OverflowError, ValueError, TypeError, LookupError) as error:
        raise DocumentError(Fault.ROW, name, error) from None
