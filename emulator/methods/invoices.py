"""sendInvoice, createInvoiceLink, answerPreCheckoutQuery, in Stars only.

Source: tdlib/telegram-bot-api, Client.cpp, get_input_message_invoice, get_labeled_price_part,
process_answer_pre_checkout_query_query; tdlib/td, LabeledPricePart.cpp; Bot API, sendInvoice. Which names the refusals
of wrong lengths, prices, providers and buttons have is assumed.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any

from emulator.methods.registry import SEND, method
from emulator.methods.sending import find_target, post
from emulator.state.bots import QUERY_GONE
from emulator.state.errors import bad_request
from emulator.state.money import STARS, Invoice, Offer
from emulator.state.payments import refuse, settle
from emulator.state.text import clean

if TYPE_CHECKING:
    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.chats import Json

INVOICE = (
    "title description payload provider_token currency prices max_tip_amount suggested_tip_amounts provider_data "
    "photo_url photo_size photo_width photo_height need_name need_phone_number need_email need_shipping_address "
    "send_phone_number_to_provider send_email_to_provider is_flexible"
)
LENGTHS = {"title": 32, "description": 255}
MAX_PAYLOAD = 128
MAX_STARS = 10_000
_START = re.compile(r"[A-Za-z0-9_-]{0,64}\Z")


@method("sendInvoice", SEND, INVOICE, "start_parameter")
def send_invoice(bot: Bot, parameters: Parameters) -> Json:
    """Send an invoice; it has a Pay button, the first of its buttons."""
    invoice = _read(parameters)
    target = find_target(bot, parameters)
    markup = target.markup or {"inline_keyboard": [[{"text": f"Pay ⭐️{invoice.amount}", "pay": True}]]}
    if "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    if not markup["inline_keyboard"][0][0].get("pay"):
        raise bad_request("BUTTON_POS_INVALID")
    shown = {
        "title": invoice.title,
        "description": invoice.description,
        "start_parameter": invoice.start_parameter,
        "currency": STARS,
        "total_amount": invoice.amount,
    }
    message = post(bot, target._replace(markup=markup), {"invoice": shown})
    bot.money.offers[message.id] = Offer(invoice, single=True)
    return message.data


@method("createInvoiceLink", INVOICE, "business_connection_id subscription_period")
def create_invoice_link(bot: Bot, parameters: Parameters) -> str:
    """A link that anybody can pay at, any number of times; subscriptions are not known here."""
    invoice = _read(parameters)
    if parameters.text("business_connection_id"):
        raise bad_request("business connection not found")
    if parameters.integer("subscription_period"):
        raise bad_request("SUBSCRIPTION_PERIOD_INVALID")
    link = f"https://t.me/${secrets.token_urlsafe(12)}"
    bot.money.offers[link] = Offer(invoice, single=False)
    return link


@method("answerPreCheckoutQuery", "pre_checkout_query_id ok error_message")
def answer_pre_checkout_query(bot: Bot, parameters: Parameters) -> bool:
    """Answer once, within ten seconds."""
    wanted = parameters.boolean("ok")
    error = "" if wanted else parameters.required("error_message")
    checkout = bot.money.checkouts.get(parameters.text("pre_checkout_query_id"))
    if checkout is None or checkout.outcome or checkout.expires <= bot.world.clock.now():
        raise bad_request(QUERY_GONE)
    if wanted:
        settle(bot, checkout)
    else:
        refuse(bot, checkout, error)
    return True


def _read(parameters: Parameters) -> Invoice:
    texts = {name: clean(parameters.required(name)).strip() for name in LENGTHS}
    payload, currency = parameters.required("payload"), parameters.required("currency")
    amount = _amount(parameters)
    for name, most in LENGTHS.items():
        if not 1 <= len(texts[name]) <= most:
            raise bad_request(f"{name.upper()}_INVALID")
    if len(payload.encode()) > MAX_PAYLOAD:
        raise bad_request("INVOICE_PAYLOAD_INVALID")
    start = parameters.text("start_parameter")
    if not _START.match(start):
        raise bad_request("START_PARAM_INVALID")
    if currency != STARS or parameters.text("provider_token"):
        raise bad_request("PAYMENT_PROVIDER_INVALID")
    if amount > MAX_STARS or parameters.integer("max_tip_amount"):
        raise bad_request("CURRENCY_TOTAL_AMOUNT_INVALID")
    return Invoice(texts["title"], texts["description"], payload, amount, start)


def _amount(parameters: Parameters) -> int:
    parameters.required("prices")
    prices = parameters.json("prices", "Can't parse prices JSON object")
    if not isinstance(prices, list):
        raise bad_request("Expected an Array of labeled prices")
    amounts = [_price(price) for price in prices]
    if not amounts:
        raise bad_request("There must be at least one price")
    if sum(amounts) <= 0:
        raise bad_request("Total price must be positive")
    if len(amounts) > 1:
        raise bad_request("STARS_INVOICE_INVALID")
    return sum(amounts)


def _price(price: Any) -> int:
    complaint = "Can't parse labeled price: "
    if not isinstance(price, dict):
        raise bad_request(complaint + "LabeledPrice must be an Object")
    if not isinstance(price.get("label"), str):
        raise bad_request(complaint + 'Can\'t find field "label"')
    if not price["label"]:
        raise bad_request(complaint + "LabeledPrice label must be non-empty")
    amount = price.get("amount")
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise bad_request(complaint + 'Field "amount" must be a valid Number')
    return amount
