"""Wishes: what a press on a card or a top-up screen leads to, each at most one order."""

from enum import Enum
from typing import NamedTuple

from bots.shop import catalogue, orders, wallet
from bots.shop.catalogue import CODE, Good
from bots.shop.orders import AWAITING, BALANCE, CANCELLED, PAID, STARS, TOP_UP, Order
from bots.shop.wallet import Cause
from pinstore import Tables


class Outcome(Enum):
    """What a press on a card has led to."""

    MADE = "an order was made"
    TOO_LITTLE = "there is not enough on the balance"
    DEARER = "it costs more than the card says"
    SOLD_OUT = "nothing is there"
    BILLED = "an invoice was issued for it"
    OVER = "it was handled before"
    NAMELESS = "the buyer has no username"
    UNKNOWN = "nobody knows it"


class Wish(NamedTuple):
    """Whose card or top-up screen was pressed: the order that it can become, and until when it can be paid."""

    id: str
    person: int
    at: int
    until: int
    screen: int = 0
    """The message that was pressed."""


def buy(tables: Tables, wish: Wish, sku: str, shown: int) -> tuple[Outcome, Order | None]:
    """Pay a good from the balance, and no more than the card has `shown`: check, code, debit and order are one."""
    good = catalogue.find(tables, sku)
    if (before := before_making(tables, wish, good)) is not None or good is None:
        return before or Outcome.UNKNOWN, None
    if good.price > shown:
        return Outcome.DEARER, None
    if wallet.balance(tables, wish.person) < good.price or wallet.is_frozen(tables, wish.person):
        return Outcome.TOO_LITTLE, None
    order = _made(tables, wish, good, BALANCE, PAID)
    if good.kind == CODE:
        catalogue.take_code(tables, good.number, order.number)
    deal = wallet.open_deal(tables, wish.person, "purchase", -good.price, order.number, wish.at)
    wallet.move(tables, wish.person, -good.price, Cause(f"buy:{order.id}", deal, wish.at))
    return Outcome.MADE, order


def bill(tables: Tables, wish: Wish, sku: str) -> tuple[Outcome, Order | None]:
    """Make an order that an invoice in Stars will pay."""
    good = catalogue.find(tables, sku)
    if (before := before_making(tables, wish, good)) is not None or good is None:
        return before or Outcome.UNKNOWN, None
    order = _made(tables, wish, good, STARS, AWAITING)
    wallet.open_deal(tables, wish.person, "purchase", -good.price, order.number, wish.at)
    return Outcome.MADE, order


def fill(tables: Tables, wish: Wish, amount: int, title: str, way: str = STARS) -> tuple[Outcome, Order | None]:
    """Make an order for a top-up."""
    if (before := _before(tables, wish)) is not None:
        return before, None
    good = Good(0, "", TOP_UP, amount, "", title, "", 1, "")
    order = _made(tables, wish, good, way, AWAITING)
    wallet.open_deal(tables, wish.person, "recharge", amount, order.number, wish.at)
    return Outcome.MADE, order


def before_making(tables: Tables, wish: Wish, good: Good | None) -> Outcome | None:
    """Why a card cannot become an order; None if it can."""
    if (before := _before(tables, wish)) is not None:
        return before
    if good is None or not good.is_on:
        return Outcome.UNKNOWN
    return None if catalogue.in_stock(tables, good) else Outcome.SOLD_OUT


def cancel(tables: Tables, order_id: str, person: int, at: int) -> Outcome:
    """Cancel an open order of one's own."""
    order = orders.find(tables, order_id)
    if order is None or order.person != person:
        return Outcome.UNKNOWN
    return Outcome.MADE if orders.close(tables, order, CANCELLED, at) else Outcome.OVER


def _before(tables: Tables, wish: Wish) -> Outcome | None:
    known = orders.find(tables, wish.id)
    if known is None:
        return None
    if known.person != wish.person:
        return Outcome.UNKNOWN
    return Outcome.BILLED if known.state == AWAITING else Outcome.OVER


def _made(tables: Tables, wish: Wish, good: Good, way: str, state: str) -> Order:
    what = good.file if good.kind == catalogue.FILE else good.what
    about = (good.number, good.kind, what, good.title, good.price)
    return orders.make(tables, (wish.id, wish.person, *about, way, state, wish.until, wish.screen), wish.at)
