"""How many ads somebody may give: for each category, and day in Tashkent."""

from bots.bazaar.clock import day_of
from bots.bazaar.visit import Visit

_GIVEN = "SELECT count(*) FROM ads WHERE owner = ? AND category = ? AND day = ?"


def is_reached(visit: Visit, category: str) -> bool:
    """Whether he has given enough on the day of this message, whatever became of them."""
    most = visit.bazaar.settings.ads_per_day
    given = visit.tables.execute(_GIVEN, (visit.me.id, category, day_of(visit.date))).fetchone()[0]
    return bool(most) and given >= most
