"""All that /stats tells, gathered at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from runtime.admin.roster import Census


@dataclass(frozen=True)
class Figures:
    """All that /stats tells."""

    at: datetime
    """Now, in the time zone of the computer."""
    lines: Sequence[str]
    """What the bot tells of itself: its totals, and what today has brought."""
    census: Census
    noted_since: datetime | None
    """When the first hour was noted, if that is less than 30 days ago and there were people before."""
    waiting: int
    """Chats that wait for an answer."""
    held: int
    """Updates that Telegram has to keep until they are stored."""
    generation: int
    saved_at: datetime | None
    document_bytes: int
    parts_bytes: int
    drilled_at: datetime | None
    auto_delete: int
    """Seconds after which Telegram deletes what is sent to the backup chat, 0 if it does not."""
    server: str
    """What keeps the tables, if that is a server; it has none of what comes from documents."""
    is_exact: bool
    is_overloaded: bool
    uptime: timedelta
    memory: int
    """Bytes that the process has in memory."""
