"""How the store is, in numbers."""

from dataclasses import dataclass
from datetime import datetime

from pinstore.chat.notes import Place


@dataclass(frozen=True)
class Status:
    """The store at one moment."""

    place: Place | None
    """Where the document lies; None before the set-up."""
    generation: int
    """The generation stored last."""
    owns: bool
    """True from a claim that stands until the process ends."""
    is_lost: bool
    """True if another process owns the backup."""
    follows_a_crash: bool
    """Whether the process before did not stop cleanly: the document of this one lies in a message of its own."""
    trouble: str | None
    """Why saves keep failing, or the tables are not restored yet."""
    auto_delete: int
    """Seconds after which Telegram deletes what is sent to the backup chat, 0 if it does not."""
    at_risk: str
    """What Telegram deletes and what to do about it, a sentence; "" if no copy is in danger."""
    is_exact: bool
    is_overloaded: bool
    """True while updates are confirmed before they are stored."""
    held: int
    """Updates that Telegram has to keep: their handlers are not through, or nothing has stored them."""
    received: int
    """Updates that came, each counted once."""
    polled_at: float
    """When Telegram last answered a poll, in seconds of the monotonic clock."""
    claimed_at: float
    """When the claim came to stand; monotonic, as what follows."""
    confirmed_at: float
    """When the last save that this process has stored began: no other process owned the tables then."""
    written: int
    """Grows with every transaction that changed something."""
    stored: int
    """What `written` was when the tables were read that are stored."""
    saves: int
    failed_saves: int
    save_seconds: float
    """Of all saves that were stored."""
    saved_bytes: int
    """Of all documents, without their parts."""
    document_bytes: int
    """Of the document stored last."""
    parts_bytes: int
    saved_at: float | None
    """When the last save was stored, in seconds since 1970."""
    drilled_at: datetime | None
    """When the stored copy was last compared with the tables and found good."""
    word: str = ""
    """How the store is, in the word of /healthz, where that comes before how the bot is; "" else."""
    why: str = ""
    """Why it is so, where that is not as it should be."""
    server: str = ""
    """What keeps the tables, if that is a server."""
