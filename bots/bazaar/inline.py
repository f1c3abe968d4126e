"""Inline mode: ads that are found, in whatever chat."""

import logging
from typing import Any

from aiogram import Router
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest
from aiogram.filters import Filter
from aiogram.types import InlineQuery

from bots.bazaar import card, search, texts
from bots.bazaar.ads import Ad
from bots.bazaar.calls import PLAIN, AnswerInline
from bots.bazaar.desk import Desk
from bots.bazaar.fields import number_in
from bots.bazaar.visit import Visit
from pinstore import Store, retry
from runtime.people import BANNED

log = logging.getLogger(__name__)

MOST = 50
"""Results of an answer (Bot API, answerInlineQuery)."""
FARTHEST = 10**6
"""Ads after which nobody scrolls on."""
_TOO_LATE = "query is too old"
"""In a refusal that no other answer mends."""
CACHED = 5
"""Seconds for which Telegram may give the same answer by itself."""


class Asked(Filter):
    """A query of somebody who is not banned, while there are tables."""

    async def __call__(self, query: InlineQuery, store: Store, desk: Desk) -> bool:
        if store.chat_id is None:
            return False
        return query.from_user.id == store.chat_id or await desk.people.status(query.from_user.id) != BANNED


async def asked(query: InlineQuery, desk: Desk) -> None:
    """Answer with the ads from an offset on."""
    offset = min(number_in(query.offset) or 0, FARTHEST)
    found: list[Ad] = []

    def work(visit: Visit) -> None:
        found[:] = search.some(visit.tables, query.query, offset, MOST + 1)

    visit = await desk.turn(query.from_user, work)
    some, is_more = found[:MOST], len(found) > MOST
    button = None if some or offset else {"text": visit.say(texts.TO_BAZAAR), "start_parameter": "menu"}

    async def answer(*, with_photos: bool) -> None:
        results = [_result(ad, visit.bazaar.username, with_photo=with_photos and bool(ad.photos)) for ad in some]
        following = str(offset + MOST) if is_more else ""
        await desk.bot(
            AnswerInline(
                inline_query_id=query.id, results=results, cache_time=CACHED, next_offset=following, button=button
            )
        )

    try:
        try:
            await answer(with_photos=True)
        except TelegramBadRequest as error:
            if _TOO_LATE in error.message:
                raise
            await answer(with_photos=False)  # one photo that is not there, of an import, hides no other ads
    except (TelegramAPIError, *retry.TRANSIENT) as error:  # one that was asked before a crash waits no more
        log.debug("An inline query waits: %s", retry.reason(error))


def _result(ad: Ad, username: str, *, with_photo: bool) -> dict[str, Any]:
    price = card.price(ad)
    about: dict[str, Any] = {"id": str(ad.number), "title": f"{ad.title} - {price}" if price else ad.title}
    if with_photo:
        shown = card.caption(ad, username, ad.number)
        about |= {"type": "photo", "photo_file_id": ad.photos[0].file}
        return {**about, "caption": shown.text, "caption_entities": shown.entities}
    shown = card.whole(ad, username, ad.number)
    content = {"message_text": shown.text, "entities": shown.entities, "link_preview_options": PLAIN}
    return {**about, "type": "article", "input_message_content": content, "description": card.head(ad)}


def inline_router() -> Router:
    """Queries."""
    router = Router(name="inline")
    router.inline_query.register(asked, Asked())
    return router
