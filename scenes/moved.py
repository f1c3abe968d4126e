"""A program whose time can be moved: `python moved.py FILE PROGRAM ARGUMENTS...` runs PROGRAM as it is.

FILE was changed, as far as its date says, so many seconds after EPOCH as `time.time` of this process alone is to be
ahead of the machine's. What Telegram says of dates is ahead by as much, so that the program finds its own time and
Telegram's together, as it does in earnest. A date is set and read in one go, on Windows too, where a file that
somebody reads cannot be replaced.
"""

from __future__ import annotations

import os
import runpy
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

EPOCH = 1_000_000_000
"""A date that every file system knows."""


def tell(file: Path, seconds: float) -> None:
    """Let the programs that look at this file be ahead by so many seconds."""
    file.touch()
    os.utime(file, (EPOCH + seconds, EPOCH + seconds))


def move(file: Path) -> None:
    """Let `time.time` run ahead by what the date of the file says, from now on and whenever that changes."""
    real = time.time

    def ahead() -> float:
        return real() + file.stat().st_mtime - EPOCH

    time.time = ahead


def play(argv: Sequence[str]) -> None:
    """Run a program, as FILE PROGRAM ARGUMENTS... say."""
    file, program, *arguments = argv
    move(Path(file))
    sys.argv = [program, *arguments]
    sys.path[0] = str(Path(program).parent)
    runpy.run_path(program, run_name="__main__")


if __name__ == "__main__":
    play(sys.argv[1:])
