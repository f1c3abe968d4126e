"""An understudy: a process that rehearses all bots until it is told which one it plays.

`python understudy.py` reads its part from standard input, a line of JSON: {"env": {…}, "argv": [FILE, PROGRAM, …]} as
`moved` has them. When that closes without a line, nobody needs it, or whoever has started it is gone: it ends.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parents[1]


class Part:
    """What is to be played; nobody knows when it comes, and a rehearsal is over then."""

    def __init__(self) -> None:
        self._line = ""
        self._reading = Thread(target=self._read, daemon=True)
        self._reading.start()

    @property
    def is_open(self) -> bool:
        """Whether it has not come yet."""
        return self._reading.is_alive()

    def wait(self) -> list[str]:
        """Wait for it; its environment is this process's from then on. SystemExit if there is none."""
        self._reading.join()
        if not self._line:
            raise SystemExit
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)  # a bot has no standard input
        os.close(nothing)
        part = json.loads(self._line)
        os.environ.update(part["env"])
        argv: list[str] = part["argv"]
        return argv

    def _read(self) -> None:
        self._line = sys.stdin.readline()


if __name__ == "__main__":
    sys.path[0] = str(ROOT)
    PART = Part()
    from bots import BOTS
    from runtime.rehearsal import rehearse
    from scenes.moved import play

    PIECES = ["runtime.serve", *(f"bots.{name}" for name in BOTS)]
    if sys.platform != "win32":
        PIECES.append("uvloop")
    HELD = rehearse(piece for piece in PIECES if PART.is_open)
    play(PART.wait())
