"""The backup document: its envelope, read and checked. Pure: no Telegram, no SQLite."""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final, Literal, NamedTuple

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pinstore.errors import DocumentError, Fault, MovedError, NewerVersionError
from pinstore.memory.table import Table

FORMAT: Final = "clicker-backup"
VERSION = 1
"""Of a document whose tables are served from it."""

AWAY = 2
"""Of one whose tables are not: a program that knows of no move leaves it alone."""

BOM = b"\xef\xbb\xbf"

Natural = Annotated[int, Field(ge=0)]

_NAME_SUM = 16
_NAME = re.compile(rf"[\w-]+-\d+-([0-9a-f]{{{_NAME_SUM}}})\.json")


Claim = tuple[int, str]
"""What two owners compare: epoch and owner."""


class Stamp(NamedTuple):
    """Which copy this is and who may write the next one; of two owners the higher (epoch, owner) wins."""

    generation: int = 0
    epoch: int = 0
    owner: str | None = None

    @property
    def claim(self) -> Claim:
        """What two owners compare."""
        return self.epoch, self.owner or ""


class Rank(NamedTuple):
    """Of two documents the higher is newer: what a later owner wrote, however late the one before it writes."""

    epoch: int = 0
    generation: int = 0


class Part(BaseModel):
    """A compressed piece of a table in a message of its own; parts of one run were written together, later runs win."""

    table: str
    file_id: str
    message_id: int
    rows: Natural
    bytes: Natural
    sha256: str
    run: Annotated[int, Field(ge=1)] = 1


class Rows(BaseModel):
    """Rows of a table in the order of `columns`, and the keys that are gone."""

    columns: list[str]
    rows: list[list[Any]]
    deleted: list[int] = []


class Away(BaseModel):
    """The tables are not served from this document."""

    to: str
    """The server that they were moved to or are on their way from, in words."""
    store: str
    """Which one that is, as it calls itself."""
    move: str = ""
    """While they are on their way from there: which move has brought them. "": they were moved there."""


def moved(away: Away) -> MovedError:
    """What whoever would serve them is told."""
    is_finished = not away.move
    return MovedError(away.to if is_finished else "Telegram", into_server=is_finished, is_finished=is_finished)


class Document(BaseModel):
    """The pinned document; what it holds is laid over its parts."""

    model_config = ConfigDict(hide_input_in_errors=True)

    format: Literal["clicker-backup"]
    version: int
    bot: str = ""
    """Whose tables these are, "" for a store without a name."""
    generation: Natural
    epoch: Natural = 0
    owner: str | None = None
    saved_at: str = ""
    applied_updates: list[int] = []
    counts: dict[str, int]
    tables: dict[str, Rows]
    parts: list[Part] = []
    spare: list[int] = []
    """Messages of parts that no document refers to any more; they are written again."""
    previous: str | None = None
    drilled_at: datetime | None = None
    away: Away | None = None

    @property
    def elsewhere(self) -> MovedError | None:
        """What whoever would serve these tables from here is told; None if they are."""
        return moved(self.away) if self.away else None


def parse(content: bytes, tables: Sequence[Table] = ()) -> Document:
    """Read a document of this format, or an array that one of these tables knows from before there was one.

    Raises DocumentError, or NewerVersionError for a document that a newer program wrote.
    """
    try:
        data = orjson.loads(content.removeprefix(BOM))  # editors on Windows write one
    except orjson.JSONDecodeError:
        raise DocumentError(Fault.NOT_JSON) from None
    if isinstance(data, list):
        return _older(data, tables)
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise DocumentError(Fault.NOT_OURS)
    version = data.get("version")
    if not isinstance(version, int) or version > (AWAY if data.get("away") else VERSION):
        raise NewerVersionError(Fault.NEWER, version, VERSION)
    try:
        return Document.model_validate(data)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise DocumentError(Fault.FIELD, where) from None


def check_sum(content: bytes, sha256: str | None) -> None:
    """Raise DocumentError if the bytes are not those that were stored."""
    if sha256 is not None and hashlib.sha256(content).hexdigest() != sha256:
        raise DocumentError(Fault.CHECKSUM)


def _older(data: list[Any], tables: Sequence[Table]) -> Document:
    """A document of a bot that is older than the envelope. Raises DocumentError."""
    table = next((table for table in tables if table.older), None)
    if table is None or table.older is None:
        raise DocumentError(Fault.NOT_OURS)
    columns, rows = table.older(data)
    sums = {name: sum(row[columns.index(column)] for row in rows) for name, column in table.sums.items()}
    held = {table.name: Rows(columns=list(columns), rows=[list(row) for row in rows])}
    return Document(format=FORMAT, version=VERSION, generation=0, counts={table.name: len(rows), **sums}, tables=held)


NAMELESS = "clicker"
"""With this the names of documents begin whose store has none: the first bot's, which are older than names."""


def file_name(bot: str, generation: int, sha256: str) -> str:
    """A document's name in the chat; it carries the beginning of the checksum, see `matches_name`."""
    name = re.sub(r"[^\w-]", "_", bot) or NAMELESS
    return f"{name}-{generation}-{sha256[:_NAME_SUM]}.json"


def name_sum(name: str) -> str | None:
    """The beginning of the checksum that a file's name carries, None if it is no name of ours."""
    found = _NAME.fullmatch(name)
    return found[1] if found else None


def matches_name(content: bytes, name: str) -> bool:
    """Tell whether the bytes are those that the file was named for."""
    return name.endswith(f"-{hashlib.sha256(content).hexdigest()[:_NAME_SUM]}.json")
