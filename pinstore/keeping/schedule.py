"""When a save is due."""

import threading
import time
from dataclasses import dataclass, field

QUIET = 1.0
"""Seconds without a change after which a burst of taps is over."""

GAP = 3.0
"""Seconds between early saves: edits share the limit of about 20 messages a minute in a chat (tdlib/td issue 2592)."""

RUSH = 1.0
"""Seconds between saves while windows fill, as long as no 429 is met."""

RESPECT = 60.0
"""Seconds after a 429 during which there is no rush."""


@dataclass
class Schedule:
    """When the next save is due; all times are seconds of one monotonic clock."""

    interval: float
    exact: bool
    dirty_since: float | None = None
    changed_at: float = 0.0
    saved_at: float = float("-inf")
    opened_at: float = float("-inf")
    """When tables were there to be saved: what that took has sent messages to the chat as well."""
    refused_at: float = float("-inf")
    not_before: float = 0.0
    is_full: bool = False
    begun: tuple[float, bool] = (0.0, False)
    """When the last save began, and whether the window was nearly full then."""

    wake: threading.Event = field(default_factory=threading.Event, compare=False)
    """Set when the next save may be due earlier than whoever waits for it knows."""

    def begin_anew(self, now: float) -> None:
        """Other tables are there, of which nothing is to be saved yet."""
        vars(self).update(vars(Schedule(self.interval, self.exact, opened_at=now, wake=self.wake)))

    def touch(self, *, is_full: bool) -> None:
        """Data changed; `is_full`: the window of unconfirmed updates is nearly full."""
        if self.change(time.monotonic(), is_full=is_full):
            self.wake.set()

    def change(self, now: float, *, is_full: bool) -> bool:
        """Something changed; returns whether the next save may be due earlier for that."""
        self.changed_at = now
        is_news = self.dirty_since is None or (is_full and not self.is_full)
        self.dirty_since = now if self.dirty_since is None else self.dirty_since
        self.is_full = self.is_full or is_full
        return is_news

    def begin(self, now: float) -> None:
        """A save begins; what changes from now on is for the next one."""
        self.begun = now, self.is_full
        self.dirty_since, self.is_full = None, False

    def repeat(self) -> None:
        """That save failed: the next one is as urgent as it was."""
        self.dirty_since, was_full = self.begun
        self.is_full = self.is_full or was_full

    def due(self) -> float | None:
        """The time of the next save, None while nothing has changed."""
        due = self._wanted(self.dirty_since)
        return None if due is None else max(due, self.not_before)

    def overdue_since(self, now: float) -> float | None:
        """The time at which a save was due that has not begun, None if there is none."""
        due = self._wanted(self.dirty_since)  # the field is read once: another thread may write it
        return None if due is None or due > now else due

    def _wanted(self, dirty_since: float | None) -> float | None:
        if dirty_since is None:
            return None
        due = dirty_since + self.interval
        if self.exact:
            due = min(due, max(self.changed_at + QUIET, self.saved_at + GAP))
        if self.is_full:
            last = max(self.saved_at, self.opened_at)
            due = min(due, last + (RUSH if last - self.refused_at > RESPECT else GAP))
        return due
