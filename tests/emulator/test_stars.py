"""Payments in Stars, refunds, and the list of transactions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from emulator.state.view import NotShownError

if TYPE_CHECKING:
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.emulator.api import Api

INVOICE: dict[str, Any] = {
    "chat_id": 1001,
    "title": "Книга",
    "description": "О Звёздах",
    "payload": "order1",
    "currency": "XTR",
    "prices": [{"label": "Книга", "amount": 50}],
}
GONE = "query is too old and response timeout expired or query ID is invalid"


async def asked(api: Api) -> Any:
    """The pre-checkout query that came last."""
    return (await api.updates())[-1]["pre_checkout_query"]


async def bought(api: Api, anna: Person) -> str:
    """A payment that went well; its charge id."""
    checkout = anna.pay(await api.ok("sendInvoice", **INVOICE))
    await api.ok("answerPreCheckoutQuery", pre_checkout_query_id=checkout.id, ok=True)
    return checkout.charge_id


async def test_a_person_pays(api: Api, anna: Person) -> None:
    """The bot is asked, then told; its Stars grow; the invoice shows a receipt."""
    message = await api.ok("sendInvoice", **INVOICE)
    assert message["reply_markup"]["inline_keyboard"][0][0]["pay"] is True
    assert (message["invoice"]["total_amount"], "payload" in message["invoice"]) == (50, False)
    checkout = anna.pay(message)
    query = await asked(api)
    assert query == {
        "id": checkout.id,
        "from": anna.user,
        "currency": "XTR",
        "total_amount": 50,
        "invoice_payload": "order1",
    }
    assert await api.ok("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True) is True
    assert checkout.outcome == "paid"
    told = (await api.updates())[-1]["message"]
    payment = told["successful_payment"]
    assert (told["from"], payment["invoice_payload"], payment["total_amount"]) == (anna.user, "order1", 50)
    assert payment["telegram_payment_charge_id"] == checkout.charge_id
    assert payment["provider_payment_charge_id"]
    (transaction,) = (await api.ok("getStarTransactions"))["transactions"]
    assert (transaction["id"], transaction["amount"]) == (checkout.charge_id, 50)
    assert transaction["source"] == {
        "type": "user",
        "transaction_type": "invoice_payment",
        "user": anna.user,
        "invoice_payload": "order1",
    }
    assert await api.ok("getMyStarBalance") == {"amount": 50}
    with pytest.raises(NotShownError):
        anna.pay(message)


async def test_a_bot_that_does_not_want_the_money(api: Api, anna: Person, telegram: Telegram) -> None:
    """It says why, or nothing for ten seconds; then nothing is taken, and its answer comes too late."""
    message = await api.ok("sendInvoice", **INVOICE)
    checkout = anna.pay(message)
    refused = {"pre_checkout_query_id": checkout.id, "ok": False}
    assert await api.no("answerPreCheckoutQuery", **refused) == 'parameter "error_message" is required'
    await api.ok("answerPreCheckoutQuery", **refused, error_message="Нет")
    assert (checkout.outcome, checkout.error) == ("refused", "Нет")
    assert await api.no("answerPreCheckoutQuery", **refused, error_message="Нет") == GONE
    late = anna.pay(message)
    telegram.clock.advance(10)
    await telegram.wait(lambda: late.outcome == "expired")
    assert await api.no("answerPreCheckoutQuery", pre_checkout_query_id=late.id, ok=True) == GONE
    assert await api.no("answerPreCheckoutQuery", pre_checkout_query_id="7", ok=True) == GONE
    assert await api.ok("getMyStarBalance") == {"amount": 0}


async def test_a_form_outlives_its_message(api: Api, anna: Person, telegram: Telegram) -> None:
    """By ten minutes, also in the hands of somebody else."""
    message = await api.ok("sendInvoice", **INVOICE)
    form = anna.form(message)
    await api.ok("deleteMessage", chat_id=1001, message_id=message["message_id"])
    boris = telegram.person(1002, first_name="Boris")
    boris.pay(form)
    assert (await asked(api))["from"]["id"] == 1002
    telegram.clock.advance(600)
    with pytest.raises(NotShownError):
        anna.pay(form)
    with pytest.raises(NotShownError):
        anna.pay(message)


async def test_a_link_is_paid_again_and_again(api: Api, anna: Person) -> None:
    """By whomever."""
    about = {name: value for name, value in INVOICE.items() if name != "chat_id"}
    link = await api.ok("createInvoiceLink", **about)
    for _ in range(2):
        checkout = anna.pay(link)
        await api.ok("answerPreCheckoutQuery", pre_checkout_query_id=checkout.id, ok=True)
        assert checkout.charge_id
    assert await api.ok("getMyStarBalance") == {"amount": 100}
    assert await api.no("createInvoiceLink", **about, subscription_period=1) == "SUBSCRIPTION_PERIOD_INVALID"


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"title": ""}, 'parameter "title" is required'),
        ({"title": "x" * 33}, "TITLE_INVALID"),
        ({"description": "x" * 256}, "DESCRIPTION_INVALID"),
        ({"payload": "ы" * 65}, "INVOICE_PAYLOAD_INVALID"),
        ({"currency": "USD"}, "PAYMENT_PROVIDER_INVALID"),
        ({"provider_token": "x"}, "PAYMENT_PROVIDER_INVALID"),
        ({"start_parameter": "a b"}, "START_PARAM_INVALID"),
        ({"prices": "["}, "can't parse prices JSON object"),
        ({"prices": {}}, "expected an Array of labeled prices"),
        ({"prices": []}, "there must be at least one price"),
        ({"prices": [1]}, "can't parse labeled price: LabeledPrice must be an Object"),
        ({"prices": [{"amount": 1}]}, "can't parse labeled price: Can't find field \"label\""),
        ({"prices": [{"label": "", "amount": 1}]}, "can't parse labeled price: LabeledPrice label must be non-empty"),
        (
            {"prices": [{"label": "x", "amount": "1"}]},
            'can\'t parse labeled price: Field "amount" must be a valid Number',
        ),
        ({"prices": [{"label": "x", "amount": 0}]}, "total price must be positive"),
        ({"prices": [{"label": "x", "amount": 1}] * 2}, "STARS_INVOICE_INVALID"),
        ({"prices": [{"label": "x", "amount": 10_001}]}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        ({"reply_markup": {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}}, "BUTTON_POS_INVALID"),
        ({"reply_markup": {"keyboard": [["x"]]}}, "inline keyboard expected"),
        ({"chat_id": 5}, "chat not found"),
    ],
)
async def test_invoices_that_are_none(api: Api, anna: Person, change: dict[str, Any], refusal: str) -> None:
    """Nothing is sent."""
    assert await api.no("sendInvoice", **{**INVOICE, **change}) == refusal
    assert len(anna.messages) == 1


async def test_a_payment_is_given_back_once(api: Api, anna: Person) -> None:
    """To whom it came from, with a message and a transaction of the same id."""
    charge = await bought(api, anna)
    call = {"user_id": 1001, "telegram_payment_charge_id": charge}
    assert await api.no("refundStarPayment", **{**call, "user_id": 0}) == "invalid user_id specified"
    assert await api.no("refundStarPayment", **{**call, "user_id": 5}) == "user not found"
    assert await api.no("refundStarPayment", user_id=1001) == 'parameter "telegram_payment_charge_id" is required'
    assert await api.no("refundStarPayment", user_id=1001, telegram_payment_charge_id="stx1") == "CHARGE_NOT_FOUND"
    assert await api.ok("refundStarPayment", **call) is True
    told = (await api.updates())[-1]["message"]
    assert told["refunded_payment"] == {
        "currency": "XTR",
        "total_amount": 50,
        "invoice_payload": "order1",
        "telegram_payment_charge_id": charge,
    }
    assert await api.no("refundStarPayment", **call) == "CHARGE_ALREADY_REFUNDED"
    first, second = (await api.ok("getStarTransactions"))["transactions"]
    assert first["id"] == second["id"]
    assert second["receiver"] == first["source"]
    assert await api.ok("getMyStarBalance") == {"amount": 0}


async def test_who_has_blocked_the_bot_is_paid_back(api: Api, anna: Person) -> None:
    """Though nothing tells the bot of it but the transaction."""
    charge = await bought(api, anna)
    anna.block()
    before = len(await api.updates())
    assert await api.ok("refundStarPayment", user_id=1001, telegram_payment_charge_id=charge) is True
    assert len(await api.updates()) == before


async def test_stars_that_are_gone_cannot_be_given_back(api: Api, anna: Person, telegram: Telegram) -> None:
    """By the bot; Telegram takes them even so."""
    charge = await bought(api, anna)
    money = telegram.bot().money
    money.spend(1)
    refused = await api.no("refundStarPayment", user_id=1001, telegram_payment_charge_id=charge)
    assert refused == "BALANCE_TOO_LOW"
    anna.take_back(next(iter(money.checkouts.values())))
    assert (await api.updates())[-1]["message"]["refunded_payment"]["telegram_payment_charge_id"] == charge
    assert await api.ok("getMyStarBalance") == {"amount": -1}


async def test_transactions_have_pages(api: Api, telegram: Telegram) -> None:
    """Oldest first, a hundred at most."""
    money = telegram.bot().money
    ids = [money.receive(number) for number in range(1, 105)]
    page = (await api.ok("getStarTransactions", limit=500))["transactions"]
    assert [one["id"] for one in page] == ids[:100]
    assert page[0]["source"] == {"type": "fragment"}
    assert [one["id"] for one in (await api.ok("getStarTransactions", offset=100))["transactions"]] == ids[100:]
    assert (await api.ok("getStarTransactions", offset=104))["transactions"] == []
    assert len((await api.ok("getStarTransactions", offset=3, limit=2))["transactions"]) == 2
