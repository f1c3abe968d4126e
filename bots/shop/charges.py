"""Statements about payments that have arrived, by Telegram's charge id."""

from typing import NamedTuple

from pinstore import Tables

_PAYMENT = "SELECT number, charge, person, amount, of_order, state, at FROM payments WHERE"
_TAKE = "INSERT INTO payments (charge, person, amount, of_order, state, at) VALUES (?, ?, ?, ?, ?, ?) RETURNING number"


class Payment(NamedTuple):
    """A payment that has arrived; its state is taken, refunding, refunded or review."""

    number: int
    charge: str
    person: int
    amount: int
    of_order: int
    state: str
    at: int


def take(tables: Tables, charge: str, person: int, amount: int, order: int, state: str, at: int) -> Payment:
    """Keep a payment that has come for the first time; `order` is 0 for one that no order wants."""
    number = tables.execute(_TAKE, (charge, person, amount, order, state, at)).fetchone()[0]
    return Payment(number, charge, person, amount, order, state, at)


def by_charge(tables: Tables, charge: str) -> Payment | None:
    """The payment of this charge."""
    row = tables.execute(f"{_PAYMENT} charge = ?", (charge,)).fetchone()
    return Payment._make(row) if row else None


def by_number(tables: Tables, number: int) -> Payment | None:
    """The payment of this number."""
    row = tables.execute(f"{_PAYMENT} number = ?", (number,)).fetchone()
    return Payment._make(row) if row else None


def of_order(tables: Tables, number: int) -> Payment | None:
    """What the order of this number was paid with."""
    row = tables.execute(f"{_PAYMENT} of_order = ?", (number,)).fetchone()
    return Payment._make(row) if row else None
