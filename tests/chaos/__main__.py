"""`python -m tests.chaos --seeds N [--first S] [--jobs J]` plays N seeds; `--seed S` replays one and shows its log."""

import sys

from tests.chaos.run import play
from tests.chaos.seeds import Seeds

COLUMNS = ("kills", "stops", "overlaps", "faults", "cuts", "taps", "lost", "doubled")

if __name__ == "__main__":
    sys.exit(Seeds("tests.chaos", __doc__, play, COLUMNS).main(jobs=8))
