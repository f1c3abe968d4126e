"""Posts in the channel as rows, and what is intended with them."""

from collections.abc import Sequence
from typing import NamedTuple

from bots.bazaar import ads, counters, notices, reached
from bots.bazaar.ads import APPROVED, PUBLISHED, SOLD, Ad
from bots.bazaar.clock import day_of
from bots.bazaar.subscriptions import announce
from bots.bazaar.tables import APPROVAL, DRAWN, POSTS_DAY, POSTS_TODAY, REPOSTED
from pinstore import Tables
from runtime.errands import intend

POST, REPOST, DOWN, MARK = "post", "repost", "down", "mark"
"""Errands: print an ad for the first time or after a change; print it anew; take a post down; mark it as sold. Each is
a lane of its own, as whose turn it is in the channel is decided there."""

_BY_APPROVAL = "SELECT number FROM ads WHERE approved = ? AND approved <> 0"
GONE = -1
"""In place of a newer post: it was taken down. It is remembered for a while, as the channel's pace counts it."""
REMEMBERED = 120_000
"""Milliseconds."""

_ADD = (
    "INSERT INTO posts (message, ad, messages, at) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (message) DO UPDATE SET ad = excluded.ad, messages = excluded.messages, at = excluded.at, newer = 0"
)
_DISOWN = "UPDATE ads SET message = 0 WHERE number = ? AND message = ?"
_FIND = "SELECT message, ad, messages, newer FROM posts WHERE message = ? AND newer <> -1"
_NEWEST = "SELECT ad, messages FROM posts WHERE newer = 0 ORDER BY message DESC LIMIT 1"
_RECENT = "SELECT at, messages FROM posts WHERE at > ? ORDER BY at"
_COMING_DOWN = "SELECT posts.ad FROM errands JOIN posts ON posts.message = errands.subject WHERE errands.kind = 'down'"
_REPOSTING = "SELECT count(*) FROM errands WHERE kind = 'repost'"
_NEWER = "UPDATE posts SET newer = ? WHERE message = ?"
_FORGET = "DELETE FROM posts WHERE newer = -1 AND at < ?"


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


def published(tables: Tables, ad: Ad, messages: Sequence[int], now: int, *, is_ours: bool = True) -> None:
    """Its post stands in the channel, or did when it was imported; `now` is in milliseconds."""
    keep(tables, ad.number, messages, now if is_ours else 0)
    ad.state, ad.published, ad.message = PUBLISHED, now, messages[0] if messages else 0
    ad.asked, ad.asks, ad.question = now, 0, 0
    ads.put(tables, ad)
    if not counters.value(tables, REPOSTED):
        counters.turn(tables, REPOSTED, now)


def printed(tables: Tables, place: int, messages: Sequence[int], now: int, link: str) -> None:
    """The post of an approval has been seen in the channel; what was withdrawn meanwhile is taken down again."""
    _stands(tables, messages, now)
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
    _stands(tables, messages, now)
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


def _stands(tables: Tables, messages: Sequence[int], now: int) -> None:
    reached.reach(tables, max(messages))
    tables.execute(_FORGET, (now - REMEMBERED,))
    day = day_of(now // 1000)
    if counters.value(tables, POSTS_DAY) != day:
        counters.turn(tables, POSTS_DAY, day)
        counters.turn(tables, POSTS_TODAY, 0)
    counters.following(tables, POSTS_TODAY)


def today(tables: Tables, now: float) -> int:
    """How many posts the day of a moment (Unix time) has had, reposts among them."""
    is_today = counters.value(tables, POSTS_DAY) == day_of(int(now))
    return counters.value(tables, POSTS_TODAY) if is_today else 0


def keep(tables: Tables, ad: int, messages: Sequence[int], at: int) -> None:
    """Know a post, and when it was sent, 0 for one that the bot has not sent; a sheet may have claimed it wrongly."""
    if not messages:
        return
    claimed = find(tables, messages[0])
    if claimed and claimed.ad != ad:
        tables.execute(_DISOWN, (claimed.ad, claimed.message))
    tables.execute(_ADD, (messages[0], ad, " ".join(map(str, messages)), at))


def newest(tables: Tables) -> int:
    """The ad whose post is the newest message of the channel, 0 if that is something else."""
    row = tables.execute(_NEWEST).fetchone()
    return int(row[0]) if row and max(map(int, row[1].split())) >= reached.highest(tables) else 0


def recent(tables: Tables, since: int) -> list[tuple[int, int]]:
    """When posts were sent after a moment, and how many messages each was."""
    return [(int(at), len(messages.split())) for at, messages in tables.execute(_RECENT, (since,)).fetchall()]


def take_down(tables: Tables, ad: Ad) -> None:
    """Have the standing post of an ad taken down; whoever calls it writes the ad."""
    if ad.message:
        remove(tables, ad.message)
        ad.message = 0


def remove(tables: Tables, message: int) -> None:
    """Have a post taken down."""
    intend(tables, DOWN, message, lane_of(DOWN, message))


def coming_down(tables: Tables) -> set[int]:
    """Ads with a post that is still to be taken down: another one would stand beside it."""
    return {int(row[0]) for row in tables.execute(_COMING_DOWN).fetchall()}


def reposting(tables: Tables) -> int:
    """The ad that is to be posted anew, 0 if none is."""
    return counters.value(tables, DRAWN) if tables.execute(_REPOSTING).fetchone()[0] else 0


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
    tables.execute(_NEWER, (GONE, message))


_LANES = (POST, REPOST, DOWN, MARK)


def lane_of(kind: str, subject: int) -> int:
    """Lanes of the channel's errands lie where no chat has its id."""
    return -(2**50) - subject * len(_LANES) - _LANES.index(kind)
