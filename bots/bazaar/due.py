"""What happens because time goes by: questions, ends, reposts."""

import asyncio
import random
import time
from contextlib import suppress

from bots.bazaar import ads, clock, counters, endings, posts
from bots.bazaar.ads import Ad
from bots.bazaar.desk import Desk
from bots.bazaar.settings import BazaarSettings
from bots.bazaar.tables import BAG, BAG_FILLED, REPOSTED
from pinstore import Tables, errors, retry

LONGEST = 0.5
"""Seconds between two looks: what is due by the clock of the process may move."""

SILENT = 2
"""Questions without an answer after which an ad is over."""

AT_ONCE = 20
"""Ads of a kind that are seen to in one turn."""

_UNSOLD = (
    f"SELECT {ads.LISTED} FROM ads WHERE state = 'published' AND kind <> 'service' AND asked <= ? "
    f"ORDER BY asked LIMIT {AT_ONCE}"
)
_OLD = f"SELECT {ads.LISTED} FROM ads WHERE state = 'published' AND published <= ? ORDER BY published LIMIT {AT_ONCE}"
_IN_BAG = "SELECT number FROM ads WHERE state = 'published' AND published <= ? AND bag < ? ORDER BY number"


class Due:
    """Looks what is due."""

    def __init__(self, desk: Desk, settings: BazaarSettings) -> None:
        self._desk, self._settings, self._store = desk, settings, desk.store
        self._news = asyncio.Event()
        self._skipped = 0
        """When a slot passed without a repost, in milliseconds."""

    def wake(self) -> None:
        """Something has changed."""
        self._news.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            self._news.clear()
            with suppress(errors.NotSetUpError):  # the tables are about to be restored again
                await self._look(int(time.time() * 1000))
            with suppress(TimeoutError):
                await retry.within(LONGEST, self._news.wait())

    async def _look(self, now: int) -> None:
        if await self._store.read(lambda tables: self._is_due(tables, now)):
            await self._store.write(lambda tables: self._see_to(tables, now), update=None)
            self._desk.wake()

    def _is_due(self, tables: Tables, now: int) -> bool:
        return bool(self._old(tables, now) or self._unsold(tables, now) or self._slot_is_due(tables, now))

    def _see_to(self, tables: Tables, now: int) -> None:
        for ad in self._old(tables, now):
            endings.expire(tables, ad)
        for ad in self._unsold(tables, now):
            if ad.asks >= SILENT:
                endings.expire(tables, ad)
            else:
                endings.ask(tables, ad, now)
        if self._slot_is_due(tables, now):
            self._skipped = now
            if not clock.is_quiet(now / 1000, self._settings.quiet) and (drawn := self._drawn(tables, now)):
                posts.repost(tables, drawn, counters.value(tables, BAG))

    def _old(self, tables: Tables, now: int) -> list[Ad]:
        """Ads whose life is over."""
        life = int(self._settings.ad_life * 1000)
        rows = tables.execute(_OLD, (now - life,)).fetchall() if life else []
        return [ads.read(row) for row in rows]

    def _unsold(self, tables: Tables, now: int) -> list[Ad]:
        """Ads whose owners are to be asked, or have not answered; at night nobody is asked."""
        interval = int(self._settings.sold_interval * 1000)
        if not interval:
            return []
        found = [ads.read(row) for row in tables.execute(_UNSOLD, (now - interval,)).fetchall()]
        is_quiet = clock.is_quiet(now / 1000, self._settings.quiet)
        return [ad for ad in found if ad.asks >= SILENT or not is_quiet]

    def _slot_is_due(self, tables: Tables, now: int) -> bool:
        """Whether it is time for a repost: an interval after the last one, if that stands."""
        interval, last = int(self._settings.repost_interval * 1000), counters.value(tables, REPOSTED)
        if not interval or not last or now < max(last, self._skipped) + interval:
            return False
        return not posts.reposting(tables)

    def _drawn(self, tables: Tables, now: int) -> Ad | None:
        """The next ad of the bag, which is filled again when nothing is left that may be posted now.

        That may be neither the ad of the newest post nor one whose former post is not gone yet.
        """
        passed = {posts.newest(tables), *posts.coming_down(tables)}
        for _ in range(2):
            found = tables.execute(
                _IN_BAG, (counters.value(tables, BAG_FILLED), counters.value(tables, BAG))
            ).fetchall()
            left = [row[0] for row in found if row[0] not in passed]
            if left:
                return ads.find(tables, random.choice(left))  # noqa: S311 - no secret
            counters.following(tables, BAG)
            counters.turn(tables, BAG_FILLED, now)
        return None
