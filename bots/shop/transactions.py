"""Telegram's own list of what was paid to the bot and by it."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiogram import Bot

from bots.shop.catalogue import GIFT
from pinstore import PlainMethod

PAGE = 100
INVOICE, GIFTED, PREMIUM = "invoice_payment", "gift_purchase", "premium_purchase"

Transaction = Mapping[str, Any]


class GetTransactions(PlainMethod[dict[str, Any]]):
    """getStarTransactions; kinds of partners that nobody here knows do no harm."""

    __returning__ = dict[str, Any]
    __api_method__ = "getStarTransactions"

    offset: int
    limit: int = PAGE


async def transactions(bot: Bot, since: int) -> AsyncIterator[Transaction]:
    """All of them, oldest first, but those before a moment."""
    offset = 0
    while True:
        page = (await bot(GetTransactions(offset=offset)))["transactions"]
        for one in page:
            if one["date"] >= since:
                yield one
        offset += len(page)
        if len(page) < PAGE:
            return


async def given(bot: Bot, person: int, kind: str, what: str, since: int) -> int:
    """How many presents of a kind somebody has got."""
    count = 0
    async for one in transactions(bot, since):
        partner = one.get("receiver", {})
        if partner.get("user", {}).get("id") != person:
            continue
        if kind == GIFT:
            count += partner.get("transaction_type") == GIFTED and str(partner["gift"]["id"]) == what
        else:
            is_premium = partner.get("transaction_type") == PREMIUM
            count += is_premium and str(partner.get("premium_subscription_duration")) == what
    return count
