"""Errands in the channel: taking a post down, and saying on one that it is sold."""

import logging

from bots.bazaar import ads, posts, texts
from bots.bazaar.ads import Ad
from bots.bazaar.channel import LONGEST, Channel, RefusedError
from bots.bazaar.gate import EDIT
from pinstore import Tables
from runtime.errands import Finish, LaterError

log = logging.getLogger(__name__)


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
