"""Documents and parts on a shelf in memory, laid out as the keeper lays them into the chat; no Telegram, no network."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from bots.clicker.tables import USERS
from pinstore.copies.document import Part, Stamp, parse
from pinstore.copies.draft import Draft
from pinstore.copies.loading import load_document, load_part
from pinstore.copies.rendering import render
from pinstore.keeping.parts import Parts
from pinstore.memory import changes as marks
from pinstore.memory import turns
from pinstore.memory.changes import forget_changes
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from tests.bots.clicker.bare import players_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pytest

    from pinstore.copies.part_file import Piece

Row = tuple[Any, ...]

COLUMNS = USERS.columns[:5]
"""Those of a player whose row is written down in a test; the others have defaults."""


class Shelf:
    """The stored document and the parts it refers to."""

    def __init__(self) -> None:
        self.generation = 0
        self.content = b""
        self.files: dict[str, bytes] = {}
        self._parts = Parts()
        self._drafts = WeakKeyDictionary[Database, Draft]()

    @property
    def parts(self) -> Sequence[Part]:
        """What the document refers to."""
        return self._parts.layout(None, None).parts

    def save(self, database: Database) -> None:
        """Store the next generation."""
        whole = self._parts.merge(database, self.store)
        draft = self._drafts.setdefault(database, Draft(database))
        taken = draft.take(self._parts.since)
        self.generation += 1
        stamp, layout = Stamp(self.generation, 1, "owner"), self._parts.layout(None, None)
        self.content = render(stamp, taken.tables, taken.counts, taken.applied, layout).content
        self._parts.committed()
        if whole:
            forget_changes(database, self._parts.oldest)

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

    def store(self, piece: Piece, run: int) -> Future[Part]:
        """Put a part beside the others; there is nothing to wait for."""
        stored: Future[Part] = Future()
        stored.set_result(self._store(piece, run))
        return stored

    def _store(self, piece: Piece, run: int) -> Part:
        name, size = f"file{len(self.files)}", len(piece.content)
        self.files[name] = piece.content
        return Part(
            table=piece.table,
            file_id=name,
            message_id=size,
            rows=piece.rows,
            bytes=size,
            sha256=piece.sha256,
            run=run,
        )


def hurry(patch: pytest.MonkeyPatch) -> None:
    """Have saves leave no time to an event loop: there is none."""
    for module in (marks, turns):
        patch.setattr(module, "breathe", lambda *_: None)


def table(rows: Iterable[Row] = ()) -> Database:
    """A database with these (chatid, name, click, state, reached, …), as many of the columns as the rows have."""
    loader, rows = Loader([USERS]), list(rows)
    loader.load("users", USERS.columns[: len(rows[0])] if rows else COLUMNS, rows, [], 1)
    loader.finish(1)
    database = Database([USERS])
    database.replace(loader.connection)
    return database


def set_status(database: Database, chatid: int, status: int) -> None:
    """Ban somebody, or take that back."""
    database.transact(
        None, lambda tables: tables.execute("UPDATE users SET status = ? WHERE chatid = ?", (status, chatid))
    )


def everything(database: Database) -> list[Row]:
    """All rows, and the totals that are kept at hand."""
    rows = database.look(lambda connection: connection.execute("SELECT * FROM users ORDER BY chatid").fetchall())
    return [*rows, *sorted(database.look(lambda tables: tables.counts()).items())]


def top(database: Database) -> list[tuple[int, str, int]]:
    """The rating."""
    return asyncio.run(players_of(database).rating()).places
