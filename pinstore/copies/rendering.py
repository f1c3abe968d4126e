"""A document is written: its envelope around rows that are text already. Pure: no Telegram, no SQLite."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import orjson

from pinstore.copies.document import AWAY, FORMAT, VERSION, Away, Part, Stamp, file_name

Describe = Callable[[Mapping[str, int], datetime, datetime | None], str]
"""Words for a document: of its counts, of when it is saved, and of when the last good drill was."""


def counted(counts: Mapping[str, int], saved_at: datetime, _: datetime | None) -> str:
    """The counts by their names."""
    return f"{', '.join(f'{name} {count}' for name, count in counts.items())}, {saved_at:%Y-%m-%d %H:%M:%S} UTC"


@dataclass(frozen=True)
class Rendered:
    """A document ready to be stored."""

    stamp: Stamp
    content: bytes
    counts: Mapping[str, int]
    saved_at: datetime
    sha256: str
    bot: str = ""
    """Whose tables these are."""

    @property
    def name(self) -> str:
        """The file's name in the chat."""
        return file_name(self.bot, self.stamp.generation, self.sha256)


class TableText(NamedTuple):
    """A table's share of a document: columns, its rows as JSON arrays with commas between, deleted keys."""

    columns: Sequence[str]
    rows: str
    deleted: Sequence[int]


class Layout(NamedTuple):
    """What a document says about the rest of the store."""

    parts: Sequence[Part] = ()
    spare: Sequence[int] = ()
    previous: str | None = None
    drilled_at: datetime | None = None
    away: Away | None = None


def render(
    stamp: Stamp,
    tables: Mapping[str, TableText],
    counts: Mapping[str, int],
    applied: Iterable[int] = (),
    layout: Layout = Layout(),  # noqa: B008 - immutable
    bot: str = "",
) -> Rendered:
    """Write the envelope around rows that SQLite has already turned into JSON; a person can read it line by line."""
    saved_at = datetime.now(UTC)
    head = {
        "format": FORMAT,
        "version": AWAY if layout.away else VERSION,
        **({"bot": bot} if bot else {}),
        **stamp._asdict(),
        "saved_at": f"{saved_at:%Y-%m-%dT%H:%M:%SZ}",
        "applied_updates": sorted(applied),
        "counts": dict(counts),
        "previous": layout.previous,  # so early that a document which was cut short still tells it
    }
    tail = {
        "parts": [part.model_dump() for part in layout.parts],
        "spare": list(layout.spare),
        "drilled_at": layout.drilled_at,
        **({"away": layout.away.model_dump()} if layout.away else {}),
    }
    rows = ",\n".join(_table(name, table) for name, table in tables.items())
    content = f'{{{_lines(head)},\n "tables": {{\n{rows}\n }},\n {_lines(tail)}}}\n'.encode()
    return Rendered(stamp, content, counts, saved_at, hashlib.sha256(content).hexdigest(), bot)


def _lines(fields: Mapping[str, object]) -> str:
    return ",\n ".join(f"{_dump(name)}: {_dump(value)}" for name, value in fields.items())


def _table(name: str, table: TableText) -> str:
    columns, deleted = _dump(list(table.columns)), _dump(list(table.deleted))
    return f'  {_dump(name)}: {{"columns": {columns}, "deleted": {deleted}, "rows": [\n{table.rows}\n]}}'


def _dump(value: object) -> str:
    return orjson.dumps(value).decode()
