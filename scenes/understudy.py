"""An understudy: a process that has rehearsed every bot and waits until it is told which one it plays.

`python understudy.py` reads its part from standard input, a line of JSON: {"env": {…}, "argv": [FILE, PROGRAM, …]} as
`moved` has them. When that closes without a line, nobody needs it, or whoever has started it is gone: it ends.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def wait() -> list[str]:
    """Wait for the part; its environment is this process's from then on. SystemExit if there is none."""
    line = sys.stdin.readline()
    if not line:
        raise SystemExit
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # a bot has no standard input
    os.close(nothing)
    part = json.loads(line)
    os.environ.update(part["env"])
    argv: list[str] = part["argv"]
    return argv


if __name__ == "__main__":
    sys.path[0] = str(ROOT)
    from bots import BOTS
    from runtime.rehearsal import rehearse
    from scenes.moved import play

    ENGINE = () if sys.platform == "win32" else ("uvloop",)
    HELD = rehearse(("runtime.serve", *ENGINE, *(f"bots.{name}" for name in BOTS)))
    play(wait())
