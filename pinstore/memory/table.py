"""What the store knows of a table, read from its CREATE TABLE."""

import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, NamedTuple

Older = Callable[[list[Any]], tuple[Sequence[str], Sequence[Sequence[Any]]]]
"""From a JSON array to columns, the key first, and rows in their order."""

KEPT = ("INTEGER", "TEXT")
"""Types whose values JSON holds exactly: SQLite writes a REAL into it with 15 digits, and a BLOB not at all."""

_COLUMNS = "SELECT name, type, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid"
_PLAIN = re.compile(r"[A-Za-z]\w*", re.ASCII)


class _Column(NamedTuple):
    name: str
    type: str
    key: int
    """Its place in the primary key, from 1 on; 0 if it is none of it."""
    hidden: int
    """Not 0 for a generated one."""


@dataclass(frozen=True)
class Table:
    """A table that the store keeps. Raises ValueError, a sentence, for one that could not be saved exactly.

    Rows are stored and found again by their key, so an INTEGER PRIMARY KEY comes first; any other identity is a UNIQUE
    column. Generated columns are not stored.
    """

    schema: str
    """CREATE TABLE …, of columns that are INTEGER or TEXT."""
    _: KW_ONLY
    indexes: tuple[str, ...] = ()
    sums: Mapping[str, str] = field(default_factory=dict)
    """Totals kept at hand and checked by a restore: name in the document's counts -> column that is summed."""
    ranking: tuple[str, str] | None = None
    """Columns that rank the rows, see `Ranking`; they need an index (first DESC, second)."""
    watch: tuple[str, ...] = ()
    """Further columns that whoever changes a row sees at once, see `Tables.latest`."""
    when_outdated: tuple[str, ...] = ()
    """Statements to run when an older copy of the table takes the place of a newer one."""
    older: Older | None = None
    """Reads what lies in the chat from before there were documents: its rows. Raises DocumentError."""
    name: str = field(init=False)
    columns: tuple[str, ...] = field(init=False)
    """Those that are stored, the key first."""

    def __post_init__(self) -> None:
        with closing(sqlite3.connect(":memory:")) as scratch:
            _execute(scratch, "CREATE TABLE", self.schema)
            object.__setattr__(self, "name", _name(scratch))
            columns = [_Column._make(row) for row in scratch.execute(_COLUMNS, (self.name,))]
            object.__setattr__(self, "columns", _stored(self.name, columns, has_rowid=_has_rowid(scratch, self.name)))
            for statement in (*self.indexes, *self.when_outdated):
                _execute(scratch, f"statement of table {self.name}", statement)
        named = (*self.sums.values(), *(self.ranking or ()), *self.watch)
        if unknown := [name for name in named if name not in {column.name for column in columns}]:
            raise ValueError(f"table {self.name} has no column {unknown[0]}")

    @property
    def key(self) -> str:
        """The column that tells rows apart."""
        return self.columns[0]


def _execute(scratch: sqlite3.Connection, what: str, statement: str) -> None:
    try:
        scratch.execute(statement)
    except sqlite3.Error as error:
        raise ValueError(f"not a {what}: {error}") from None


def _name(scratch: sqlite3.Connection) -> str:
    names = [row[0] for row in scratch.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    if len(names) != 1:
        raise ValueError("not one CREATE TABLE")
    if not _PLAIN.fullmatch(names[0]) or names[0] == "mark" or names[0].endswith("_changes"):
        raise ValueError(f"table {names[0]}: this name cannot be used")
    return str(names[0])


def _stored(table: str, columns: list[_Column], *, has_rowid: bool) -> tuple[str, ...]:
    """The names of the columns that a copy holds."""
    if fault := _key_fault(columns, has_rowid=has_rowid):
        raise ValueError(f"table {table}: an INTEGER PRIMARY KEY has to come first, but {fault}")
    stored = [column for column in columns if not column.hidden]
    for column in stored:
        if column.type.upper() not in KEPT:
            kind = column.type or "without a type"
            raise ValueError(f"table {table}: column {column.name} is {kind}, and only {' and '.join(KEPT)} are kept")
        if not _PLAIN.fullmatch(column.name):
            raise ValueError(f"table {table}: column {column.name!r} needs a name of letters and digits")
    return tuple(column.name for column in stored)


def _key_fault(columns: list[_Column], *, has_rowid: bool) -> str:
    """What is wrong with the key; "" if nothing is."""
    keys = [column for column in columns if column.key]
    if not keys:
        return "it has no key"
    if len(keys) > 1:
        return f"its key has {len(keys)} columns: make it a UNIQUE one"
    if keys[0].type.upper() != "INTEGER" or not has_rowid:
        return f"its key {keys[0].name} is {keys[0].type.upper() or 'without a type'}: make it a UNIQUE column"
    return "" if keys[0] is columns[0] else f"its key {keys[0].name} does not come first"


def _has_rowid(scratch: sqlite3.Connection, name: str) -> bool:
    """Whether the key is the row's own number; else SQLite keeps an index for it (WITHOUT ROWID, or DESC)."""
    query = "SELECT count(*) FROM pragma_index_list(?) WHERE origin = 'pk'"
    return not scratch.execute(query, (name,)).fetchone()[0]
