"""A stored copy as a reader has found it, and as it is loaded."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pinstore.chat.held import DocumentMessage
from pinstore.copies.document import Document, Rank, Stamp
from pinstore.errors import MissingError, StoreError
from pinstore.memory.changes import walk
from pinstore.memory.loader import Loader
from pinstore.memory.table import Table
from pinstore.memory.tables import Row


@dataclass(frozen=True)
class StoredCopy:
    """A document message as it was read; `document` is None and `fault` says why if it is not good."""

    held: DocumentMessage
    stamp: Stamp
    size: int
    document: Document | None = None
    previous: str | None = None
    fault: StoreError | None = None
    is_backup: bool = True
    """False for a document of another kind, in which nothing can be damaged."""

    @property
    def good(self) -> Document:
        """The document. Raises what is wrong with it."""
        if self.document is None:
            raise self.fault or MissingError("there is no document")
        return self.document

    @property
    def bytes(self) -> int:
        """How large it is, its parts included."""
        return self.size + sum(part.bytes for part in self.document.parts) if self.document else self.size

    @property
    def rank(self) -> Rank:
        """Who wrote it and when: a claim changes the caption alone, so what the document itself says counts."""
        written = self.document or self.stamp
        return Rank(written.epoch, written.generation)


@dataclass(frozen=True)
class LoadedCopy:
    """A copy that was read and verified."""

    document: Document
    loader: Loader
    stamp: Stamp
    """The highest generation, epoch and owner that any copy showed."""
    held: DocumentMessage | None
    """The message that the next save may edit; None if a copy that is not good lies there and must stay as it is."""
    faults: tuple[str, ...] = ()
    """Why newer copies, or those in other places, were passed over."""
    newest: Rank = Rank()  # noqa: RUF009 - immutable
    """The rank of the newest copy that was found, good or not."""

    def walk(self, table: Table, columns: Sequence[str], after: int = -(2**63)) -> Iterator[Sequence[Row]]:
        """As `Store.walk`, through its tables."""
        return walk(lambda work: work(self.loader.connection), table, columns, after)

    def totals(self) -> Mapping[str, int]:
        """Rows and sums of its tables by name."""
        return self.loader.connection.counts()

    def close(self) -> None:
        """Let its tables go, which may be large; a copy that was exchanged for the store's is not closed."""
        self.loader.close()

    @property
    def is_outdated(self) -> bool:
        """True if there was a newer one, which was not good."""
        return self.newest > Rank(self.document.epoch, self.document.generation)


def alone(error: StoreError) -> StoreError:
    """The error without its past: the frames of a traceback would keep in memory all that was read."""
    error.__traceback__ = error.__cause__ = error.__context__ = None
    return error


def newest_first(found: Iterable[StoredCopy]) -> list[StoredCopy]:
    """In the order in which a restore tries them; of equal ones that in the younger message."""
    return sorted(found, key=lambda one: (one.rank, one.held.message_id), reverse=True)
