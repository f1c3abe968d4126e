"""The shop: goods that a bot can hand over inside Telegram, and a wallet in whole Stars."""

import asyncio
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aiogram import Router

from bots.shop import census, expiry, orders, texts, wallet
from bots.shop.admin import goods_router
from bots.shop.billing import Billing, Report
from bots.shop.buying import buying_router
from bots.shop.cases import Cases, cases_router
from bots.shop.crypto import crypto_router
from bots.shop.delivery import BILL, GIVE, HAND, REFUND, REPORT, SEND, THANK, TRIES, Hand
from bots.shop.handlers import customers_router
from bots.shop.limited import Limited
from bots.shop.limits import Limits
from bots.shop.looks import Looks
from bots.shop.meters import Metered
from bots.shop.payments import payments_router
from bots.shop.presence import Presence
from bots.shop.reconciliation import keep_reconciling
from bots.shop.refunds import Refund
from bots.shop.sending import Send
from bots.shop.settings import ShopSettings
from bots.shop.shop import Shop, now
from bots.shop.stock import stock_router
from bots.shop.tables import SOLD
from bots.shop.thanks import Thank
from bots.shop.tokens import Tokens, tokens_router
from pinstore import Keeper, Tables
from runtime.app import App, Given, Menus, Shared, Total, Word
from runtime.errands import ERRANDS, Deed, Errands
from runtime.languages import DEFAULT, Languages, Phrase

if TYPE_CHECKING:
    from aiohttp.web import AbstractRouteDef  # only a bot with a port needs a server
    from prometheus_client.registry import Collector

TICK = 1.0
"""Seconds between looks at orders whose time may be over."""


def _parts(shared: Shared) -> Given:
    shop = Shop(shared)
    refunds = Refund(shop)
    deeds: dict[str, Deed] = {HAND: Hand(shop), GIVE: Hand(shop, TRIES), REFUND: refunds, THANK: Thank(shop)}
    looks = Looks(shop, shop.heleket) if shop.heleket else None
    deeds |= {BILL: Billing(shop, looks), REPORT: Report(shop), SEND: Send(shop, Hand(shop))}
    errands = Errands(shared.store, shop.saves, deeds)
    shop.wake = errands.wake
    return {
        "shop": shop,
        "errands": errands,
        "cases": Cases(refunds),
        "looks": looks,
        "breakers": shop.breakers,
        "limits": Limits(shop.settings),
        "tokens": Tokens(secret.get_secret_value()) if (secret := shop.settings.jwt_secret) else None,
    }


def _routers() -> Sequence[Router]:
    router = Router(name="shop")
    for observer in (router.message, router.callback_query):
        observer.outer_middleware(Presence())
        observer.outer_middleware(Limited())
    router.include_routers(payments_router(), goods_router(), stock_router(), cases_router(), tokens_router())
    router.include_routers(buying_router(), crypto_router(), customers_router())
    return (router,)


def _tasks(_: Shared, given: Given) -> Sequence[Coroutine[Any, Any, None]]:
    shop: Shop = given["shop"]
    shop.opened()
    looks: Looks | None = given["looks"]
    works = [
        given["errands"].run(),
        keep_reconciling(shop),
        _expire(shop),
        _compare(shop),
        *([looks.run()] if looks else []),
    ]
    return [_when_open(shop, work) for work in works]


def _pages(_: Shared, given: Given, word: Word) -> Iterable["AbstractRouteDef"]:
    from bots.shop.api import Api  # noqa: PLC0415 - only a bot with a port needs a server
    from bots.shop.webhook import Webhook  # noqa: PLC0415

    shop: Shop = given["shop"]
    api = Api(shop, given["tokens"], given["limits"], word)
    return [*(Webhook(shop, shop.heleket, given["looks"]).routes if shop.heleket else []), *api.routes]


def _numbers(_: Shared, given: Given) -> Iterable["Collector"]:
    from bots.shop.metrics import Numbers  # noqa: PLC0415 - only a bot with a port is measured

    return [Numbers(given["shop"].meters, given["limits"])]


def _concerns(store: Keeper) -> Mapping[str, str]:
    """Sums that differ."""
    return {"ledger": "mismatch"} if store.is_open and store.totals()["frozen"] else {}


def _menus() -> Menus:
    words = Languages(texts.LOCALES)
    private: dict[str | None, Mapping[str, str]] = {None: texts.COMMANDS}
    for code in words.available_locales:
        if code != DEFAULT:
            private[code] = {name: words.say(Phrase(about), code) for name, about in texts.COMMANDS.items()}
    return Menus(private, {})


async def _when_open(shop: Shop, work: Coroutine[Any, Any, None]) -> None:
    """There is nothing to do before there are tables."""
    try:
        await shop.is_open.wait()
        await shop.begin()
        await work
    finally:
        work.close()


async def _expire(shop: Shop) -> None:
    """End orders whose time is over."""
    while True:
        due = await shop.store.read(expiry.next_expiry)
        if due is not None and due <= now():
            await shop.store.write(lambda tables: expiry.expire(tables, now()), update=None)
        await asyncio.sleep(TICK)


async def _compare(shop: Shop) -> None:
    """Compare all sums whenever the stored copy was found good."""
    known = shop.store.status.drilled_at
    while True:
        await asyncio.sleep(TICK)
        if (drilled_at := shop.store.status.drilled_at) != known:
            known = drilled_at
            await shop.store.write(wallet.compare, update=None)


def _opened(tables: Tables) -> None:
    """Compare all sums."""
    wallet.compare(tables)


def _figures(tables: Tables) -> Sequence[Phrase]:
    """Lines of /stats."""
    states = {"delivered": orders.DELIVERED, "refunded": orders.REFUNDED, "waiting": orders.AWAITING}
    found = census.by_state(tables)
    values = {name: found.get(state, 0) for name, state in states.items()}
    differing = tables.total("frozen")
    return (
        Phrase(texts.STATS_ORDERS, all=tables.total("orders"), **values),
        Phrase(texts.STATS_MONEY, sum=tables.total("stars")),
        Phrase(texts.STATS_WRONG, count=differing) if differing else texts.STATS_RIGHT,
    )


app = App(
    name="shop",
    tables=(*SOLD, ERRANDS),
    routers=_routers,
    locales=texts.LOCALES,
    totals=(Total("customers", "customers", "Customers."), Total("orders", "orders", "Orders.")),
    parts=_parts,
    tasks=_tasks,
    pages=_pages,
    numbers=_numbers,
    concerns=_concerns,
    settings=ShopSettings,
    opened=_opened,
    figures=_figures,
    menus=_menus,
    around=(Metered(),),
    without=frozenset(["top"]),
    captions=frozenset(["/stock"]),
)
