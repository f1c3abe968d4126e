"""One broadcast: how far it has come, and who still waits for it."""

from dataclasses import dataclass
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
    """A 429 asks for a long wait."""
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

    @property
    def goes_on(self) -> bool:
        """Whether players still get it, now or when the admin says so."""
        return self.status in (RUNNING, PAUSED)

    def count(self, player: int, outcome: Outcome) -> None:
        """Strike a player off who is dealt with: SENT, BLOCKED or FAILED."""
        self.waiting.remove(player)
        self.sent += outcome is Outcome.SENT
        self.blocked += outcome is Outcome.BLOCKED
        self.failed += outcome is Outcome.FAILED

    def postpone(self, player: int) -> None:
        """Let a player be the last."""
        self.waiting.remove(player)
        self.waiting.append(player)
