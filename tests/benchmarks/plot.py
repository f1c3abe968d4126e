"""The figures as a picture: cost against the number of players, ours and the first version's."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from tests.benchmarks.report import Report, Row

PANELS = {
    "data part of a tap": "Data part of a tap, s",
    "rating, data": "Rating, s",
    "longest stall, save of everything": "Longest stall, save of everything, s",
    "save after 600 taps": "Save after 600 taps, s",
    "bytes of such a save, on average": "Bytes per save after 600 taps",
    "restore": "Restore, s",
}
OURS, FIRST = "#1f77b4", "#d62728"


def draw(report: Report, path: Path) -> None:
    """Write one picture with a panel for each figure that was measured at several sizes."""
    mpl.rcParams["svg.hashsalt"] = "clicker"  # the same figures give the same file
    figure = Figure(figsize=(11, 6.4), layout="constrained")
    for place, (what, title) in enumerate(PANELS.items(), 1):
        axes = figure.add_subplot(2, 3, place)
        axes.set(title=title, xscale="log", yscale="log", xlabel="players" if place > 3 else "")
        axes.grid(visible=True, which="major", alpha=0.3)
        rows = [row for row in report.rows if row.what == what]
        axes.plot([row.players for row in rows], [row.ours.median for row in rows], "o-", color=OURS, label="this bot")
        theirs = _first(rows)
        axes.plot(list(theirs), list(theirs.values()), "s--", color=FIRST, label="first version")
        if place == 1:
            axes.legend(frameon=False)
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def _first(rows: list[Row]) -> dict[int, float]:
    return {row.players: row.first.median for row in rows if not isinstance(row.first, str)}
