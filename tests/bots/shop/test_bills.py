"""What a processor says of an invoice, in any order and as often as it likes: its Stars are credited at most once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bots.shop import bills, expiry, history, moneyback, orders, wallet, wishes
from bots.shop.bills import News
from bots.shop.heleket import Invoice
from bots.shop.moneyback import Back
from bots.shop.orders import CRYPTO
from bots.shop.wallet import Difference, Moved
from bots.shop.wishes import Wish
from tests.bots.shop.shelf import NOW, Shelf

if TYPE_CHECKING:
    from bots.shop.orders import Order
    from pinstore import Tables

pytestmark = pytest.mark.long

STATUSES = (
    "check",
    "process",
    "confirm_check",
    "wrong_amount_waiting",
    "wrong_amount",
    "paid",
    "paid_over",
    "fail",
    "cancel",
    "system_fail",
    "refund_paid",
    "something new",
)
DECISIVE, UNPAID = ("paid", "paid_over", "wrong_amount"), ("fail", "cancel", "system_fail", "CANCEL", "EXPIRE")
SAID = some.tuples(some.sampled_from((*STATUSES, "CANCEL", "EXPIRE")), some.booleans())


def billed(tables: Tables) -> Order:
    """An open order over 50 Stars with its bill."""
    _, order = wishes.fill(tables, Wish("a" * 16, 1, NOW, NOW), 50, "x", CRYPTO)
    assert order
    bills.make(tables, order, "1.00", "USDT", NOW, 900)
    return order


def happen(tables: Tables, what: str, is_final: bool) -> News:
    """One thing."""
    order = orders.find(tables, "a" * 16)
    assert order
    if what == "CANCEL":
        wishes.cancel(tables, order.id, 1, NOW)
    elif what == "EXPIRE":
        expiry.expire(tables, NOW)
    else:
        return bills.take(tables, order, Invoice("https://x.y", "1.00", "USDT", what, is_final, "1"), NOW)
    return News.NOTHING


@given(some.lists(SAID, max_size=12))
@settings(max_examples=150, deadline=None)
def test_money_that_comes_is_credited_once(said: list[tuple[str, bool]]) -> None:
    """However late, unless the admin has to look already; and what is final is asked no more."""
    shelf = Shelf()
    order = shelf.do(billed)
    news = [shelf.do(lambda tables: happen(tables, *one)) for one in said]  # noqa: B023 - called here
    decisive = [what for what, is_final in said if what in DECISIVE or (is_final and what not in UNPAID)]
    is_paid = bool(decisive) and decisive[0] in ("paid", "paid_over")
    assert shelf.do(lambda tables: wallet.balance(tables, 1)) == (50 if is_paid else 0)
    assert sum(one in (News.CREDITED, News.OVERPAID) for one in news) == is_paid
    assert news.count(News.REVIEW) == (bool(decisive) and not is_paid)
    assert shelf.do(wallet.compare) == []
    (line,) = shelf.do(lambda tables: history.of(tables, 1, 9, 0))
    assert (line.amount, line.wallet) == (50, 50 if is_paid else 0)
    assert shelf.do(lambda tables: moneyback.give_back(tables, order, NOW))[0] is Back.IMPOSSIBLE


def test_a_wallet_that_stands_still_is_not_filled() -> None:
    """The admin looks at it first."""
    shelf = Shelf()
    shelf.do(billed)
    shelf.do(lambda tables: tables.execute("INSERT INTO wallets (person, amount) VALUES (1, 7)"))
    assert shelf.do(wallet.compare) == [Difference(1, 7, 0)]
    assert shelf.do(lambda tables: happen(tables, "paid", True)) is News.REVIEW
    assert shelf.do(lambda tables: wallet.balance(tables, 1)) == 7
    assert shelf.do(lambda tables: wallet.move(tables, 1, 50, wallet.Cause("x", 0, NOW))) is Moved.FROZEN


def test_what_nobody_has_seen_is_looked_at_for_a_while_only() -> None:
    """It cannot be paid; an invoice that was shown is looked at until it is final."""
    shelf = Shelf()
    shelf.do(billed)

    def is_open(at: int) -> bool:
        return bool(shelf.do(lambda tables: bills.all_open(tables, at)))

    assert (is_open(NOW + 1499), is_open(NOW + 1500)) == (True, False)
    shelf.do(lambda tables: happen(tables, "check", False))
    assert is_open(NOW + 10**6)
    shelf.do(lambda tables: happen(tables, "cancel", True))
    assert not is_open(NOW)
