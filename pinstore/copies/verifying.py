"""Whether the bytes of a document are those that were stored, as far as its message tells."""

from collections.abc import Sequence

from pinstore.chat.held import DocumentMessage
from pinstore.copies.document import Document, check_sum, matches_name, name_sum, parse
from pinstore.copies.stamp import read_caption
from pinstore.errors import DocumentError, Fault
from pinstore.memory.table import Table


def is_named_ours(held: DocumentMessage) -> bool:
    """Whether caption or name are those of a document of ours, whatever is in it."""
    return bool(read_caption(held.caption).stamp or name_sum(held.name))


def verified(held: DocumentMessage, content: bytes, tables: Sequence[Table]) -> Document:
    """The document of a store with these tables. Raises DocumentError."""
    marks = read_caption(held.caption)
    if not (marks.is_claim and matches_name(content, held.name)):
        check_sum(content, marks.sha256)
    return parse(content, tables)


def verified_as_offered(held: DocumentMessage, content: bytes, tables: Sequence[Table]) -> Document:
    """As `verified`, of a document that somebody has sent: its caption may be lost, its name tells as well."""
    known = name_sum(held.name)
    if known and read_caption(held.caption).sha256 is None and not matches_name(content, held.name):
        raise DocumentError(Fault.CHECKSUM)
    return verified(held, content, tables)
