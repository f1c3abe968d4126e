"""What is due by the clock: reposts out of a bag, questions, ends; nothing of it at night."""

from __future__ import annotations

import itertools
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from bots.bazaar import counters, owning, posts
from bots.bazaar.ads import Ad
from bots.bazaar.due import Due
from bots.bazaar.tables import DRAWN, TOP
from tests.bots.bazaar.room import NOW, Room

if TYPE_CHECKING:
    from collections.abc import Iterator

NOON = (NOW - NOW % 86_400 + 7 * 3600) * 1000
"""In Tashkent."""
NIGHT = NOON + 12 * 3_600_000
INTERVAL, DAY = 1_800_000, 86_400_000


class Shop:
    """A channel with ads, and the clock that looks at it."""

    def __init__(self, count: int, **settings: Any) -> None:
        values = {"repost_interval": 0.0, "sold_interval": 0.0, "ad_life": 0.0, "quiet_hours": "23-8", **settings}
        self.room = Room(**values)
        self.due = Due(SimpleNamespace(store=None), self.room.bazaar.settings)  # type: ignore[arg-type]
        for number in range(1, count + 1):
            ad = Ad("sell", "phones", number=number, owner=7, title="Нарса", contact="@anna_v")
            self.room.act(9, lambda visit, ad=ad: posts.published(visit.tables, ad, [ad.number], NOON))  # type: ignore[misc]
        self.newest = count
        self.keeps = False
        """Whether Telegram deletes nothing."""

    def look(self, now: int) -> None:
        """What is due is intended."""
        self.room.act(9, lambda visit: self.due._see_to(visit.tables, now))  # noqa: SLF001 - the clock in our hands

    def reposted(self, now: int) -> int:
        """Look, and let the repost that was intended stand; the ad, 0 for none."""
        self.look(now)
        if not self.room.rows("SELECT * FROM errands WHERE kind = 'repost'"):
            return 0
        number = self.room.act(9, lambda visit: counters.value(visit.tables, DRAWN))
        message = self.newest = self.newest + 1

        def stand(visit: Any) -> None:
            visit.tables.execute("DELETE FROM errands WHERE kind = 'repost'")
            posts.reposted(visit.tables, number, [message], now)
            if not self.keeps:
                visit.tables.execute("DELETE FROM errands WHERE kind = 'down'")

        self.room.act(9, stand)
        return number


def bags(shop: Shop, slots: int) -> Iterator[int]:
    """The ads that are drawn, a slot each."""
    for slot in range(1, slots + 1):
        yield shop.reposted(NOON + slot * INTERVAL)


def test_a_bag_brings_each_ad_once() -> None:
    """In random order; whatever is the newest in the channel is not posted again."""
    orders = set()
    for _ in range(6):
        shop = Shop(5, repost_interval=INTERVAL / 1000, quiet_hours="0-0")
        shop.room.act(9, lambda visit: counters.rise(visit.tables, TOP, 5))
        drawn = list(bags(shop, 10))
        assert all(one != other for one, other in itertools.pairwise(drawn))
        assert drawn[0] != 5
        assert set(drawn[:5]) | {5} == {1, 2, 3, 4, 5}
        assert all(drawn.count(number) >= 1 for number in range(1, 6))
        orders.add(tuple(drawn))
    assert len(orders) > 1


@pytest.mark.parametrize(("hour", "count"), [(0, 1), (10, 1), (11, 0), (15, 0), (19, 0), (20, 1)])
def test_nothing_is_posted_or_asked_at_night(hour: int, count: int) -> None:
    """From 23 to 8 o'clock in Tashkent; after a pause of any length there is one repost."""
    shop = Shop(3, repost_interval=INTERVAL / 1000, sold_interval=3600)
    now = NOON + DAY + hour * 3_600_000
    assert bool(shop.reposted(now)) == bool(count)
    assert shop.reposted(now + 1) == 0
    asked = shop.room.rows("SELECT ad FROM letters WHERE kind = 'question' ORDER BY ad")
    assert [row[0] for row in asked] == [1, 2, 3] * count


def test_one_ad_alone_is_not_posted_again_until_somebody_posts() -> None:
    """Its post is the newest in the channel."""
    shop = Shop(1, repost_interval=INTERVAL / 1000, quiet_hours="0-0")
    shop.room.act(9, lambda visit: counters.rise(visit.tables, TOP, 1))
    assert shop.reposted(NOON + INTERVAL) == 0
    shop.room.act(9, lambda visit: counters.rise(visit.tables, TOP, 2))
    shop.newest = 2
    assert shop.reposted(NOON + INTERVAL + 1) == 0
    assert shop.reposted(NOON + 2 * INTERVAL) == 1


def test_an_ad_is_not_posted_a_third_time() -> None:
    """While its former post still stands others are drawn; in the end none, until what stands twice is gone."""
    shop = Shop(3, repost_interval=INTERVAL / 1000, quiet_hours="0-0")
    shop.keeps = True
    assert sorted(bags(shop, 5)) == [0, 0, 1, 2, 3]
    shop.room.act(9, lambda visit: visit.tables.execute("DELETE FROM errands WHERE kind = 'down'"))
    assert shop.reposted(NOON + 6 * INTERVAL)


def test_silence_ends_an_ad() -> None:
    """Asked twice, then it is over; an answer puts it off; whoever lives too long is over as well."""
    shop = Shop(2, sold_interval=3600, ad_life=10 * 86_400)
    hour = 3_600_000
    shop.look(NOON + hour)
    shop.room.now = (NOON + hour) // 1000 + 60
    shop.room.act(7, lambda visit: owning.answered(visit, "no", 1))
    shop.look(NOON + 2 * hour)
    assert [row[0] for row in shop.room.rows("SELECT ad FROM letters WHERE kind = 'question'")] == [1, 2, 2]
    shop.look(NOON + 3 * hour)
    assert shop.room.rows("SELECT number, state FROM ads ORDER BY number") == [(1, "published"), (2, "expired")]
    shop.look(NOON + 10 * DAY)
    assert shop.room.rows("SELECT DISTINCT state FROM ads") == [("expired",)]
    assert [row[0] for row in shop.room.rows("SELECT ad FROM letters WHERE kind = 'expired'")] == [2, 1]
