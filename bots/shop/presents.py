"""Presents from the bot's own Stars: what Telegram has, what it costs, and what is sold out there."""

import asyncio
import logging
import time
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import GiftPremiumSubscription, SendGift

from bots.shop.catalogue import GIFT, Away
from bots.shop.orders import Order
from pinstore import PlainMethod, retry

log = logging.getLogger(__name__)

PRICES = {"3": 1000, "6": 1500, "12": 2500}
"""Stars that Premium costs the bot, by months (Bot API, giftPremiumSubscription)."""
FRESH = 60.0
"""Seconds in which Telegram's list is not asked for again."""
PATIENCE = 1.0
"""Seconds that somebody who looks at the goods waits for it."""
SOLD_OUT = "STARGIFT_USAGE_LIMITED"
"""Why a gift cannot be sent of which nothing is left (core.telegram.org, payments.sendStarsForm)."""

Gift = dict[str, Any]


class Gifts(PlainMethod[dict[str, Any]]):
    """getAvailableGifts."""

    __returning__ = dict[str, Any]
    __api_method__ = "getAvailableGifts"


async def gifts(bot: Bot) -> dict[str, Gift]:
    """Telegram's gifts by their ids."""
    return {str(gift["id"]): gift for gift in (await bot(Gifts()))["gifts"]}


class Presents:
    """Remembers which gifts are sold out, and asks when somebody looks and has not been told for a minute."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self.gone: Away = frozenset()
        """Those of which nothing is left."""
        self._asked = -FRESH
        self._asking: asyncio.Task[None] | None = None

    async def look(self) -> None:
        """Know what is left; whoever waits longer than a moment goes by what was known before."""
        if self._asking is None and time.monotonic() < self._asked + FRESH:
            return
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask(), name="gifts")
        await asyncio.wait([self._asking], timeout=PATIENCE)

    def sent(self) -> None:
        """There is one less of a gift."""
        self._asked = -FRESH

    def refused(self, gift: str, why: str) -> None:
        """A gift could not be sent; perhaps nothing of it is left."""
        if SOLD_OUT in why:
            self.gone |= {(GIFT, gift)}

    async def _ask(self) -> None:
        try:
            self._asked = time.monotonic()
            found = await gifts(self._bot)
            self.gone = frozenset((GIFT, one) for one, gift in found.items() if gift.get("remaining_count") == 0)
        except (TelegramAPIError, *retry.TRANSIENT) as error:
            log.debug("What is left of gifts is not known: %s", retry.reason(error))
        finally:
            self._asking = None


def present(order: Order) -> SendGift | GiftPremiumSubscription:
    """The call that makes an order's present."""
    if order.kind == GIFT:
        return SendGift(user_id=order.person, gift_id=order.what, text_parse_mode=None)
    return GiftPremiumSubscription(
        user_id=order.person, month_count=int(order.what), star_count=PRICES[order.what], text_parse_mode=None
    )
