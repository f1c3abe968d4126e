"""How far the channel has got: whatever is posted, and not written down when a process ends, lies after `TOP`."""

from bots.bazaar import counters
from bots.bazaar.tables import HIGHEST, TOP
from pinstore import Tables
from runtime.errands import this_process

_INTENDED = "SELECT subject FROM errands WHERE kind IN ('post', 'repost')"
_INHERITED = f"{_INTENDED} AND process <> ? LIMIT 1"


def intended(tables: Tables) -> set[int]:
    """The places, among approvals, of posts that may be on their way."""
    return {int(row[0]) for row in tables.execute(_INTENDED).fetchall()}


def reach(tables: Tables, message: int) -> None:
    """The channel has got that far. What another process has left may lie below: it is looked for from `TOP` on."""
    counters.rise(tables, HIGHEST, message)
    if not tables.execute(_INHERITED, (this_process(),)).fetchone():
        counters.rise(tables, TOP, highest(tables))


def mark(tables: Tables) -> int:
    """What another process has posted and not written down comes after this message."""
    return counters.value(tables, TOP)


def highest(tables: Tables) -> int:
    """The newest message of the channel that is known."""
    return max(mark(tables), counters.value(tables, HIGHEST))


def seen(tables: Tables, message: int) -> None:
    """A message that is none of our posts is there; it may be newer than a post that is on its way."""
    if not intended(tables):
        counters.rise(tables, TOP, message)
