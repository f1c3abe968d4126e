"""How far a restore is: a bar on a terminal, else a line in the log now and then."""

import logging
import sys
import time

log = logging.getLogger(__name__)

PAUSE = 5.0
"""Seconds between two lines in the log, at least; what is quicker needs none."""

WIDTH = 30


class Progress:
    """Counts the rows of one restore."""

    def __init__(self, total: int) -> None:
        self._total = max(total, 1)
        self._done = 0
        self._shown = 0
        self._told_at = time.monotonic()

    def add(self, rows: int) -> None:
        """So many more rows are loaded."""
        self._done += rows
        percent = 100 * self._done // self._total
        if percent == self._shown:
            return
        self._shown = percent
        if sys.stderr.isatty():
            bar = "#" * (WIDTH * percent // 100)
            _draw(f"\rRestoring [{bar:<{WIDTH}}] {percent:>3} %")
        elif time.monotonic() - self._told_at >= PAUSE:
            self._told_at = time.monotonic()
            log.info("Restoring: %s %% of %s rows", percent, self._total)

    def end(self) -> None:
        """Wipe the bar away: the next line of the log says how it ended."""
        if self._shown and sys.stderr.isatty():
            _draw(f"\r{'':<{WIDTH + 18}}\r")


def _draw(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
