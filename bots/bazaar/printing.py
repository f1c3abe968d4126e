"""Errands in the channel: printing an ad, for the first time and anew."""

import logging
import time
from collections.abc import Callable

from aiogram.exceptions import TelegramRetryAfter

from bots.bazaar import ads, counters, posts, texts, traces
from bots.bazaar.ads import APPROVED, PUBLISHED, Ad
from bots.bazaar.channel import LONGEST, Channel, RefusedError
from bots.bazaar.gate import ANEW, FIRST, Rank
from bots.bazaar.sightings import WHOLE, Sightings
from bots.bazaar.tables import DRAWN, REPOSTED
from pinstore import Tables, retry
from runtime.errands import Finish, LaterError, Said, adopt

log = logging.getLogger(__name__)


class Print:
    """Prints ads; what it is called with is a place in the order of approvals."""

    attempts: int | None = None

    def __init__(self, channel: Channel, sightings: Sightings, tell_admin: Callable[[str], None], kind: str) -> None:
        self._channel, self._sightings, self._tell = channel, sightings, tell_admin
        self._kind = kind
        self._store = channel.desk.store
        self._tops: dict[int, int] = {}
        """What was known of the channel when this process tried to print."""
        self._told = set[int]()
        self._tries: dict[int, int] = {}

    async def act(self, subject: int) -> Finish:
        """Print it when it is its turn; a refusal by the channel keeps its place."""
        rank = self._rank(subject)
        while True:
            ad = await self._wanted(subject)
            if ad is None:
                self._channel.gate.excuse(rank)
                return self._nothing(subject)
            number = ad.number
            if number in await self._store.read(posts.coming_down):  # others go first until its former post is gone
                self._channel.gate.excuse(rank)
                raise self._later(subject, 0)
            try:
                async with self._channel.gate.turn(rank, max(1, len(ad.photos))):
                    ad = await self._wanted(subject)  # it may be withdrawn by now
                    if ad is None:
                        return self._nothing(subject)
                    await self._channel.meet()
                    await self._store.assure()  # that turn may have been long in coming
                    return self._done(subject, ad, await self._post(subject, ad))
            except RefusedError as error:
                if self._kind == posts.REPOST and not self._channel.is_refusing:
                    return self._passed_over(number, str(error))
                self._refused(subject, number, str(error))

    async def seek(self, subject: int) -> Finish | None:
        """Look whether it stands there."""
        ad = await self._store.read(lambda tables: self._meant(tables, subject))
        if ad is None:
            self._channel.gate.settle(self._rank(subject))
            return self._nothing(subject)
        found = await self._found(subject, ad)
        rank = self._rank(subject)
        if found:
            self._channel.gate.settle(rank)
            return self._done(subject, ad, found)
        await self._store.write(lambda tables: adopt(tables, self._kind, subject), update=None)
        self._channel.gate.expect(rank)  # whoever was approved later has looked for nothing
        self._channel.gate.settle(rank)
        return None

    def give_up(self, subject: int, why: str) -> Finish:
        """Nothing is given up."""
        raise NotImplementedError(f"{subject} is tried for ever: {why}")

    def _rank(self, subject: int) -> Rank:
        return FIRST if self._kind == posts.POST else ANEW, subject

    async def _found(self, subject: int, ad: Ad) -> list[int]:
        """The messages that stand there and are of no other post of the ad, [] if there are none."""
        top = self._tops.get(subject)
        if top is None and self._kind == posts.POST and ad.number == await self._store.read(posts.reposting):
            raise self._later(subject, 1)  # another process may have reposted what it was before a change
        try:
            await self._channel.meet()
            found = await (self._sightings.inherited(subject, ad) if top is None else self._sightings.after(top, ad))
        except (LaterError, RefusedError) as error:
            raise self._later(subject, 1) from error
        known = await self._store.read(lambda tables: posts.find(tables, found[0])) if found else None
        return [] if known and known.ad == ad.number else found  # a sheet may have claimed it for another ad

    async def _post(self, subject: int, ad: Ad) -> list[int]:
        """Print it; while it is in doubt whether that has happened, nobody else posts, or it would be lost below."""
        self._tops[subject] = await self._sightings.top()
        try:
            return await self._channel.post(ad)
        except TelegramRetryAfter:
            raise
        except retry.TRANSIENT:
            self._channel.gate.doubt(self._rank(subject), WHOLE)
            raise

    async def _wanted(self, subject: int) -> Ad | None:
        """The ad, if it is still to be printed."""
        ad = await self._store.read(lambda tables: self._meant(tables, subject))
        wanted = PUBLISHED if self._kind == posts.REPOST else APPROVED
        return ad if ad and ad.state == wanted else None

    def _meant(self, tables: Tables, subject: int) -> Ad | None:
        """The ad, whatever has become of it."""
        if traced := traces.find(tables, subject):
            return traced
        if self._kind == posts.REPOST:
            return ads.find(tables, counters.value(tables, DRAWN))
        return posts.approved(tables, subject)

    @staticmethod
    def _nothing(subject: int) -> Finish:
        """There is nothing to print any more."""
        return lambda tables: traces.wipe(tables, subject)

    def _done(self, subject: int, ad: Ad, messages: list[int]) -> Finish:
        link, now = self._channel.link(messages[0]), int(time.time() * 1000)

        def finish(tables: Tables) -> Said:
            traces.wipe(tables, subject)
            if self._kind == posts.REPOST:
                posts.reposted(tables, ad.number, messages, now)
            else:
                posts.printed(tables, subject, messages, now, link)
            return self._channel.desk.wake

        return finish

    def _refused(self, subject: int, number: int, why: str) -> None:
        """Tell the admin once; what is wrong with one ad does not hold up the others."""
        log.warning("The channel refuses ad %s: %s", number, why)
        if subject not in self._told:
            self._told.add(subject)
            self._tell(texts.not_posted(number, why))
        if not self._channel.is_refusing:
            self._tries[subject] = self._tries.get(subject, 0) + 1
            raise self._later(subject, self._tries[subject])

    def _passed_over(self, number: int, why: str) -> Finish:
        """What is wrong with one ad, such as a photo of an import that is not there, takes no more than its slot."""
        log.warning("Ad %s cannot be posted anew: %s", number, why)
        now = int(time.time() * 1000)

        def finish(tables: Tables) -> Said:
            counters.turn(tables, REPOSTED, now)
            return self._channel.desk.wake

        return finish

    def _later(self, subject: int, tried: int) -> LaterError:
        """What is raised to try again in a while, a longer one the more often it was tried."""
        self._channel.park(posts.lane_of(self._kind, subject), min(LONGEST, 2.0**tried / 2))
        return LaterError()
