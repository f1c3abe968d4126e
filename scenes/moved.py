"""A program whose time can be moved: `python moved.py FILE PROGRAM ARGUMENTS...` runs PROGRAM as it is.

FILE says by how many seconds `time.time` of this process alone is ahead of the machine's. What Telegram says of dates
is ahead by as much, so that the program finds its own time and Telegram's together, as it does in earnest.
"""

from __future__ import annotations

import runpy
import sys
import time
from pathlib import Path


def move(file: Path) -> None:
    """Let `time.time` run ahead by what stands in the file, from now on and whenever that changes."""
    real, known = time.time, [0, 0.0]

    def ahead() -> float:
        changed = file.stat().st_mtime_ns
        if changed != known[0]:
            known[:] = changed, float(file.read_text(encoding="ascii"))
        return real() + known[1]

    time.time = ahead


if __name__ == "__main__":
    _, FILE, PROGRAM, *ARGUMENTS = sys.argv
    move(Path(FILE))
    sys.argv = [PROGRAM, *ARGUMENTS]
    sys.path[0] = str(Path(PROGRAM).parent)
    runpy.run_path(PROGRAM, run_name="__main__")
