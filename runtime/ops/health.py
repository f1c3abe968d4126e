"""How the bot is, in a word: what the log says of its life and /healthz answers."""

import logging
import time
from enum import Enum
from typing import NamedTuple

from runtime import __version__
from runtime.parts import Parts

log = logging.getLogger(__name__)

SILENCE = 60.0
"""Seconds without an answered poll above which something is wrong: a poll takes 20, and failures are tried again."""


class Phase(Enum):
    """Where in its life the bot is."""

    STARTING = "starting"
    RESTORING = "restoring"
    SERVING = "serving"
    STOPPING = "stopping"


class State(NamedTuple):
    """The word, whether all is as it should be, and if not why not."""

    word: str
    is_good: bool
    reason: str = ""


class Health:
    """Looks at the parts of one bot, and keeps what none of them knows."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._since = time.monotonic()
        self.phase = Phase.STARTING
        self.opening_time = 0.0
        """Seconds that it took to restore and claim the table."""

    def begin(self, phase: Phase) -> None:
        """The next phase begins."""
        self.phase, self._since = phase, time.monotonic()

    def met(self, username: str) -> None:
        """Telegram is there and knows the bot."""
        if self.phase is Phase.STARTING:
            settings = self.parts.settings
            about = {"version": __version__, "durability": settings.durability, "interval": settings.backup_interval}
            log.info(
                "Started as @%s: version %s, durability %s, a save every %g s at least",
                username,
                *about.values(),
                extra=about,
            )
        self.begin(Phase.RESTORING)

    def opened(self) -> None:
        """The table is there."""
        held = self.parts.store.totals()
        totals = {name: held[name] for name, _, _ in self.parts.app.totals}
        self.opening_time = time.monotonic() - self._since
        counts = ", ".join(f"{name} {count}" for name, count in totals.items())
        generation = self.parts.store.status.generation
        about = {"counts": dict(totals), "generation": generation, "seconds": round(self.opening_time, 3)}
        log.info("Ready: %s, generation %s", counts, generation, extra=about)

    @property
    def state(self) -> State:
        """How the bot is now.

        A bot that waits to be set up does what it should: a host that restarts it would only make a new code.
        """
        if self.phase is Phase.STARTING:
            return State("starting", is_good=False, reason="Telegram has not answered yet")
        if self.phase is Phase.RESTORING:
            return State(
                "restoring", is_good=False, reason=self.parts.store.status.trouble or "the table is not there yet"
            )
        if self.phase is Phase.STOPPING:
            return State("stopping", is_good=False, reason="the process ends")
        return self._serving()

    def _serving(self) -> State:
        status = self.parts.store.status
        if status.trouble:
            return State("not saving", is_good=False, reason=status.trouble)
        silent = time.monotonic() - max(self._since, status.polled_at)
        if silent > SILENCE:
            return State("not polling", is_good=False, reason=f"no poll was answered for {silent:.0f} s")
        if status.auto_delete:
            return State("copies at risk", is_good=False, reason=status.at_risk)
        return State("ok" if self.parts.store.chat_id is not None else "waiting to be set up", is_good=True)
