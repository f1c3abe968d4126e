"""Payments as they happen: asked for, answered, arrived, given back.

Source: tdlib/telegram-bot-api, Client.cpp, JsonPreCheckoutQuery, JsonSuccessfulPaymentBot, JsonRefundedPayment,
need_skip_update_message, add_new_pre_checkout_query; Bot API, answerPreCheckoutQuery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.state.bots import QUERY_LIFETIME
from emulator.state.errors import bad_request
from emulator.state.money import STARS, Checkout, Invoice, Offer, Payment, buyer, new_id

if TYPE_CHECKING:
    from emulator.state.bots import Bot
    from emulator.state.chats import Chat, Json

PRE_CHECKOUT_TIME = 10.0


def ask(bot: Bot, offer: Offer, user: Json, chat: Chat) -> Checkout:
    """Begin a payment: the bot is asked and has ten seconds."""
    clock = bot.world.clock
    checkout = Checkout(new_id(), offer, user, chat, clock.now() + PRE_CHECKOUT_TIME)
    clock.call_later(PRE_CHECKOUT_TIME, lambda: _expire(bot, checkout))
    bot.money.checkouts[checkout.id] = checkout
    invoice = offer.invoice
    query = {"id": checkout.id, "from": user, "currency": STARS, "total_amount": invoice.amount}
    bot.notify("pre_checkout_query", {**query, "invoice_payload": invoice.payload}, QUERY_LIFETIME)
    return checkout


def refuse(bot: Bot, checkout: Checkout, error: str) -> None:
    """The bot does not want the money: the person is told why."""
    checkout.outcome, checkout.error = "refused", error
    _ended(bot, checkout)


def settle(bot: Bot, checkout: Checkout) -> None:
    """The bot wants the money: it is taken, and the bot is told."""
    invoice = checkout.offer.invoice
    checkout.charge_id = bot.money.receive(invoice.amount, buyer(checkout.user, invoice))
    checkout.outcome, checkout.offer.paid = "paid", True
    bot.money.payments[checkout.charge_id] = Payment(checkout.user, checkout.chat, invoice)
    receipt = {**_about(invoice, checkout.charge_id), "provider_payment_charge_id": f"{checkout.user['id']}_{new_id()}"}
    bot.tell(checkout.chat, bot.new_message(checkout.chat, checkout.user, {"successful_payment": receipt}))
    _ended(bot, checkout)


def refund(bot: Bot, user_id: int, charge_id: str, *, forced: bool = False) -> None:
    """Give a payment back once; the service message comes to the bot, too. Forced: by Telegram, whatever is left."""
    payment = bot.money.payments.get(charge_id)
    if payment is None or payment.user["id"] != user_id:
        raise bad_request("CHARGE_NOT_FOUND")
    if payment.refunded:
        raise bad_request("CHARGE_ALREADY_REFUNDED")
    bot.money.spend(payment.invoice.amount, buyer(payment.user, payment.invoice), charge_id, forced=forced)
    payment.refunded = True
    content = {"refunded_payment": _about(payment.invoice, charge_id)}
    bot.tell(payment.chat, bot.new_message(payment.chat, bot.user, content, outgoing=True))


def _about(invoice: Invoice, charge_id: str) -> Json:
    return {
        "currency": STARS,
        "total_amount": invoice.amount,
        "invoice_payload": invoice.payload,
        "telegram_payment_charge_id": charge_id,
    }


def _expire(bot: Bot, checkout: Checkout) -> None:
    if not checkout.outcome:
        checkout.outcome = "expired"
        _ended(bot, checkout)


def _ended(bot: Bot, checkout: Checkout) -> None:
    checkout.chat.changes.touch()
    bot.world.changed.touch()
