"""All that /stats tells, gathered at one moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from clicker.backup.keeper import Saved
from clicker.roster import Census


@dataclass(frozen=True)
class Figures:
    """All that /stats tells."""

    at: datetime
    """Now, in the time zone of the computer."""
    users: int
    new_users: int
    clicks: int
    new_clicks: int
    census: Census
    noted_since: datetime | None
    """When the first hour was noted, if that is less than 30 days ago and there were players before."""
    waiting: int
    held: int
    generation: int
    saved: Saved | None
    drilled_at: datetime | None
    is_exact: bool
    is_overloaded: bool
    uptime: timedelta
    memory: int
    """Bytes that the process has in memory."""
