"""Which posts are in the channel of which the store does not know: seen by the link to their ad.

A bot cannot read a message by its id, but forward it: silently to the admin's chat, from where the copy is deleted.
"""

import asyncio
import logging
import re
import time

from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError
from aiogram.types import Message

from bots.bazaar import posts, reached
from bots.bazaar.ads import Ad
from bots.bazaar.calls import Forward
from bots.bazaar.channel import Channel
from bots.bazaar.gate import MINUTE
from pinstore import retry
from runtime.errands import LaterError
from runtime.outbox.methods import Delete

log = logging.getLogger(__name__)

ON_ITS_WAY = 3.0
"""Seconds that a call may still take whose answer was lost."""
MISSING = 10
"""Ids in a row that do not exist: nothing comes after them."""
PAUSE = 1.0
"""Seconds between two copies, which are messages in the admin's chat."""

WHOLE = 600.0
"""Seconds that such a look may take at most."""

_LINK = re.compile(r"[?&]start=ad_(\d+)$")
_NONE = re.compile("not found", re.IGNORECASE)


class Sightings:
    """Looks at messages of the channel."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._store = channel.desk.store
        self._inherited: asyncio.Task[dict[int, list[int]]] | None = None
        """The look for what a process before this one has posted."""
        self._one = asyncio.Lock()
        self._places = set[int]()
        """Of posts that were intended when it began, and nobody has asked for yet."""

    async def begin(self) -> None:
        """Before anything else is posted, look for what a process before this one was about to post, and has."""
        now = time.time()
        sent = await self._store.read(lambda tables: posts.recent(tables, int((now - MINUTE) * 1000)))
        self._channel.gate.remember((max(0.0, now - at / 1000), weight) for at, weight in sent)
        if await self._store.read(reached.intended):
            self._inherited = await self._look_anew()

    async def top(self) -> int:
        """The highest message of the channel that is known: what is posted now comes after it."""
        return await self._store.read(reached.highest)

    async def inherited(self, place: int, ad: Ad) -> list[int]:
        """The messages of an ad's post, at its place among approvals, that a process before this one has sent.

        One look is for all that were intended when it began; what comes by other tables later was not looked for.
        """
        async with self._one:  # who asks meanwhile is looked for as well
            look = self._inherited if place in self._places else None
            self._inherited = look = look or await self._look_anew()
        try:
            seen = await asyncio.shield(look)
        except (LaterError, *retry.TRANSIENT):
            self._inherited = None
            raise
        self._places.discard(place)
        return self._of(ad, seen)

    async def _look_anew(self) -> "asyncio.Task[dict[int, list[int]]]":
        """Begin a look; nobody posts until it is over."""
        self._places, top = await self._store.read(lambda tables: (reached.intended(tables), reached.mark(tables)))
        self._channel.gate.shut(WHOLE)
        look = asyncio.create_task(self._look(top), name="sightings")
        look.add_done_callback(lambda _: self._channel.gate.open())
        return look

    async def confirm(self, message: int) -> None:
        """Take a message for the newest one that is known, if it is there and newer than those that are."""
        if message > await self.top() and await self._forwarded(message):
            await self._store.write(lambda tables: reached.seen(tables, message), update=None)

    async def after(self, top: int, ad: Ad) -> list[int]:
        """The messages of an ad's post after this one, [] if there are none."""
        return self._of(ad, await self._look(top, wanted=ad.number))

    @staticmethod
    def _of(ad: Ad, seen: dict[int, list[int]]) -> list[int]:
        return seen.get(ad.number, [])[: max(1, len(ad.photos))]

    async def _look(self, top: int, wanted: int = 0) -> dict[int, list[int]]:
        """All posts after a message: the number of an ad, 0 for anything else, and the messages from its first on."""
        await asyncio.sleep(ON_ITS_WAY)
        seen: dict[int, list[int]] = {}
        number, missing, last, group = top, 0, 0, 0
        while missing < MISSING:
            number += 1
            copy = await self._forwarded(number)
            missing = 0 if copy else missing + 1
            if not isinstance(copy, Message):
                last = group = 0
            elif ad := _ad_in(copy, number):
                if wanted and last == wanted:
                    break
                last, group = ad, 1
                seen[ad] = [number]
            elif last and copy.photo and not copy.caption and group:
                seen[last].append(number)
            else:
                last = group = 0
        return seen

    async def _forwarded(self, number: int) -> Message | bool | None:
        """A copy of a message; True for one that cannot be forwarded, None if there is none."""
        admin = self._store.chat_id
        assert admin is not None  # noqa: S101 - there are tables
        try:
            copy = await retry.patiently(
                lambda: self._channel.bot(Forward(chat_id=admin, from_chat_id=self._channel.id, message_id=number)), 5
            )
        except TelegramForbiddenError as error:
            raise LaterError from error
        except TelegramBadRequest as error:
            if "chat not found" in error.message.lower():
                raise LaterError from error
            return None if _NONE.search(error.message) else True
        try:
            await retry.patiently(lambda: self._channel.bot(Delete(chat_id=admin, message_id=copy.message_id)), 3)
        except (TelegramAPIError, *retry.TRANSIENT) as error:  # it is litter
            log.debug("A copy stays in the admin's chat: %s", retry.reason(error))
        await asyncio.sleep(PAUSE)
        return copy


def _ad_in(message: Message, number: int) -> int:
    """The ad whose post the message of this number is the first one of, 0 if it is none.

    Whoever forwards a post into the channel, or sends one by inline mode, brings the link as well.
    """
    if message.via_bot or getattr(message.forward_origin, "message_id", number) != number:
        return 0
    for entity in [*(message.entities or []), *(message.caption_entities or [])][::-1]:
        if found := _LINK.search(entity.url or ""):
            return int(found[1])
    return 0
