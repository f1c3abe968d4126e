"""Traces of ads that were deleted while their posts were on their way: enough to recognise these and take them down."""

from bots.bazaar import ads, counters
from bots.bazaar.ads import CLOSED, SELL, Ad, Photo
from bots.bazaar.tables import DRAWN
from pinstore import Tables

_ON_THEIR_WAY = (
    "SELECT errands.subject, ads.number, ads.photos FROM errands JOIN ads ON "
    "(errands.kind = 'post' AND ads.approved = errands.subject) OR (errands.kind = 'repost' AND ads.number = ?) "
    "WHERE ads.owner = ?"
)
_PHOTOS = 16
"""More than an ad has."""


def leave(tables: Tables, owner: int) -> None:
    """Have those posts of somebody recognised that may be on their way when his ads are deleted."""
    rows = tables.execute(_ON_THEIR_WAY, (counters.value(tables, DRAWN), owner)).fetchall()
    for place, number, shown in rows:
        counters.turn(tables, -place, number * _PHOTOS + len(ads.photos_in(shown)))


def find(tables: Tables, place: int) -> Ad | None:
    """What is known of the ad at this place that was deleted meanwhile: its number, and how many photos it had."""
    number, count = divmod(counters.value(tables, -place), _PHOTOS)
    return Ad(SELL, "", number=number, state=CLOSED, photos=(Photo(""),) * count) if number else None


def wipe(tables: Tables, place: int) -> None:
    """Its post is known by now, or was never there."""
    counters.drop(tables, -place)
