"""One broadcast: how far it has come, and who still waits for it."""

from dataclasses import dataclass, field
from enum import Enum, auto

RUNNING, PAUSED, STOPPED, DONE, REFUSED, ASKED, CANCELLED = range(7)
"""Status of a broadcast: goes on, waits for the admin, was ended by him, is through, cannot be copied; and before it
begins: the admin is asked whether it shall, or it shall not.
"""


class Outcome(Enum):
    """What has become of a copy."""

    SENT = auto()
    BLOCKED = auto()
    FAILED = auto()
    """The chat does not take it, for another reason than that its player has blocked the bot."""
    LATER = auto()
    """He is to be tried again when all others are through: a 429 says so, or only his copy does not arrive."""
    NOT_YET = auto()
    """He has not got it, and no copy is under way; whether that is for a fault of his chat is not known."""
    NO_SOURCE = auto()
    """The message cannot be copied, for anybody."""
    DOUBT = auto()
    """There was no answer."""


@dataclass
class Broadcast:
    """A row; `waiting` as a list."""

    id: int
    chat: int
    message: int
    progress: int
    status: int
    is_told: bool
    total: int
    sent: int
    blocked: int
    failed: int
    cursor: int
    waiting: list[int]
    is_open: bool
    mark: int
    until: int
    version: int
    late: set[int] = field(default_factory=set)
    """Those who are the last of `waiting`, until all others are through; a process that restores knows none."""

    @property
    def goes_on(self) -> bool:
        """Whether players still get it, now or when the admin says so."""
        return self.status in (RUNNING, PAUSED)

    def count(self, player: int, outcome: Outcome) -> None:
        """Strike a player off who is dealt with: SENT, BLOCKED or FAILED."""
        self.waiting.remove(player)
        self.late.discard(player)
        self.sent += outcome is Outcome.SENT
        self.blocked += outcome is Outcome.BLOCKED
        self.failed += outcome is Outcome.FAILED

    def postpone(self, player: int) -> None:
        """Let a player be the last."""
        self.waiting.remove(player)
        self.waiting.append(player)
        self.late.add(player)

    def add(self, player: int) -> None:
        """Let a player wait, before those who are late."""
        self.waiting.insert(self.ready, player)

    @property
    def ready(self) -> int:
        """How many of `waiting` are not late."""
        return len(self.waiting) - len(self.late)
