"""Statements about invoices in crypto currencies, and what their statuses mean for orders."""

from enum import Enum
from typing import NamedTuple

from bots.shop import orders, wallet
from bots.shop.heleket import FAILED, OVER, PAID, WRONG, Invoice
from bots.shop.orders import AWAITING, DELIVERED, EXPIRED, REVIEW, Order
from bots.shop.wallet import Cause, Moved
from pinstore import Tables

LATE = 600
"""Seconds after its lifetime in which an invoice is still looked at often."""

_COLUMNS = "number, amount, currency, url, status, paid, is_final, at, lifetime"
_MAKE = (
    "INSERT INTO bills (number, amount, currency, at, lifetime) VALUES (?, ?, ?, ?, ?) ON CONFLICT (number) DO NOTHING"
)
_FIND = f"SELECT {_COLUMNS} FROM bills WHERE number = ?"
# One that nobody has seen was never shown to anybody: it cannot be paid.
_OPEN = f"SELECT {_COLUMNS} FROM bills WHERE is_final = 0 AND (url <> '' OR at + lifetime + {LATE} > ?) ORDER BY number"
# As the columns are, in their order.
_NOTE = "UPDATE bills SET amount = ?2, currency = ?3, url = ?4, status = ?5, paid = ?6, is_final = ?7 WHERE number = ?1"


class Bill(NamedTuple):
    """A row; its number is the order's."""

    number: int
    amount: str
    currency: str
    url: str
    status: str
    paid: str
    is_final: int
    at: int
    lifetime: int

    def after(self, invoice: Invoice) -> "Bill":
        """What it becomes by what the processor says; what that leaves out stays."""
        return self._replace(
            amount=invoice.amount or self.amount,
            currency=invoice.currency or self.currency,
            url=invoice.url or self.url,
            status=invoice.status,
            paid=invoice.paid or self.paid,
            is_final=int(invoice.is_final or invoice.status in PAID | WRONG),
        )


class News(Enum):
    """What has become of an order."""

    NOTHING = "it is what it was"
    CREDITED = "its Stars are in the wallet"
    OVERPAID = "the same, and more than that has come"
    REVIEW = "the admin has to look"


def make(tables: Tables, order: Order, amount: str, currency: str, at: int, lifetime: int) -> None:
    """Want an invoice for an order."""
    tables.execute(_MAKE, (order.number, amount, currency, at, lifetime))


def find(tables: Tables, number: int) -> Bill | None:
    """The bill of the order of this number."""
    row = tables.execute(_FIND, (number,)).fetchone()
    return Bill._make(row) if row else None


def all_open(tables: Tables, at: int) -> list[Bill]:
    """Those that may still be paid, oldest first."""
    return [Bill._make(row) for row in tables.execute(_OPEN, (at,))]


def close(tables: Tables, number: int) -> None:
    """There is no invoice, or none that anybody has seen."""
    tables.execute("UPDATE bills SET is_final = 1 WHERE number = ? AND url = ''", (number,))


def take(tables: Tables, order: Order, invoice: Invoice, at: int) -> News:
    """Note what the processor says; a payment counts once, whoever brings the news."""
    if bill := find(tables, order.number):
        tables.execute(_NOTE, bill.after(invoice)[:7])
    if invoice.status in PAID:
        return _paid(tables, order, at, is_over=invoice.status == OVER)
    if invoice.status in WRONG:
        return _review(tables, order, at)
    if not invoice.is_final:
        return News.NOTHING
    if invoice.status not in FAILED:
        return _review(tables, order, at)
    if order.state == AWAITING:
        orders.turn(tables, order, EXPIRED, at)
    return News.NOTHING


def _paid(tables: Tables, order: Order, at: int, *, is_over: bool) -> News:
    if not orders.turn(tables, order, orders.PAID, at):
        return News.NOTHING
    paid = order._replace(state=orders.PAID)
    cause = Cause(f"heleket:{order.id}", orders.deal_of(tables, order), at)
    if wallet.move(tables, order.person, order.price, cause) is not Moved.DONE:
        return _review(tables, paid, at)
    orders.turn(tables, paid, DELIVERED, at)
    return News.OVERPAID if is_over else News.CREDITED


def _review(tables: Tables, order: Order, at: int) -> News:
    """What was credited stays as it is."""
    if order.state == DELIVERED or not orders.turn(tables, order, REVIEW, at):
        return News.NOTHING
    return News.REVIEW
