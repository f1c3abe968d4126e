"""The table that is printed: one row per figure and number of players."""

import math
from dataclasses import dataclass, field

from tests.benchmarks.samples import Samples

UNITS = {
    "s": ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")),
    "B": ((1e6, "MB"), (1e3, "KB"), (1.0, "B")),
    "/s": ((1.0, "/s"),),
}
HEADS = ("", "players", "best", "median", "first: best", "median", "ratio")


def show(value: float, unit: str) -> str:
    """A value of seconds, bytes or something per second with three digits."""
    if math.isnan(value):
        return "–"
    scale, name = next((step for step in UNITS[unit] if value >= step[0]), UNITS[unit][-1])
    scaled = value / scale
    digits = 0 if unit == "/s" or scaled >= 100 else 1 if scaled >= 10 else 2
    return f"{scaled:,.{digits}f} {name}"


@dataclass(frozen=True)
class Row:
    """A figure of ours beside the first version's, or beside the reason why that one has none."""

    what: str
    players: int
    unit: str
    ours: Samples
    first: Samples | str = ""

    @property
    def ratio(self) -> float:
        """How many times better ours is, by the medians; not a number without the other."""
        if isinstance(self.first, str) or not self.ours.median or not self.first.median:
            return math.nan
        better = self.first.median / self.ours.median
        return 1 / better if self.unit == "/s" else better

    def cells(self) -> tuple[str, ...]:
        """The row as it is printed."""
        head = (self.what, f"{self.players:,}", *self._pair(self.ours))
        if isinstance(self.first, str):
            return (*head, self.first, "", "")
        ratio = "–" if math.isnan(self.ratio) else f"×{self.ratio:,.{0 if self.ratio >= 10 else 1}f}"
        return (*head, *self._pair(self.first), ratio)

    def _pair(self, samples: Samples) -> tuple[str, str]:
        best = samples.best(more_is_better=self.unit == "/s")
        return show(best, self.unit), show(samples.median, self.unit)


@dataclass
class Report:
    """Rows in the order in which they were measured."""

    rows: list[Row] = field(default_factory=list)

    def add(self, what: str, players: int, unit: str, ours: Samples, first: Samples | str = "") -> None:
        """Take a figure, and show that something happens."""
        self.rows.append(Row(what, players, unit, ours, first))
        print("  ".join(cell for cell in self.rows[-1].cells() if cell), flush=True)

    def table(self) -> str:
        """All rows as a Markdown table, figures of one kind together."""
        order = list(dict.fromkeys(row.what for row in self.rows))
        lines = [HEADS, *(row.cells() for what in order for row in self.rows if row.what == what)]
        widths = [max(len(line[place]) for line in lines) for place in range(len(HEADS))]
        text = ["| " + " | ".join(map(_padded, line, widths, range(len(HEADS)))) + " |" for line in lines]
        rule = "|" + "|".join("-" * (width + 1) + (":" if place else "-") for place, width in enumerate(widths)) + "|"
        return "\n".join([text[0], rule, *text[1:]])


def _padded(cell: str, width: int, place: int) -> str:
    return cell.rjust(width) if place else cell.ljust(width)
