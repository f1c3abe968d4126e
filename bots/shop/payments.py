"""Payments in Stars: asked about, arrived, taken back."""

import logging

from aiogram import Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Filter
from aiogram.types import Message, PreCheckoutQuery

from bots.shop import catalogue, charges, delivery, lanes, moneyback, orders, texts
from bots.shop.catalogue import STARS
from bots.shop.charges import Payment
from bots.shop.delivery import REFUND, THANK
from bots.shop.shop import Shop, meet, now
from pinstore import Tables, errors, retry
from runtime.errands import intend
from runtime.people import BANNED

log = logging.getLogger(__name__)

STORED_WITHIN = 8.0
"""Seconds: an answer is waited for ten (Bot API, answerPreCheckoutQuery)."""


class Paid(Filter):
    """The service message of a payment."""

    async def __call__(self, message: Message) -> bool:
        return message.successful_payment is not None


class TakenBack(Filter):
    """The service message of a refund."""

    async def __call__(self, message: Message) -> bool:
        return message.refunded_payment is not None


async def asked(query: PreCheckoutQuery, shop: Shop) -> None:
    """Let an order be paid that is open, and stored: nothing that Telegram charges for is known to memory alone."""
    person = query.from_user.id
    shop.heard(person, query.from_user.language_code)
    try:
        why = await _refusal(query, shop)
    except (errors.OwnershipLostError, errors.OvertakenError):
        return  # whoever owns the tables is asked as well
    message = shop.say(person, texts.REFUSALS[why]) if why else None
    try:
        await retry.patiently(lambda: query.answer(ok=not why, error_message=message), 3)
    except (TelegramAPIError, *retry.TRANSIENT) as error:  # it came too late for that: nothing was charged
        log.debug("A question before a payment could not be answered: %s", retry.reason(error))


async def _refusal(query: PreCheckoutQuery, shop: Shop) -> str:
    person, money = query.from_user.id, (query.total_amount, query.currency)
    if not shop.is_open.is_set() or await shop.people.status(person) == BANNED:
        return "closed"
    why = await shop.store.write(lambda tables: orders.refusal(tables, query.invoice_payload, person, money, now()))
    why = why or await shop.store.read(lambda tables: _barred(tables, query, shop))
    if why or shop.is_known_stored(query.invoice_payload):
        return why
    try:
        await retry.within(STORED_WITHIN, shop.saves.stored())
    except TimeoutError:
        return "not stored"
    return ""


def _barred(tables: Tables, query: PreCheckoutQuery, shop: Shop) -> str:
    """Why it cannot be sold now for reasons outside the store, a code."""
    order = orders.find(tables, query.invoice_payload)
    if order is None or catalogue.is_away(order.kind, order.what, shop.away):
        return "sold out"
    return "nameless" if order.kind == STARS and not query.from_user.username else ""


async def arrived(message: Message, shop: Shop) -> None:
    """Take a payment; what follows happens when it is stored."""
    paid = message.successful_payment
    assert paid  # noqa: S101 - as the filter says
    charge, payer = paid.telegram_payment_charge_id, message.from_user or message.chat  # a group has no first name
    person, name = payer.id, payer.first_name or ""
    if paid.currency != "XTR":  # nothing here was ever sold for it, and it cannot be given back by a bot
        shop.tell_admin(f"⚠️ Платёж {charge[:8]}: {paid.currency}, а магазин продаёт только за звёзды")
        return

    def take_it(tables: Tables) -> bool:
        meet(tables, person, name)
        return take(tables, paid.invoice_payload, charge, person, paid.total_amount)

    shop.meters.payments += await shop.store.write(take_it)
    log.info("Payment %s: %s Stars", charge[:8], paid.total_amount)
    shop.wake(None)


def take(tables: Tables, order_id: str, charge: str, person: int, amount: int) -> bool:
    """Take a payment once, and intend what follows; returns whether it is news."""
    is_news, payment = orders.pay(tables, order_id, charge, person, amount, now())
    if is_news:
        _follow(tables, payment)
    return is_news


async def taken_back(message: Message, shop: Shop) -> None:
    """Telegram has given a payment back; if we have asked for it, an errand knows."""
    refund = message.refunded_payment
    assert refund  # noqa: S101 - as the filter says
    await shop.store.write(lambda tables: note_refund(tables, refund.telegram_payment_charge_id))


def note_refund(tables: Tables, charge: str) -> bool:
    """Note a refund that we have not caused; returns whether it is news."""
    payment = charges.by_charge(tables, charge)
    return payment is not None and payment.state in ("taken", "review") and moneyback.taken(tables, payment, now())


def _follow(tables: Tables, payment: Payment) -> None:
    order = orders.by_number(tables, payment.of_order) if payment.of_order else None
    if order is None:
        intend(tables, REFUND, payment.number, lanes.of_refund(payment.number))
    elif order.is_top_up:
        intend(tables, THANK, order.number, lanes.of_goods(payment.person))
    else:
        delivery.begin(tables, order, now())


def payments_router() -> Router:
    """What Telegram tells of money."""
    router = Router(name="payments")
    router.pre_checkout_query.register(asked)
    router.message.register(arrived, Paid())
    router.message.register(taken_back, TakenBack())
    return router
