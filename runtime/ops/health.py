"""How the bot is, in a word: what the log says of its life and /healthz answers."""

import logging
import time
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple

from pinstore import Status
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
        self.strangers: Mapping[int, int] = {}
        """Requests at a webhook that were refused, by status."""
        self.opening_time = 0.0
        """Seconds that it took to restore and claim the table."""

    def begin(self, phase: Phase) -> None:
        """The next phase begins."""
        self.phase, self._since = phase, time.monotonic()

    def met(self, username: str) -> None:
        """Telegram is there and knows the bot."""
        if self.phase is Phase.STARTING:
            settings = self.parts.settings
            about: dict[str, object] = {"version": __version__, "durability": settings.durability}
            if settings.database_url:
                log.info(
                    "Started as @%s: version %s, durability %s, tables on a server",
                    username,
                    *about.values(),
                    extra=about,
                )
            else:
                about |= {"interval": settings.backup_interval}
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
        told, keeper = where(self.parts.store.status)
        about = {"counts": dict(totals), **keeper, "seconds": round(self.opening_time, 3)}
        log.info("Ready: %s, %s", counts, told, extra=about)

    @property
    def state(self) -> State:
        """How the bot is now.

        A bot that waits to be set up does what it should: a host that restarts it would only make a new code.
        """
        status = self.parts.store.status
        if status.word and self.phase in (Phase.RESTORING, Phase.SERVING):
            return State(status.word, is_good=not status.why, reason=status.why)
        if self.phase is Phase.STARTING:
            return State("starting", is_good=False, reason="Telegram has not answered yet")
        if self.phase is Phase.RESTORING:
            return State("restoring", is_good=False, reason=status.trouble or "the table is not there yet")
        if self.phase is Phase.STOPPING:
            return State("stopping", is_good=False, reason="the process ends")
        return self._serving()

    def _serving(self) -> State:
        status = self.parts.store.status
        if status.trouble:
            return State("not saving", is_good=False, reason=status.trouble)
        silent = time.monotonic() - max(self._since, status.polled_at, status.claimed_at)
        if silent > SILENCE:
            return State("not polling", is_good=False, reason=f"no poll was answered for {silent:.0f} s")
        if status.auto_delete:
            return State("copies at risk", is_good=False, reason=status.at_risk)
        return State("ok" if self.parts.store.chat_id is not None else "waiting to be set up", is_good=True)


def where(status: Status) -> tuple[str, Mapping[str, object]]:
    """What of the store a line of the log tells at its end, and its fields."""
    if status.server:
        return status.server, {"server": status.server}
    return f"generation {status.generation}", {"generation": status.generation}
