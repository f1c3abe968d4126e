"""Errands in the channel: printing an ad, for the first time and anew."""

import logging
import time
from collections.abc import Callable

from bots.bazaar import ads, counters, posts, texts, traces
from bots.bazaar.ads import APPROVED, PUBLISHED, Ad
from bots.bazaar.channel import LONGEST, Channel, RefusedError
from bots.bazaar.gate import Rank
from bots.bazaar.sightings import Sightings
from bots.bazaar.tables import DRAWN, REPOSTED
from pinstore import Tables
from runtime.errands import Finish, LaterError, Said

log = logging.getLogger(__name__)

FIRST, ANEW, EDIT = range(3)
"""Ranks at the gate: new ads go before reposts, and these before edits."""


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
            try:
                async with self._channel.gate.turn(rank, max(1, len(ad.photos))):
                    ad = await self._wanted(subject)  # it may be withdrawn by now
                    if ad is None:
                        return self._nothing(subject)
                    await self._channel.meet()
                    await self._store.assure()  # that turn may have been long in coming
                    self._tops[subject] = await self._sightings.top()
                    return self._done(subject, ad, await self._channel.post(ad))
            except RefusedError as error:
                if self._kind == posts.REPOST and not self._channel.is_refusing:
                    return self._passed_over(number, str(error))
                self._refused(subject, number, str(error))

    async def seek(self, subject: int) -> Finish | None:
        """Look whether it stands there."""
        ad = await self._store.read(lambda tables: self._meant(tables, subject))
        if ad is None:
            return self._nothing(subject)
        top = self._tops.get(subject)
        try:
            await self._channel.meet()
            found = await (self._sightings.inherited(ad) if top is None else self._sightings.after(top, ad))
        except (LaterError, RefusedError) as error:
            self._again(subject, 1)
            raise LaterError from error
        if found:
            return self._done(subject, ad, found)
        self._channel.gate.expect(self._rank(subject))  # whoever was approved later has looked for nothing
        return None

    def give_up(self, subject: int, why: str) -> Finish:
        """Nothing is given up."""
        raise NotImplementedError(f"{subject} is tried for ever: {why}")

    def _rank(self, subject: int) -> Rank:
        return FIRST if self._kind == posts.POST else ANEW, subject

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
            self._again(subject, self._tries[subject])
            raise LaterError

    def _passed_over(self, number: int, why: str) -> Finish:
        """What is wrong with one ad, such as a photo of an import that is not there, takes no more than its slot."""
        log.warning("Ad %s cannot be posted anew: %s", number, why)
        now = int(time.time() * 1000)

        def finish(tables: Tables) -> Said:
            counters.turn(tables, REPOSTED, now)
            return self._channel.desk.wake

        return finish

    def _again(self, subject: int, tried: int) -> None:
        self._channel.park(posts.lane_of(self._kind, subject), min(LONGEST, 2.0**tried / 2))


class Down:
    """Takes posts down: deletes them, and edits what Telegram does not delete any more."""

    attempts: int | None = None

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._store = channel.desk.store
        self._tries: dict[int, int] = {}

    async def act(self, subject: int) -> Finish:
        """Take it down."""
        post = await self._store.read(lambda tables: posts.find(tables, subject))
        if post is None:
            return lambda _: None
        try:
            if not await self._channel.delete(list(post.messages)):
                text = texts.say(texts.CLOSED_POST, texts.CYRILLIC)
                if post.newer:
                    await self._channel.meet()
                    text = texts.say(texts.RENEWED_POST, texts.CYRILLIC, link=self._channel.link(post.newer))
                async with self._channel.gate.turn((EDIT, subject), 1):
                    await self._channel.edit(post.message, text)
        except RefusedError as error:
            self._later(posts.DOWN, subject, str(error))
        return lambda tables: posts.strike(tables, subject)

    async def seek(self, subject: int) -> Finish | None:
        """Twice is as good as once."""
        return None

    def give_up(self, subject: int, why: str) -> Finish:
        """Nothing is given up."""
        raise NotImplementedError(f"{subject} is tried for ever: {why}")

    def _later(self, kind: str, subject: int, why: str) -> None:
        log.warning("The channel refuses to change message %s: %s", subject, why)
        tried = self._tries[subject] = self._tries.get(subject, 0) + 1
        self._channel.park(posts.lane_of(kind, subject), min(LONGEST, 2.0**tried / 2))
        raise LaterError


class Mark(Down):
    """Says on a post that it is sold."""

    async def act(self, subject: int) -> Finish:
        """Say it."""

        def read(tables: Tables) -> Ad | None:
            post = posts.find(tables, subject)
            return ads.find(tables, post.ad) if post else None

        ad = await self._store.read(read)
        if ad is None or ad.state != ads.SOLD:
            return lambda _: None
        try:
            async with self._channel.gate.turn((EDIT, subject), 1):
                await self._channel.mark(ad, subject)
        except RefusedError as error:
            self._later(posts.MARK, subject, str(error))
        return lambda _: None
