"""The table that is printed: a figure per number of players, and a line for each thing it is compared with."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.benchmarks.samples import Samples

UNITS = {
    "s": ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")),
    "B": ((1e9, "GB"), (1e6, "MB"), (1e3, "KB"), (1.0, "B")),
    "/s": ((1.0, "/s"),),
    "": ((1.0, ""),),
}
HEADS = ("", "players", "best", "median", "beside it", "median", "ratio")

FIRST = "first version"
POSTGRES = "PostgreSQL"

Others = Mapping[str, Samples | str]
"""What a figure is compared with: by name its own figure, or the reason why it has none."""


def show(value: float, unit: str) -> str:
    """A value of seconds, bytes, something per second or a mere number, with three digits."""
    if math.isnan(value):
        return "–"
    scale, name = next((step for step in UNITS[unit] if value >= step[0]), UNITS[unit][-1])
    scaled = value / scale
    digits = 0 if unit in ("/s", "") or scaled >= 100 else 1 if scaled >= 10 else 2
    return f"{scaled:,.{digits}f} {name}".rstrip()


@dataclass(frozen=True)
class Row:
    """A figure of ours and what it is compared with."""

    what: str
    players: int
    unit: str
    ours: Samples
    others: Others = field(default_factory=dict)

    def ratio(self, other: str) -> float:
        """How many times better ours is, by the medians; not a number without the other."""
        theirs = self.others[other]
        if isinstance(theirs, str) or not self.ours.median or not theirs.median:
            return math.nan
        better = theirs.median / self.ours.median
        return 1 / better if self.unit == "/s" else better

    def lines(self) -> list[tuple[str, ...]]:
        """The row as it is printed, a line for each comparison."""
        best = self.ours.best(more_is_better=self.unit == "/s")
        ours = (self.what, f"{self.players:,}", show(best, self.unit), show(self.ours.median, self.unit))
        compared = [self._compared(other) for other in self.others] or [("", "", "")]
        return [(*ours, *compared[0]), *(("", "", "", "", *other) for other in compared[1:])]

    def _compared(self, other: str) -> tuple[str, str, str]:
        theirs = self.others[other]
        if isinstance(theirs, str):
            return other, theirs, ""
        ratio = self.ratio(other)
        shown = "–" if math.isnan(ratio) else f"×{ratio:,.{0 if ratio >= 10 else 1 if ratio >= 1 else 2}f}"
        return other, show(theirs.median, self.unit), shown


@dataclass
class Report:
    """Rows in the order in which they were measured."""

    rows: list[Row] = field(default_factory=list)

    def add(self, what: str, players: int, unit: str, ours: Samples, others: Others | None = None) -> None:
        """Take a figure, and show that something happens."""
        row = Row(what, players, unit, ours, others or {})
        self.rows.append(row)
        for line in row.lines():
            print("  " + "  ".join(cell for cell in line if cell), flush=True)

    def table(self) -> str:
        """All rows as a Markdown table, figures of one kind together."""
        order = list(dict.fromkeys(row.what for row in self.rows))
        rows = [row for what in order for row in self.rows if row.what == what]
        lines = [HEADS, *(line for row in rows for line in row.lines())]
        widths = [max(len(line[place]) for line in lines) for place in range(len(HEADS))]
        text = ["| " + " | ".join(map(_padded, line, widths, HEADS)) + " |" for line in lines]
        rule = (
            "|"
            + "|".join("-" * (w + 1) + ("-" if h in LEFT else ":") for w, h in zip(widths, HEADS, strict=True))
            + "|"
        )
        return "\n".join([text[0], rule, *text[1:]])


LEFT = ("", "beside it")
"""Columns of words."""


def _padded(cell: str, width: int, head: str) -> str:
    return cell.ljust(width) if head in LEFT else cell.rjust(width)
