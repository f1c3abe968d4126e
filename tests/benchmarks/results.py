"""Figures on disk: a run that was broken off goes on where it ended, and pictures can be drawn without measuring."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.benchmarks.report import Row
from tests.benchmarks.samples import Samples


class Results:
    """A file with a line of JSON for each step that is through; without a path nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.steps: dict[str, list[Row]] = {}
        """The rows of each step, by its name."""
        if path and path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                kept = json.loads(line)
                self.steps[kept["step"]] = [_row(row) for row in kept["rows"]]

    def keep(self, step: str, rows: Sequence[Row]) -> None:
        """Note that a step is through."""
        self.steps[step] = list(rows)
        if self._path:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"step": step, "rows": [asdict(row) for row in rows]}) + "\n")


def _row(kept: dict[str, Any]) -> Row:
    others = {name: other if isinstance(other, str) else Samples(**other) for name, other in kept["others"].items()}
    return Row(**{**kept, "ours": Samples(**kept["ours"]), "others": others})
