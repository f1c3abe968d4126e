"""When a story happens: Telegram and the bots of a test share one time, which the test sets.

What is said of a day is about one of the story's choosing: wherever the real one ends, and however slow a machine is.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from scenes.moved import tell

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.state.telegram import Telegram


class Moment:
    """The time of a story; bots that are started later find it in the file, those that run see each change."""

    def __init__(self, telegram: Telegram, file: Path) -> None:
        self._clock = telegram.clock
        self._file = file
        self._ahead = 0.0
        tell(file, 0)

    @property
    def now(self) -> datetime:
        """As Telegram sees it."""
        return datetime.fromtimestamp(self._clock.now(), UTC)

    def pass_by(self, span: timedelta) -> None:
        """So much time goes by at once."""
        self._ahead += span.total_seconds()
        tell(self._file, self._ahead)
        self._clock.advance(span.total_seconds())

    def come(self, clock: time) -> None:
        """The next moment at which clocks show this, in UTC."""
        then = datetime.combine(self.now.date(), clock, UTC)
        self.pass_by((then if then > self.now else then + timedelta(days=1)) - self.now)
