"""When the stored copy is to be downloaded and compared with the tables."""

import time
from datetime import UTC, datetime, timedelta

EVERY = timedelta(days=1)
PAUSE = 600.0
"""Seconds before the first drill of a process, and after one that failed."""


class Drills:
    """Once a day, but not when the process has only just started or a drill has only just failed."""

    def __init__(self) -> None:
        self._after = time.monotonic() + PAUSE

    def is_due(self, drilled_at: datetime | None) -> bool:
        """Whether one begins now, when the copy was last found good at `drilled_at`."""
        is_recent = drilled_at and datetime.now(UTC) - drilled_at < EVERY
        if is_recent or time.monotonic() < self._after:
            return False
        self._after = time.monotonic() + PAUSE
        return True
