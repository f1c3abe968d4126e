"""Documents and parts on a shelf in memory, laid out as the keeper lays them into the chat; no Telegram, no network."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from clicker.backup.document import Part, Stamp, parse
from clicker.backup.loading import load_document, load_part
from clicker.backup.pieces import pieces
from clicker.backup.rendering import Layout, render
from clicker.backup.runs import last_mark, plan
from clicker.backup.snapshot import begin_run, changed_rows, forget_changes, take
from clicker.database import Database
from clicker.loader import Loader
from clicker.players import USERS, Players

if TYPE_CHECKING:
    from collections.abc import Iterable

Row = tuple[Any, ...]

COLUMNS = USERS.columns[:5]
"""Those of a player whose row is written down in a test; the others have defaults."""


class Shelf:
    """The stored document and the parts it refers to."""

    def __init__(self) -> None:
        self.generation = 0
        self.content = b""
        self.parts: tuple[Part, ...] = ()
        self.files: dict[str, bytes] = {}

    def save(self, database: Database) -> None:
        """Store the next generation."""
        since = last_mark(self.parts) if self.parts else 0
        cut = plan(changed_rows(database, since), self.parts)
        if cut:
            run = begin_run(database)
            new = [
                self._store(run, piece.table, piece.rows, piece.content, piece.sha256)
                for piece in pieces(database, cut.since)
            ]
            self.parts = (*cut.kept, *new)
        taken = take(database, last_mark(self.parts) if self.parts else 0)
        self.generation += 1
        stamp, layout = Stamp(self.generation, 1, "owner"), Layout(self.parts)
        self.content = render(stamp, taken.tables, taken.counts, taken.applied, layout).content
        if cut and cut.since == 0:
            forget_changes(database, last_mark(self.parts))

    def restore(self) -> Database:
        """A new database from what is stored. Raises DocumentError."""
        document = parse(self.content)
        loader = Loader([USERS])
        for part in sorted(document.parts, key=lambda part: part.run):
            oldest = part.run == min(part.run for part in document.parts)
            load_part(loader, part, self.files[part.file_id], oldest=oldest)
        load_document(loader, document)
        database = Database([USERS])
        database.replace(loader.connection, document.applied_updates)
        return database

    def _store(self, run: int, table: str, rows: int, content: bytes, sha256: str) -> Part:
        name = f"file{len(self.files)}"
        self.files[name] = content
        size = len(content)
        return Part(table=table, file_id=name, message_id=size, rows=rows, bytes=size, sha256=sha256, run=run)


def table(rows: Iterable[Row] = ()) -> Database:
    """A database with these (chatid, name, click, state, reached, …), as many of the columns as the rows have."""
    loader, rows = Loader([USERS]), list(rows)
    loader.load("users", USERS.columns[: len(rows[0])] if rows else COLUMNS, rows, [], 1)
    loader.finish(1)
    database = Database([USERS])
    database.replace(loader.connection)
    return database


def everything(database: Database) -> list[Row]:
    """All rows, and the totals that are kept at hand."""
    rows = database.look(lambda connection: connection.execute("SELECT * FROM users ORDER BY chatid").fetchall())
    return [*rows, *sorted(database.look(lambda tables: tables.totals()).items())]


def top(database: Database) -> list[tuple[int, str, int]]:
    """The rating."""
    return asyncio.run(Players(database).rating()).places
