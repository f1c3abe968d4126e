"""Presses about payments in crypto currencies: have an invoice made, try it again, look at it."""

import re

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery

from bots.shop import bills, crypto_screens, lanes, orders, texts, wishes
from bots.shop.bills import Bill
from bots.shop.buying import ALERTS, MOST
from bots.shop.delivery import BILL
from bots.shop.heleket import Heleket, lifetime
from bots.shop.looks import Looks
from bots.shop.orders import AWAITING, CRYPTO, Order
from bots.shop.shop import Shop, meet, now
from bots.shop.wishes import Outcome, Wish
from pinstore import Tables
from runtime.errands import intend
from runtime.languages import Phrase
from runtime.presses import let_go

_WISH = re.compile(r"(coin|again):([a-z0-9]{16}):([1-9][0-9]{0,4})")
_LOOK = re.compile(r"look:([a-z0-9]{16})")


class Wished(Filter):
    """A button that has an invoice made, for the first time or again."""

    async def __call__(self, query: CallbackQuery, shop: Shop) -> bool | dict[str, object]:
        found = _WISH.fullmatch(query.data or "")
        if found is None or shop.heleket is None or int(found[3]) > MOST:
            return False
        return {"order_id": found[2], "amount": int(found[3]), "is_again": found[1] == "again", "heleket": shop.heleket}


class Asked(Filter):
    """The button that asks whether an invoice is paid."""

    async def __call__(self, query: CallbackQuery, looks: Looks | None) -> bool | dict[str, object]:
        found = _LOOK.fullmatch(query.data or "")
        return {"order_id": found[1], "looks": looks} if found and looks else False


async def wished(
    query: CallbackQuery, shop: Shop, heleket: Heleket, order_id: str, amount: int, is_again: bool
) -> None:
    """Make an order whose invoice is asked for when it is stored; while the processor is left alone, none."""
    person, at = query.from_user.id, now()
    screen = query.message.message_id if query.message else 0
    if heleket.breaker.rests:
        await let_go(shop.bot, query.id)
        shop.show(person, crypto_screens.away(order_id, amount), screen)
        return
    wish = Wish(order_id, person, at, at + shop.settings.order_ttl, screen)
    name, title = query.from_user.first_name, shop.say(person, texts.TOP_UP_TITLE)

    def work(tables: Tables) -> Outcome:
        meet(tables, person, name)
        outcome, order = wishes.fill(tables, wish, amount, title, CRYPTO)
        if order:
            price = heleket.amount(amount)
            bills.make(tables, order, price, shop.settings.heleket_currency, at, lifetime(shop.settings))
        elif is_again and outcome is Outcome.BILLED:
            order = _unbilled(tables, order_id)
        if order is None:
            return outcome
        intend(tables, BILL, order.number, lanes.of_order(order.number))
        return Outcome.MADE

    outcome = await shop.store.write(work)
    is_made = outcome is Outcome.MADE
    await let_go(
        shop.bot, query.id, shop.say(person, texts.BUYING if is_made else ALERTS[outcome]), is_alert=not is_made
    )
    if is_made:
        shop.made(order_id)
        shop.wake(None)


async def asked(query: CallbackQuery, shop: Shop, looks: Looks, order_id: str) -> None:
    """Look now; the screen changes if there is news."""
    person = query.from_user.id
    order, bill = await shop.store.read(lambda tables: _found(tables, order_id))
    if order is None or bill is None or order.person != person:
        await let_go(shop.bot, query.id, shop.say(person, texts.UNKNOWN), is_alert=True)
    elif bill.is_final or order.state not in (AWAITING, orders.CANCELLED, orders.EXPIRED):
        await let_go(shop.bot, query.id, shop.say(person, texts.OVER), is_alert=True)
    else:
        await let_go(
            shop.bot, query.id, shop.say(person, Phrase(texts.CRYPTO_STATUS, status=crypto_screens.status(bill.status)))
        )
        looks.asked(order.number)


def _unbilled(tables: Tables, order_id: str) -> Order | None:
    """An order whose invoice nobody has seen."""
    order, bill = _found(tables, order_id)
    return order if order and order.way == CRYPTO and bill and not bill.url else None


def _found(tables: Tables, order_id: str) -> tuple[Order | None, Bill | None]:
    order = orders.find(tables, order_id)
    return order, bills.find(tables, order.number) if order else None


def crypto_router() -> Router:
    """Presses about invoices of the processor; while crypto is off there are none."""
    router = Router(name="crypto")
    router.callback_query.register(wished, Wished())
    router.callback_query.register(asked, Asked())
    return router
