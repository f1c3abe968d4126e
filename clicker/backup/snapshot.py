"""Tables to text and back: the rows of a document in one short turn, those of parts in many, and loading both."""

import gzip
import hashlib
import sqlite3
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pydantic import ValidationError

from clicker.backup.document import Document, DocumentError, Part, Rows, TableText, check_sum
from clicker.database import Database, Table
from clicker.loader import Loader

SLICE_ROWS = 2_000
"""Rows read in one turn of the database's lock: about a millisecond, so a tap never waits longer."""

PART_ROWS = 200_000
"""Rows in one part, at most: about 5 MB compressed."""

PART_BYTES = 8 << 20
"""Compressed bytes after which a part ends, whatever the names: far below the 20 MiB that getFile allows (Bot API)."""

GZIP = 31
"""zlib's window size that writes a gzip header."""


@dataclass(frozen=True)
class Taken:
    """Everything a document needs, exact at one instant."""

    position: int
    applied: frozenset[int]
    counts: Mapping[str, int]
    tables: Mapping[str, TableText]


class Slice(NamedTuple):
    """Some rows of a table as JSON arrays with commas between, deleted keys, and the last key that was looked at."""

    text: str
    number: int
    deleted: list[int]
    last: int


@dataclass(frozen=True)
class Piece:
    """A part that is not stored yet: gzip of {"columns": …, "deleted": …, "rows": …}."""

    table: str
    content: bytes
    rows: int

    @property
    def sha256(self) -> str:
        """Checksum of the compressed bytes."""
        return hashlib.sha256(self.content).hexdigest()


def changed_rows(database: Database, since: int) -> int:
    """How many rows a document over runs up to mark `since` would hold; with 0, all rows."""
    return database.look(lambda connection: sum(_count(connection, table, since) for table in database.tables))


def take(database: Database, since: int) -> Taken:
    """Read what a document holds (all rows with `since` 0, else those changed at or after that mark) in one turn."""

    def read(connection: sqlite3.Connection) -> Taken:
        tables: dict[str, TableText] = {}
        for table in database.tables:
            rows = _rows(connection, table, since, "IS NOT NULL", 0)
            tables[table.name] = TableText(table.columns, rows.text, rows.deleted)
        counts = dict(connection.execute("SELECT name, value FROM totals").fetchall())
        return Taken(database.position, frozenset(database.applied), counts, tables)

    return database.look(read)


def begin_run(database: Database) -> int:
    """Raise the mark, so that rows changed while a run is being read belong to the document; returns the new mark."""

    def raise_mark(connection: sqlite3.Connection) -> int:
        connection.execute("UPDATE mark SET value = value + 1")
        return int(connection.execute("SELECT value FROM mark").fetchone()[0])

    return database.look(raise_mark)


def pieces(database: Database, since: int) -> Iterator[Piece]:
    """Read a run (as `take` does, but in short turns) and compress it, a piece at a time."""
    for table in database.tables:
        slices = _slices(database, table, since)
        while piece := _piece(table, slices):
            yield piece


def forget_changes(database: Database, before: int) -> None:
    """Drop marks that a complete run has made superfluous, in short turns."""
    for table in database.tables:
        name = f"{table.name}_changes"
        query = f"DELETE FROM {name} WHERE key IN (SELECT key FROM {name} WHERE mark < ? LIMIT {SLICE_ROWS})"
        while database.look(lambda connection: connection.execute(query, (before,)).rowcount):  # noqa: B023
            _breathe(0.001)


def load_part(loader: Loader, part: Part, content: bytes, *, oldest: bool) -> None:
    """Lay a part over what is loaded; raises DocumentError if it is not what was stored."""
    check_sum(content, part.sha256)
    try:
        rows = Rows.model_validate_json(gzip.decompress(content))
    except (OSError, EOFError, zlib.error, ValidationError):
        raise DocumentError(f"a part of table {part.table} cannot be read") from None
    _load(loader, part.table, rows, 0 if oldest else part.run - 1)


def load_document(loader: Loader, document: Document) -> None:
    """Lay the document over its parts, build indexes and check the counts."""
    mark = last_mark(document.parts)
    for name, rows in document.tables.items():
        _load(loader, name, rows, mark)
    counts = loader.finish(mark)
    wrong = [name for name, count in document.counts.items() if counts.get(name) != count]
    if wrong:
        name = wrong[0]
        raise DocumentError(f"its counts are wrong: {counts.get(name)} {name} instead of {document.counts[name]}")


