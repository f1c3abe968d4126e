"""A piece of a table as a file: gzip of JSON with one row on each line, packed and unpacked a slice at a time."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import orjson

from pinstore.copies.packer import GZIP, Packer
from pinstore.copies.snapshot import Slice, changed, slices
from pinstore.memory.database import Database
from pinstore.memory.table import Table

PIECE_ROWS = 400_000
"""Rows in one piece, at most: about 5 MB compressed."""

PIECE_BYTES = 8 << 20
"""Compressed bytes after which a piece ends, whatever the names: far below the 20 MiB that getFile allows (Bot API)."""

CHUNK = 1 << 16
"""Compressed bytes that are unpacked at once: some thousand rows."""


class Piece(NamedTuple):
    """A part that is not stored yet: gzip of {"columns": …, "rows": …, "deleted": …}."""

    table: str
    content: bytes
    rows: int
    sha256: str
    """Checksum of the compressed bytes."""


class Batch(NamedTuple):
    """Some rows of a piece in the order of `columns`, and keys that are gone; what they hold is not checked."""

    columns: Sequence[str]
    rows: Sequence[Any]
    deleted: Sequence[Any]


def pieces(database: Database, since: int, run: int) -> Iterator[Piece]:
    """Read what mark `run` cuts off and compress it piece by piece: all rows, or those changed at or after `since`."""
    for table in database.tables:
        left = changed(database, table, since, run) if since else slices(database, table)
        for first in left:
            yield _pack(table, chain([first], left))


def unpack(content: bytes) -> Iterator[Batch]:
    """Take a piece apart again. Raises ValueError, TypeError, KeyError or zlib.error if it is none."""
    unpacker = zlib.decompressobj(GZIP)
    rest = unpacker.decompress(content[:CHUNK])
    head, _, rest = rest.partition(b"\n")
    columns = orjson.loads(head + b"]}")["columns"]
    for start in range(CHUNK, len(content), CHUNK):
        rows, comma, rest = rest.rpartition(b",\n")
        if comma:
            yield Batch(columns, orjson.loads(b"[" + rows + b"]"), [])
        rest += unpacker.decompress(content[start : start + CHUNK])
    tail = orjson.loads(b'{"rows": [' + rest)
    yield Batch(columns, tail["rows"], tail["deleted"])


def _pack(table: Table, found: Iterable[Slice]) -> Piece:
    """Compress slices until the piece is full."""
    columns = orjson.dumps(table.columns).decode()
    count, deleted = 0, list[int]()
    with Packer() as packer:
        packer.add(f'{{"columns": {columns}, "rows": [\n')
        for one in found:
            separator = ",\n" if count and one.number else ""
            packer.add(f"{separator}{one.text}")
            if not one.was_alone:
                packer.wait()
            deleted += one.deleted
            count += one.number
            if count >= PIECE_ROWS or packer.size >= PIECE_BYTES:
                break
        packer.add(f'\n], "deleted": {deleted}}}\n')
    content = packer.content()
    return Piece(table.name, content, count, hashlib.sha256(content).hexdigest())
