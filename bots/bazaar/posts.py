"""Posts in the channel as rows, and what is intended with them."""

from collections.abc import Sequence
from typing import NamedTuple

from bots.bazaar import ads, counters, notices
from bots.bazaar.ads import APPROVED, PUBLISHED, SOLD, Ad
from bots.bazaar.clock import day_of
from bots.bazaar.subscriptions import announce
from bots.bazaar.tables import APPROVAL, DRAWN, POSTS_DAY, POSTS_TODAY, REPOSTED, TOP
from pinstore import Tables
from runtime.errands import intend

POST, REPOST, DOWN, MARK = "post", "repost", "down", "mark"
"""Errands: print an ad for the first time or after a change; print it anew; take a post down; mark it as sold. Each is
a lane of its own, as whose turn it is in the channel is decided there."""

_BY_APPROVAL = "SELECT number FROM ads WHERE approved = ? AND approved <> 0"
_ADD = "INSERT INTO posts (message, ad, messages, at) VALUES (?, ?, ?, ?)"
_FIND = "SELECT message, ad, messages, newer FROM posts WHERE message = ?"
_NEWER = "UPDATE posts SET newer = ? WHERE message = ?"
_STRIKE = "DELETE FROM posts WHERE message = ?"


class Post(NamedTuple):
    """A post."""

    message: int
    """Its first message."""
    ad: int
    messages: tuple[int, ...]
    newer: int
    """The first message of the post that has taken its place, 0 if none has."""


def approve(tables: Tables, ad: Ad) -> None:
    """Have it printed."""
    ad.state, ad.approved = APPROVED, counters.following(tables, APPROVAL)
    ads.put(tables, ad)
    intend(tables, POST, ad.approved, lane_of(POST, ad.approved))


def approved(tables: Tables, place: int) -> Ad | None:
    """The ad at this place among all approvals."""
    row = tables.execute(_BY_APPROVAL, (place,)).fetchone()
    return ads.find(tables, row[0]) if row else None


def repost(tables: Tables, ad: Ad, bag: int) -> None:
    """Have it printed anew."""
    ad.bag = bag
    ads.put(tables, ad)
    counters.turn(tables, DRAWN, ad.number)
    place = counters.following(tables, APPROVAL)
    intend(tables, REPOST, place, lane_of(REPOST, place))


def published(tables: Tables, ad: Ad, messages: Sequence[int], now: int) -> None:
    """Its post stands in the channel, or did when it was imported; `now` is in milliseconds."""
    keep(tables, ad.number, messages, now)
    ad.state, ad.published, ad.message = PUBLISHED, now, messages[0] if messages else 0
    ad.asked, ad.asks, ad.question = now, 0, 0
    ads.put(tables, ad)
    if not counters.value(tables, REPOSTED):
        counters.turn(tables, REPOSTED, now)


def printed(tables: Tables, place: int, messages: Sequence[int], now: int, link: str) -> None:
    """The post of an approval has been seen in the channel; what was withdrawn meanwhile is taken down again."""
    _count(tables, now)
    ad = approved(tables, place)
    if ad is None or ad.state != APPROVED:
        keep(tables, ad.number if ad else 0, messages, now)
        remove(tables, messages[0])
        return
    is_first = not ad.published
    published(tables, ad, messages, now)
    notices.write(tables, ad.owner, notices.PRINTED, ad.number, link)
    if is_first:
        announce(tables, ad)


def reposted(tables: Tables, number: int, messages: Sequence[int], now: int) -> None:
    """The new post of an ad has been seen in the channel; the one before is taken down."""
    _count(tables, now)
    keep(tables, number, messages, now)
    counters.turn(tables, REPOSTED, now)
    ad = ads.find(tables, number)
    if ad is None or ad.state != PUBLISHED:
        remove(tables, messages[0])
        return
    if ad.message:
        tables.execute(_NEWER, (messages[0], ad.message))
        remove(tables, ad.message)
    ad.message = messages[0]
    ads.put(tables, ad)


def _count(tables: Tables, now: int) -> None:
    day = day_of(now // 1000)
    if counters.value(tables, POSTS_DAY) != day:
        counters.turn(tables, POSTS_DAY, day)
        counters.turn(tables, POSTS_TODAY, 0)
    counters.following(tables, POSTS_TODAY)


def today(tables: Tables, now: float) -> int:
    """How many posts the day of a moment (Unix time) has had, reposts among them."""
    is_today = counters.value(tables, POSTS_DAY) == day_of(int(now))
    return counters.value(tables, POSTS_TODAY) if is_today else 0


def keep(tables: Tables, ad: int, messages: Sequence[int], now: int) -> None:
    """Know a post."""
    if messages:
        tables.execute(_ADD, (messages[0], ad, " ".join(map(str, messages)), now))
        counters.rise(tables, TOP, max(messages))


def take_down(tables: Tables, ad: Ad) -> None:
    """Have the standing post of an ad taken down; whoever calls it writes the ad."""
    if ad.message:
        remove(tables, ad.message)
        ad.message = 0


def remove(tables: Tables, message: int) -> None:
    """Have a post taken down."""
    intend(tables, DOWN, message, lane_of(DOWN, message))


def mark(tables: Tables, ad: Ad) -> None:
    """Have the standing post of an ad marked as sold."""
    ad.state = SOLD
    ads.put(tables, ad)
    if ad.message:
        intend(tables, MARK, ad.message, lane_of(MARK, ad.message))


def find(tables: Tables, message: int) -> Post | None:
    """A post by its first message."""
    row = tables.execute(_FIND, (message,)).fetchone()
    if row is None:
        return None
    first, ad, messages, newer = row
    return Post(first, ad, tuple(map(int, messages.split())), newer)


def strike(tables: Tables, message: int) -> None:
    """It does not stand any more."""
    tables.execute(_STRIKE, (message,))


_LANES = (POST, REPOST, DOWN, MARK)


def lane_of(kind: str, subject: int) -> int:
    """Lanes of the channel's errands lie where no chat has its id."""
    return -(2**50) - subject * len(_LANES) - _LANES.index(kind)
