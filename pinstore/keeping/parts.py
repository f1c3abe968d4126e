"""The parts: where they lie, which messages are free, and writing a new run of them."""

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import datetime

from pinstore.chat.held import DocumentMessage
from pinstore.chat.retry import patiently
from pinstore.chat.vault import Vault
from pinstore.copies.compaction import Cut, first_mark, last_mark, plan
from pinstore.copies.document import Part
from pinstore.copies.part_file import Piece, pieces
from pinstore.copies.rendering import Layout
from pinstore.errors import MissingError
from pinstore.memory.changes import begin_run, changed_rows
from pinstore.memory.database import Database

log = logging.getLogger(__name__)

Store = Callable[[Piece, int], Future[Part]]
"""Begins to store a piece of a run."""

TRIES = 3

CUTS = 2
"""Cuts in one save, at most: ten million rows take a minute, and what changes meanwhile is too much for a document."""


class Parts:
    """What the next document will refer to; messages that the stored one still refers to are not written again."""

    def __init__(self, layout: Layout = Layout()) -> None:  # noqa: B008 - immutable
        self._parts = tuple(layout.parts)
        self._spare = list(layout.spare)
        self._freed: list[int] = []
        """Messages that the stored document still refers to and the next one does not."""
        self.sent = 0
        """How many parts were stored."""

    @property
    def since(self) -> int:
        """The mark from which on changed rows belong to the document; 0 if all rows do."""
        return last_mark(self._parts) if self._parts else 0

    @property
    def oldest(self) -> int:
        """The mark at which the whole table was last cut: marks below tell nothing any more."""
        return first_mark(self._parts)

    @property
    def bytes(self) -> int:
        """How large they are in all, compressed."""
        return sum(part.bytes for part in self._parts)

    def layout(self, previous: str | None, drilled_at: datetime | None) -> Layout:
        """What the next document says."""
        return Layout(self._parts, (*self._spare, *self._freed), previous, drilled_at)

    def committed(self) -> None:
        """The document that says so is stored."""
        self._spare += self._freed
        self._freed = []

    def leave_messages(self) -> None:
        """None of the messages can be written again; the files in them are still at Telegram."""
        self._spare, self._freed = [], []
        self._parts = tuple(part.model_copy(update={"message_id": 0}) for part in self._parts)

    def merge(self, database: Database, store: Store) -> bool:
        """Cut a document that has grown too long off into parts, each of which `store` begins to store as one of a run.

        Returns True if they now hold the whole table.
        """
        oldest = self.oldest
        for number in range(CUTS):
            cut = plan(changed_rows(database, self.since), self._parts)
            if cut is None or (number and cut.since == 0):
                break
            self._cut(database, cut, store)
        return self.oldest != oldest

    def _cut(self, database: Database, cut: Cut, store: Store) -> None:
        run = begin_run(database)
        new = _stored(pieces(database, cut.since, run), store, run)
        self._freed += [part.message_id for part in self._parts if part not in cut.kept and part.message_id]
        self._parts = (*cut.kept, *new)

    async def refresh(self, vault: Vault) -> None:
        """Send each part once more, which costs no upload: its message will be deleted, and perhaps its file then."""
        for number, part in enumerate(self._parts):
            held = await patiently(lambda: vault.resend(part.file_id, _caption(part.table, part.rows)), TRIES)  # noqa: B023
            sent = part.model_copy(update={"file_id": held.file_id, "message_id": held.message_id})
            self._freed += [part.message_id]
            self.sent += 1
            self._parts = (*self._parts[:number], sent, *self._parts[number + 1 :])

    async def store(self, vault: Vault, piece: Piece, run: int) -> Part:
        """Put a part into a message that no document refers to."""
        name, text = f"{piece.table}-{run}.json.gz", _caption(piece.table, piece.rows)
        held = await self._reuse(vault, name, piece, text)
        if held is None:
            held = await patiently(lambda: vault.write(name, piece.content, text), TRIES)
        self.sent += 1
        return Part(
            table=piece.table,
            file_id=held.file_id,
            message_id=held.message_id,
            rows=piece.rows,
            bytes=len(piece.content),
            sha256=piece.sha256,
            run=run,
        )

    async def _reuse(self, vault: Vault, name: str, piece: Piece, text: str) -> DocumentMessage | None:
        """Write into a spare message; None if there is none."""
        while self._spare:
            message_id = self._spare.pop()
            try:
                return await patiently(lambda: vault.edit(message_id, name, piece.content, text), TRIES)  # noqa: B023
            except MissingError as error:
                log.warning("Message %s of a part is not used again: %s", message_id, error)
        return None


def _stored(found: Iterable[Piece], store: Store, run: int) -> list[Part]:
    """The parts that come of these pieces: each is read and compressed while the one before it is on its way."""
    new, on_its_way = list[Part](), None
    try:
        for piece in found:
            if on_its_way:
                new.append(on_its_way.result())
            on_its_way = store(piece, run)
        return new if on_its_way is None else [*new, on_its_way.result()]
    except BaseException:
        if on_its_way:
            on_its_way.cancel()
        raise


def _caption(table: str, rows: int) -> str:
    return f"{table}: {rows}"
