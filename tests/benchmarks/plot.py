"""The figures as a picture: cost against the number of players, ours, the first version's and PostgreSQL's."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from tests.benchmarks.data import TAP
from tests.benchmarks.hours import BY_TIME
from tests.benchmarks.ink import COLOURS, dyed
from tests.benchmarks.report import FIRST, POSTGRES, UNITS, Report, Row, show
from tests.benchmarks.samples import Samples
from tests.benchmarks.saving import HOUR, RESTORE


@dataclass(frozen=True)
class Panel:
    """A figure of the report, and what PostgreSQL's line there is."""

    what: str
    title: str
    postgres: str = ""


PANELS = (
    Panel(TAP, "One tap's data, processor time", "with its server"),
    Panel(str(BY_TIME), "One save, after 600 taps"),
    Panel(HOUR.format(BY_TIME.durability), "Bytes sent in an hour of 20 taps a second", "its log"),
    Panel(RESTORE, "Restore", "pg_restore"),
)


@dataclass(frozen=True)
class Look:
    """How a line is drawn: its colour, and its marker and dashes as matplotlib writes them."""

    colour: str
    line: str


OURS = "this bot"
LOOKS = {OURS: Look("#2f81f7", "o-"), FIRST: Look("#d9730d", "s--"), POSTGRES: Look("#2da05a", "^:")}

LINE_HEIGHT = 0.075
"""A line of text as a share of a panel's height."""

SETTINGS = {
    "svg.hashsalt": "clicker",  # the same figures give the same file
    "font.size": 11,
    "figure.facecolor": COLOURS["paper"].drawn,
    "savefig.facecolor": COLOURS["paper"].drawn,
    "axes.facecolor": "none",
    "axes.axisbelow": True,
    "axes.edgecolor": COLOURS["rule"].drawn,
    "axes.labelcolor": COLOURS["ink"].drawn,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlepad": 12,
    "grid.color": COLOURS["rule"].drawn,
    "text.color": COLOURS["ink"].drawn,
    "xtick.color": COLOURS["ink"].drawn,
    "ytick.color": COLOURS["ink"].drawn,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "lines.linewidth": 2,
    "lines.markersize": 6,
}


def draw(report: Report, path: Path) -> None:
    """Write one SVG with a panel for each figure that was measured at several sizes."""
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=(10.4, 7.4), layout=ConstrainedLayoutEngine(h_pad=0.14, w_pad=0.1))
        for place, panel in enumerate(PANELS, 1):
            rows = [row for row in report.rows if row.what == panel.what]
            if rows:
                _draw_panel(figure.add_subplot(2, 2, place), panel, rows)
        lines = [Line2D([], [], color=look.colour, marker=look.line[0], ls=look.line[1:]) for look in LOOKS.values()]
        figure.legend(lines, list(LOOKS), loc="outside upper left", ncols=3, frameon=False)
        picture = StringIO()
        figure.savefig(picture, format="svg", metadata={"Date": None}, pad_inches=0.2, bbox_inches="tight")
    path.write_text(dyed(picture.getvalue()), encoding="utf-8")


def _draw_panel(axes: Axes, panel: Panel, rows: list[Row]) -> None:
    """Rows of one kind, at least one."""
    lines, unit = _lines(rows), rows[0].unit
    for name, points in lines.items():
        axes.plot(list(points), list(points.values()), LOOKS[name].line, color=LOOKS[name].colour)
    sizes = [row.players for row in rows]
    axes.set(title=panel.title, xscale="log", yscale="log", xlabel="players", xlim=(min(sizes) / 2, max(sizes) * 2))
    axes.margins(y=0.14)
    axes.grid(visible=True, which="major", linewidth=0.8)
    for axis, formatter in ((axes.xaxis, _players), (axes.yaxis, _amount(unit))):
        axis.set_major_locator(LogLocator(base=10, numticks=12))
        axis.set_major_formatter(FuncFormatter(formatter))
        axis.set_minor_locator(NullLocator())
    ends = {name: list(points.items())[-1] for name, points in lines.items()}
    texts = {name: show(value, unit) for name, (_, value) in ends.items()}
    if POSTGRES in texts and panel.postgres:
        texts[POSTGRES] += f"\n{panel.postgres}"
    _label(axes, ends, texts)


def _label(axes: Axes, ends: Mapping[str, tuple[int, float]], texts: Mapping[str, str]) -> None:
    """Write each line's last value: right of the panel, one above the other, or over a line that ends before."""
    last = max((players for players, _ in ends.values()), default=0)
    low, high = (math.log10(limit) for limit in axes.get_ylim())
    taken = -math.inf
    for name, (players, value) in sorted(ends.items(), key=lambda end: end[1][1]):
        look, text = LOOKS[name], texts[name]
        style: dict[str, Any] = {"color": look.colour, "size": 10, "linespacing": 1.15}
        if players < last:
            axes.annotate(text, (players, value), (-8, 4), textcoords="offset points", ha="right", **style)
            continue
        half = LINE_HEIGHT / 2 * (1 + text.count("\n"))
        middle = max((math.log10(value) - low) / (high - low), taken + half)
        axes.text(1.02, middle, text, transform=axes.transAxes, va="center", **style)
        taken = middle + half


def _lines(rows: list[Row]) -> dict[str, dict[int, float]]:
    """The lines that have at least one figure: medians by number of players, but none that a coarse clock gave as 0."""
    lines: dict[str, dict[int, float]] = {}
    for row in sorted(rows, key=lambda row: row.players):
        for name, samples in _figures(row):
            if samples.median > 0:
                lines.setdefault(name, {})[row.players] = samples.median
    return lines


def _figures(row: Row) -> Iterator[tuple[str, Samples]]:
    yield OURS, row.ours
    for name, other in row.others.items():
        kind = next((kind for kind in (FIRST, POSTGRES) if name.startswith(kind)), None)
        if kind and isinstance(other, Samples):
            yield kind, other


def _players(value: float, _: object) -> str:
    """A number of players as a label."""
    scale, name = (1e6, " M") if value >= 1e6 else (1e3, " k") if value >= 1e3 else (1, "")
    return f"{value / scale:g}{name}"


def _amount(unit: str) -> Callable[[float, object], str]:
    """How a power of ten of seconds or bytes is written as a label."""

    def label(value: float, _: object) -> str:
        scale, name = next((step for step in UNITS[unit] if value >= step[0] * 0.999), UNITS[unit][-1])
        return f"{value / scale:g} {name}"

    return label
