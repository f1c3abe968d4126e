"""What the store has to know of a table to keep it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Table:
    """A table that the store keeps; `key` is its INTEGER PRIMARY KEY and the first of `columns`."""

    name: str
    columns: tuple[str, ...]
    schema: str
    indexes: tuple[str, ...] = ()
    sums: Mapping[str, str] = field(default_factory=dict)
    """Totals kept at hand and checked by a restore: name in the document's counts -> column that is summed."""
    ranking: tuple[str, str] | None = None
    """Columns that give each row a place, see `Places`; they need an index (first DESC, second)."""
    seen: tuple[str, ...] = ()
    """Further columns that whoever changes a row sees at once, see `Journal.latest`."""
    when_outdated: tuple[str, ...] = ()
    """Statements to run when an older copy of the table takes the place of a newer one."""

    @property
    def key(self) -> str:
        """The column that tells rows apart."""
        return self.columns[0]