def last_mark(parts: Sequence[Part]) -> int:
    """The mark at which the newest run was cut: rows changed at or after it are in the document."""
    return max((part.run for part in parts), default=1)


def _load(loader: Loader, name: str, rows: Rows, mark: int) -> None:
    table = loader.tables.get(name)
    if table is None or not set(rows.columns) <= set(table.columns) or table.key not in rows.columns:
        raise DocumentError(f"this program does not know the table {name} with columns {', '.join(rows.columns)}")
    try:
        loader.load(name, rows.columns, rows.rows, rows.deleted, mark)
    except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
        raise DocumentError(f"a row of its table {name} is wrong ({error})") from None


def _source(table: Table, since: int) -> tuple[str, str, str]:
    """FROM, WHERE and the key of what is read: the whole table, or the keys changed at or after mark `since`."""
    if not since:
        return f"{table.name} t", "true", f"t.{table.key}"
    return f"{table.name}_changes k LEFT JOIN {table.name} t ON t.{table.key} = k.key", f"k.mark >= {since}", "k.key"


def _count(connection: sqlite3.Connection, table: Table, since: int) -> int:
    if since:
        query = f"SELECT count(*) FROM {table.name}_changes WHERE mark >= {since}"
    else:
        query = f"SELECT value FROM totals WHERE name = '{table.name}'"
    return int(connection.execute(query).fetchone()[0])


def _rows(connection: sqlite3.Connection, table: Table, since: int, bounds: str, last: int) -> Slice:
    """The rows whose key is within `bounds` (a condition on the key), and the keys there that have no row any more."""
    source, marked, key = _source(table, since)
    cells = ", ".join(f"t.{column}" for column in table.columns)
    found = f"FROM {source} WHERE {marked} AND {key} {bounds} AND t.{table.key}"
    text, count = connection.execute(
        f"SELECT group_concat(json_array({cells}), ',\n'), count(*) {found} IS NOT NULL"
    ).fetchone()
    deleted = [row[0] for row in connection.execute(f"SELECT {key} {found} IS NULL")] if since else []
    return Slice(text or "", int(count), deleted, last)


def _slices(database: Database, table: Table, since: int) -> Iterator[Slice]:
    source, marked, key = _source(table, since)
    # `+` keeps SQLite on the primary key, in whose order the slices follow each other.
    keys = f"SELECT {key} AS key FROM {source} WHERE +{marked} AND {key} > ? ORDER BY {key} LIMIT {SLICE_ROWS}"

    def read(connection: sqlite3.Connection) -> Slice | None:
        last = connection.execute(f"SELECT max(key) FROM ({keys})", (after,)).fetchone()[0]
        return None if last is None else _rows(connection, table, since, f"BETWEEN {after + 1} AND {last}", last)

    after = -(2**63)
    while True:
        started = time.perf_counter()
        found = database.look(read)
        if found is None:
            return
        after = found.last
        yield found
        _breathe(time.perf_counter() - started)


def _piece(table: Table, slices: Iterator[Slice]) -> Piece | None:
    """Compress slices until the piece is full; None if there are no more."""
    packer = zlib.compressobj(6, zlib.DEFLATED, GZIP)
    chunks: list[bytes] = []
    deleted: list[int] = []
    count = 0
    for found in slices:
        separator = ",\n" if count and found.number else ""
        head = "" if chunks else f'{{"columns": {list(table.columns)}, "rows": [\n'.replace("'", '"')
        chunks.append(packer.compress((head + separator + found.text).encode()))
        deleted += found.deleted
        count += found.number
        if count >= PART_ROWS or sum(map(len, chunks)) >= PART_BYTES:
            break
    if not chunks:
        return None
    chunks.append(packer.compress(f'\n], "deleted": {deleted}}}\n'.encode()))
    chunks.append(packer.flush())
    return Piece(table.name, b"".join(chunks), count)


def _breathe(seconds: float) -> None:
    """Leave the lock to the event loop for as long as it was held: a lock is not fair by itself."""
    time.sleep(max(seconds, 0.0005))
