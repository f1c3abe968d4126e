"""The tables as files that other programs open.

They are copied into an SQLite file first, in short turns of the lock and exact at one instant. All else is made of that
file, a few rows at a time, while the bot plays on.
"""

import gzip
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import orjson

from pinstore.copies.snapshot import slices
from pinstore.errors import StoppedError, TooLargeError
from pinstore.formats import KINDS, Snapshot
from pinstore.keeping.between import copy_rows
from pinstore.keeping.saver import Saver
from pinstore.memory.table import Table

LARGEST = 50_000_000
"""Bytes of an upload, at most (Bot API, sendDocument: 50 MB)."""

GZIP_ABOVE = 20 << 20
"""Bytes above which a file is compressed; JSON below can be sent back to the bot (20 MiB: Bot API, getFile)."""

CHUNK = 1 << 16
PAUSE = 0.0005
"""Bytes compressed at once, and seconds that are left to the event loop after them or so many rows."""


class Exported(NamedTuple):
    """What was written: files, the counts of what is in them, and of when it is."""

    paths: Sequence[Path]
    counts: Mapping[str, int]
    at: datetime


def export(saver: Saver, kind: str, path: Path, stopping: threading.Event | None) -> Exported:
    """Write files beside `path`; blocks. Raises TooLargeError, or StoppedError when `stopping` is set."""
    taken = snapshot(saver, path, stopping.is_set if stopping else lambda: False)
    return Exported([packed(file, taken.check) for file in KINDS[kind](taken)], taken.counts, taken.at)


def snapshot(saver: Saver, path: Path, is_over: Callable[[], bool]) -> Snapshot:
    """Copy the tables; blocks. Raises StoppedError."""

    def check() -> None:
        time.sleep(PAUSE)
        if is_over():
            raise StoppedError

    database = saver.stored.database
    tables = database.tables

    def read_all() -> None:
        for table in tables:
            copy.execute(f"DROP TABLE IF EXISTS {table.name}")
            copy.execute(table.schema)
            for found in slices(database, table):
                _insert(copy, table, found.text)
                check()

    with closing(sqlite3.connect(path, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        copy.execute("BEGIN")
        taken = copy_rows(saver, read_all)
        for table in tables:
            changed = taken.tables[table.name]
            _insert(copy, table, changed.rows)
            copy.executemany(f"DELETE FROM {table.name} WHERE {table.key} = ?", [(key,) for key in changed.deleted])
        copy.execute("COMMIT")
    return Snapshot(path, tables, taken.counts, datetime.now(UTC), check)


def packed(path: Path, check: Callable[[], None]) -> Path:
    """The file, compressed if it is large and is not so already. Raises TooLargeError or StoppedError."""
    if path.stat().st_size > GZIP_ABOVE and path.suffix != ".xlsx":
        smaller = path.with_name(f"{path.name}.gz")
        with path.open("rb") as source, gzip.open(smaller, "wb", compresslevel=6) as target:
            while chunk := source.read(CHUNK):
                target.write(chunk)
                check()
        path = smaller
    if path.stat().st_size > LARGEST:
        raise TooLargeError
    return path


def _insert(copy: sqlite3.Connection, table: Table, rows: str) -> None:
    places = ", ".join("?" * len(table.columns))
    query = f"INSERT OR REPLACE INTO {table.name} ({', '.join(table.columns)}) VALUES ({places})"
    copy.executemany(query, orjson.loads(f"[{rows}]"))
