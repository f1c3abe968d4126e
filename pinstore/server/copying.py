"""Exports from a server: all tables are read within one transaction into an SQLite file, of which all else is made."""

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pinstore.errors import StoppedError
from pinstore.export import Exported, packed
from pinstore.formats import KINDS, Snapshot
from pinstore.memory.table import Table
from pinstore.memory.tables import Row, Tables
from pinstore.postgres.database import Database
from pinstore.postgres.tables import counts

SLICE = 5_000
"""Rows read at once."""


async def export(
    database: Database, tables: Sequence[Table], kind: str, path: Path, stopping: threading.Event | None
) -> Exported:
    """Write files beside `path`. Raises TooLargeError, or StoppedError when `stopping` is set."""

    def check() -> None:
        if stopping and stopping.is_set():
            raise StoppedError

    async def copy(seen: Tables) -> Snapshot:
        target = _empty(path)
        try:
            for table in tables:
                await _copy(seen, target, table)
                check()
            at = datetime.now(UTC)
            counted = await asyncio.to_thread(_counted, target, tables)
        finally:
            target.close()
        return Snapshot(path, tuple(tables), counted, at, check)

    taken = await database.read(copy)
    return await asyncio.to_thread(_made, kind, taken)


def _empty(path: Path) -> sqlite3.Connection:
    path.unlink(missing_ok=True)  # what an attempt has left whose connection was lost
    target = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    target.execute("PRAGMA journal_mode = OFF")
    target.execute("PRAGMA synchronous = OFF")
    return target


def _counted(target: sqlite3.Connection, tables: Sequence[Table]) -> dict[str, int]:
    """Of what is in the copy: those that are at hand may be some seconds old."""
    return {name: target.execute(statement).fetchone()[0] for name, statement in counts(tables).items()}


def _made(kind: str, taken: Snapshot) -> Exported:
    return Exported([packed(file, taken.check) for file in KINDS[kind](taken)], taken.counts, taken.at)


async def _copy(seen: Tables, target: sqlite3.Connection, table: Table) -> None:
    columns, key = ", ".join(table.columns), table.key
    some = f"SELECT {columns} FROM {table.name} WHERE {key} > ? ORDER BY {key} LIMIT {SLICE}"
    target.execute(table.schema)
    last = -(2**63)
    while rows := await seen.fetch(some, (last,)):
        last = rows[-1][0]
        await asyncio.to_thread(_insert, target, table, rows)
    if table.ranking:
        await asyncio.to_thread(target.execute, _renumber(table))


def _insert(target: sqlite3.Connection, table: Table, rows: Sequence[Row]) -> None:
    places = ", ".join("?" * len(table.columns))
    target.execute("BEGIN")
    target.executemany(f"INSERT INTO {table.name} ({', '.join(table.columns)}) VALUES ({places})", rows)
    target.execute("COMMIT")


def _renumber(table: Table) -> str:
    """Who of equals got there first is a time on a server; a copy is to be good in memory, where it is a count."""
    _, least = table.ranking or ("", "")
    numbered = f"SELECT {table.key}, row_number() OVER (ORDER BY {least}, {table.key}) AS place FROM {table.name}"
    return (
        f"UPDATE {table.name} SET {least} = numbered.place FROM ({numbered} WHERE {least} > 0) AS numbered "
        f"WHERE numbered.{table.key} = {table.name}.{table.key}"
    )
