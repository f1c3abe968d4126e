"""A bot's Stars: its invoices, what is being paid, and the transactions, oldest first.

Source: Bot API, StarTransaction; tdlib/telegram-bot-api, Client.cpp, JsonStarTransaction.
"""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from emulator.state.errors import bad_request

if TYPE_CHECKING:
    from emulator.state.chats import Chat, Json
    from emulator.state.clock import Clock

STARS = "XTR"
FORM_LIFETIME = 600.0  # core.telegram.org, payments.sendStarsForm, FORM_EXPIRED
FRAGMENT: Json = {"type": "fragment"}


class Invoice(NamedTuple):
    """What is to be paid, and the payload that only the bot sees."""

    title: str
    description: str
    payload: str
    amount: int
    start_parameter: str = ""


@dataclass(eq=False)
class Offer:
    """An invoice in a chat or behind a link; one in a chat shows a receipt once it is paid."""

    invoice: Invoice
    single: bool
    paid: bool = False


class Form(NamedTuple):
    """An offer that somebody looks at before paying; deleting its message does not close it."""

    offer: Offer
    expires: float


@dataclass(eq=False)
class Checkout:
    """One try at paying. outcome: "" until the bot has answered or ten seconds are over; error: why it is refused."""

    id: str
    offer: Offer
    user: Json
    chat: Chat
    expires: float
    outcome: Literal["", "paid", "refused", "expired"] = ""
    error: str = ""
    charge_id: str = ""


@dataclass(eq=False)
class Payment:
    """A payment that has arrived."""

    user: Json
    chat: Chat
    invoice: Invoice
    refunded: bool = False


class Money:
    """What was paid to a bot and by it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.balance = 0
        self.transactions: list[Json] = []
        self.offers: dict[int | str, Offer] = {}
        """By the message (private chats share one counter) or by the link."""
        self.checkouts: dict[str, Checkout] = {}
        self.payments: dict[str, Payment] = {}
        """By telegram_payment_charge_id."""

    def receive(self, amount: int, source: Json = FRAGMENT, transaction: str = "") -> str:
        """Add Stars from anybody; the transaction's id."""
        return self._note(amount, {"source": source}, transaction)

    def spend(self, amount: int, receiver: Json = FRAGMENT, transaction: str = "", *, forced: bool = False) -> str:
        """Take Stars away. BotApiError if there are too few, unless it is forced as a chargeback is."""
        if amount > self.balance and not forced:
            raise bad_request("BALANCE_TOO_LOW")
        return self._note(-amount, {"receiver": receiver}, transaction)

    def of(self, person_id: int) -> list[int]:
        """What a person has paid, and with a minus what came back, oldest first."""
        return [*self.paid_by(person_id), *(-amount for amount in self.returned_to(person_id))]

    def paid_by(self, person_id: int) -> list[int]:
        """The payments of a person."""
        return [note["amount"] for note in self.transactions if _is_of(note.get("source"), person_id)]

    def returned_to(self, person_id: int) -> list[int]:
        """The payments that a person got back."""
        return [note["amount"] for note in self.transactions if _is_of(note.get("receiver"), person_id)]

    def form(self, offer: Offer) -> Form:
        """What somebody sees who is about to pay."""
        return Form(offer, self._clock.now() + FORM_LIFETIME)

    def _note(self, change: int, partner: Json, transaction: str) -> str:
        transaction = transaction or f"stx{secrets.token_urlsafe(24)}"
        self.balance += change
        about = {"id": transaction, "amount": abs(change), "date": int(self._clock.now())}
        self.transactions.append({**about, **partner})
        return transaction


def _is_of(partner: Json | None, person_id: int) -> bool:
    """Whether this is somebody's payment, not a gift."""
    paid = partner is not None and partner.get("transaction_type") == "invoice_payment"
    return paid and partner is not None and partner["user"]["id"] == person_id


def buyer(user: Json, invoice: Invoice) -> Json:
    """The partner of a payment and of its refund."""
    return {"type": "user", "transaction_type": "invoice_payment", "user": user, "invoice_payload": invoice.payload}


def new_id() -> str:
    """The id of a query."""
    return str(random.getrandbits(62))
