"""Whether a file holds the bot's tables, under whatever name: a copy, a part, an export, the first version's array."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import BytesIO

from pinstore import Table

BOM = b"\xef\xbb\xbf"
LOOKED_AT = 4 << 20
"""Bytes of what is packed that are looked at; all that tells a file of ours stands at its beginning."""

MEMBERS = 50
"""Files in an archive that are looked at."""

TELLING = 4
"""Columns whose names, all of them, tell a table."""

_GZIP, _SQLITE, _UTF16 = b"\x1f\x8b", b"SQLite format 3\0", (b"\xff\xfe", b"\xfe\xff")

_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What a file in an archive raises that is damaged, packed in an unknown way, or locked with a password."""

_JSON = re.compile(rb'"clicker-backup"|\A\s*\{\s*"columns"\s*:')
"""A document, or a part."""

_OLDEST = re.compile(rb'\s*\[\s*\[\s*-?\d+\s*,\s*("|null\b)')
"""The first version's array of rows."""


def holds_tables(content: bytes, tables: Sequence[Table]) -> bool:
    """Look into a file; takes its time if that is large."""
    return any(_tells(piece, table) for piece in _pieces(content) for table in tables)


def _pieces(content: bytes) -> Iterator[bytes]:
    """What is in the file, or in the files that are packed in it."""
    if content.startswith(_GZIP):
        yield _unpacked(content)
    elif zipfile.is_zipfile(BytesIO(content)):
        yield from _members(content)
    elif content.startswith(_UTF16):
        yield content.decode("utf-16", errors="ignore").encode()
    else:
        yield content.removeprefix(BOM)


def _unpacked(content: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(content, LOOKED_AT).removeprefix(BOM)
    except zlib.error:
        return b""


def _members(content: bytes) -> Iterator[bytes]:
    with suppress(*_DAMAGED), zipfile.ZipFile(BytesIO(content)) as archive:
        for member in archive.infolist()[:MEMBERS]:
            with suppress(*_DAMAGED), archive.open(member) as file:
                yield file.read(LOOKED_AT).removeprefix(BOM)


def _tells(piece: bytes, table: Table) -> bool:
    """Whether this is a document, an SQLite file, a sheet or lines of cells with this table."""
    columns = [column.encode() for column in table.columns[:TELLING]]
    if piece.startswith(_SQLITE):
        return re.search(rb"CREATE TABLE \W?" + table.name.encode() + rb"\W", piece) is not None
    if _JSON.search(piece) or _OLDEST.match(piece):
        return True
    line = re.match(rb"[^\r\n]*", piece)
    cells = [cell.strip(b'" ') for cell in re.split(rb"[,;\t]", line[0])] if line else []
    return cells[: len(columns)] == columns or all(b">" + column + b"<" in piece for column in columns)
