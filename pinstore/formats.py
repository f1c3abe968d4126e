"""Files that other programs open, made of a snapshot a few rows at a time: SQLite, CSV, XLSX or JSON."""

import csv
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from pinstore.copies.document import FORMAT, VERSION
from pinstore.memory.table import Table
from pinstore.memory.tables import Row

ROWS = 200
"""Rows written at once: about a millisecond, for which the event loop may have to wait."""

# What a spreadsheet takes for a formula at the beginning of a cell, and so after a semicolon, which separates cells
# where a comma is the decimal mark.
_FORMULA = re.compile(r"(^|[;,\t\r\n])(?=[=+\-@\t\r])")


@dataclass(frozen=True)
class Snapshot:
    """All tables in an SQLite file, as they were at one instant."""

    path: Path
    tables: tuple[Table, ...]
    counts: Mapping[str, int]
    at: datetime
    check: Callable[[], None]
    """To be called now and then: leaves time to the event loop, and raises StoppedError when the process ends."""


def as_sqlite(taken: Snapshot) -> list[Path]:
    """The file as it is."""
    return [taken.path]


def as_csv(taken: Snapshot) -> list[Path]:
    """A file for each table that holds anything, the first one in any case, for a spreadsheet."""
    first = taken.tables[0]
    return [_csv(taken, table, "" if table is first else f"-{table.name}") for table in told(taken)]


def told(taken: Snapshot) -> list[Table]:
    """The tables that hold anything, and the first one in any case."""
    return [table for table in taken.tables if table is taken.tables[0] or taken.counts[table.name]]


def _csv(taken: Snapshot, table: Table, name: str) -> Path:
    """One table, best first, with a byte order mark; no cell is a formula."""
    path = taken.path.with_name(f"{taken.path.stem}{name}.csv")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.columns)
        for rows in rows_of(taken, table, best_first(table)):
            writer.writerows(
                [_FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell for cell in row] for row in rows
            )
    return path


def as_xlsx(taken: Snapshot) -> list[Path]:
    """A workbook with a sheet for each of these tables."""
    from pinstore.workbook import write  # noqa: PLC0415 - takes memory, and most admins never ask

    return [write(taken.path.with_suffix(".xlsx"), told(taken), lambda table: rows_of(taken, table, best_first(table)))]


def as_json(taken: Snapshot) -> list[Path]:
    """A backup document with all rows in it. It has no generation, so no restore takes it for the newest copy."""
    head = {
        "format": FORMAT,
        "version": VERSION,
        "generation": 0,
        "saved_at": f"{taken.at:%Y-%m-%dT%H:%M:%SZ}",
        "counts": taken.counts,
    }
    path = taken.path.with_suffix(".json")
    with path.open("wb") as file:
        file.write(orjson.dumps(head)[:-1] + b',\n"tables": {')
        for number, table in enumerate(taken.tables):
            name, columns = orjson.dumps(table.name), orjson.dumps(table.columns)
            file.write((b"," if number else b"") + b"\n" + name + b': {"columns": ' + columns + b', "rows": [')
            separator = b"\n"
            for rows in rows_of(taken, table, table.key):
                file.write(separator + b",\n".join(map(orjson.dumps, rows)))
                separator = b",\n"
            file.write(b"\n]}")
        file.write(b"\n}}\n")
    return [path]


KINDS: Mapping[str, Callable[[Snapshot], list[Path]]] = {
    "csv": as_csv,
    "xlsx": as_xlsx,
    "sqlite": as_sqlite,
    "json": as_json,
}


def best_first(table: Table) -> str:
    """The order of a table that ranks its rows, else that of its key."""
    if table.ranking is None:
        return table.key
    most, least = table.ranking
    return f"{most} DESC, {least}, {table.key}"


def rows_of(taken: Snapshot, table: Table, order: str) -> Iterator[list[Row]]:
    """All rows of a table, some at a time."""
    query = f"SELECT {', '.join(table.columns)} FROM {table.name} ORDER BY {order}"
    with closing(sqlite3.connect(taken.path)) as copy:
        cursor = copy.execute(query)
        while rows := cursor.fetchmany(ROWS):
            yield rows
            taken.check()
