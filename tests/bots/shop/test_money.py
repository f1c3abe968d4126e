"""The laws of money: the ledger sums to the Star, nothing goes below zero, nothing happens twice."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as some

import bots.shop
from bots.shop import catalogue, charges, expiry, history, moneyback, orders, payments, wallet, wishes
from bots.shop.moneyback import Back
from bots.shop.orders import AWAITING, DELIVERED, FORWARD
from bots.shop.wallet import Cause, Difference, Moved
from bots.shop.wishes import Outcome, Wish
from tests.bots.shop.shelf import NOW, Shelf

if TYPE_CHECKING:
    from collections.abc import Callable

    from bots.shop.history import Transaction
    from bots.shop.orders import Order
    from pinstore import Tables

PEOPLE = (1001, 2**52)
SKUS = ("key", "book", "premium")
ACTS = (
    "bonus",
    "adjust",
    "fill",
    "bill",
    "buy",
    "pay",
    "cancel",
    "expire",
    "hand",
    "back",
    "refunded",
    "refused",
    "taken",
)
STATUSES = {"pending", "processing", "completed", "failed", "cancelled", "expired"}
STEP = some.tuples(
    some.sampled_from(ACTS), some.sampled_from(PEOPLE), some.integers(0, 7), some.sampled_from((1, 20, 30, 90))
)


class Market:
    """What happens in a shop, in any order."""

    def __init__(self) -> None:
        self.shelf = Shelf(["a", "b", "c"])
        self.arrived = 0
        """Stars that Telegram has taken from people."""
        self.returned = 0
        self.handed = 0
        self.time = NOW
        self.person, self.number, self.amount = 0, 0, 0

    def act(self, what: str, person: int, number: int, amount: int) -> None:
        """One thing."""
        self.time += 1
        self.person, self.number, self.amount = person, number, amount
        self.shelf.do(getattr(self, f"_{what}"))

    def _bonus(self, tables: Tables) -> None:
        deal = wallet.open_deal(tables, self.person, "bonus", self.amount, 0, self.time)
        wallet.move(tables, self.person, self.amount, Cause(f"bonus:{self.time}", deal, self.time))

    def _adjust(self, tables: Tables) -> None:
        deal = wallet.open_deal(tables, self.person, "adjustment", -self.amount, 0, self.time)
        wallet.move(tables, self.person, -self.amount, Cause(f"adjust:{self.time}", deal, self.time))

    def _wish(self) -> Wish:
        return Wish(f"order{self.number}", self.person, self.time, self.time + 5)

    def _fill(self, tables: Tables) -> None:
        wishes.fill(tables, self._wish(), self.amount, "Пополнение")

    def _bill(self, tables: Tables) -> None:
        wishes.bill(tables, self._wish(), SKUS[self.amount % 3])

    def _buy(self, tables: Tables) -> None:
        wishes.buy(tables, self._wish(), SKUS[self.amount % 3], 40)

    def _pay(self, tables: Tables) -> None:
        order = orders.find(tables, f"order{self.number}")
        price = order.price if order else self.amount
        is_new, payment = orders.pay(
            tables, f"order{self.number}", f"charge{self.number}.{self.amount}", self.person, price, self.time
        )
        self.arrived += price if is_new else 0
        assert not is_new or payment.amount == price

    def _cancel(self, tables: Tables) -> None:
        wishes.cancel(tables, f"order{self.number}", self.person, self.time)

    def _expire(self, tables: Tables) -> None:
        expiry.expire(tables, self.time)

    def _hand(self, tables: Tables) -> None:
        order = orders.find(tables, f"order{self.number}")
        if order:
            self.handed += orders.turn(tables, order, DELIVERED, self.time)

    def _back(self, tables: Tables) -> None:
        order = orders.find(tables, f"order{self.number}")
        if order:
            moneyback.give_back(tables, order, self.time)

    def _payment(self, tables: Tables) -> Any:
        return charges.by_number(tables, self.number)

    def _refunded(self, tables: Tables) -> None:
        payment = self._payment(tables)
        if payment and payment.state == "refunding" and moneyback.refunded(tables, payment, self.time):
            self.returned += payment.amount

    def _refused(self, tables: Tables) -> None:
        payment = self._payment(tables)
        if payment:
            moneyback.refused(tables, payment, self.time)

    def _taken(self, tables: Tables) -> None:
        payment = self._payment(tables)
        if payment and payment.state in ("taken", "review") and moneyback.taken(tables, payment, self.time):
            self.returned += payment.amount


def lines_of(shelf: Shelf, person: int) -> list[Transaction]:
    """A person's history."""
    return shelf.do(lambda tables: history.of(tables, person, 1000, 0))


def balance(shelf: Shelf, person: int = 1) -> int:
    """A person's Stars."""
    return shelf.do(lambda tables: wallet.balance(tables, person))


def move(shelf: Shelf, amount: int, cause: str) -> Moved:
    """Add to or take from somebody's wallet."""
    return shelf.do(lambda tables: wallet.move(tables, 1, amount, Cause(cause, 0, NOW)))


def buy(shelf: Shelf, sku: str, card: int) -> tuple[Outcome, Order | None]:
    """Press a card."""
    return shelf.do(lambda tables: wishes.buy(tables, Wish(f"{sku}{card}", 1, NOW, NOW), sku, 40))


def check(market: Market) -> None:
    """All laws at this moment."""
    one = market.shelf.one
    assert market.shelf.do(wallet.compare) == []
    assert one("SELECT coalesce(min(amount), 0) FROM wallets") >= 0
    assert one("SELECT coalesce(sum(amount), 0) FROM payments") == market.arrived
    assert one("SELECT coalesce(sum(amount), 0) FROM payments WHERE state = 'refunded'") == market.returned
    assert one("SELECT count(*) FROM orders WHERE is_handed = 1 AND kind <> 'top_up'") == market.handed
    holders = "SELECT count(*) FROM codes c JOIN orders o ON o.number = c.holder WHERE c.holder <> 0"
    assert one(f"{holders} AND o.state IN ('cancelled', 'expired')") == 0
    assert one("SELECT count(*) - count(DISTINCT holder) FROM codes WHERE holder <> 0") == 0
    assert one("SELECT count(*) FROM orders WHERE steps = ''") == 0


@settings(max_examples=120, deadline=None)
@given(some.lists(STEP, max_size=40))
def test_sums_agree_whatever_happens(steps: list[tuple[str, int, int, int]]) -> None:
    """Balances with the ledger, payments with what came, refunds with what went, codes with their orders."""
    market = Market()
    for step in steps:
        market.act(*step)
    check(market)
    for person in PEOPLE:
        lines = lines_of(market.shelf, person)
        assert sum(line.wallet for line in lines) == balance(market.shelf, person)
        assert {line.status for line in lines} <= STATUSES


@given(some.lists(some.tuples(some.sampled_from(SKUS), some.integers(0, 5)), max_size=20), some.integers(0, 200))
@settings(max_examples=60, deadline=None)
def test_presses_never_spend_what_is_not_there(presses: list[tuple[str, int]], money: int) -> None:
    """Whichever cards are pressed, however often: what is spent was there, and each card is one order."""
    shelf = Shelf(["a", "b"])
    if money:
        move(shelf, money, "gift")
    made: dict[str, Order] = {}
    for sku, card in presses:
        outcome, order = buy(shelf, sku, card)
        assert (outcome is Outcome.MADE) == (order is not None)
        if order:
            assert order.id not in made
            made[order.id] = order
    assert balance(shelf) == money - sum(order.price for order in made.values()) >= 0


def test_no_statement_changes_the_ledger() -> None:
    """It is only ever added to."""
    sources = [path.read_text(encoding="utf-8") for path in Path(bots.shop.__file__).parent.glob("*.py")]
    changes = [re.findall(r"(?:UPDATE|DELETE\s+FROM|REPLACE\s+INTO|DROP\s+TABLE)\s+ledger", text) for text in sources]
    assert [found for found in changes if found] == []


def test_a_wallet_whose_sums_differ_stands_still() -> None:
    """Until the admin has looked: nobody is asked to pay, what comes goes back, and then the ledger counts."""
    shelf = Shelf()
    move(shelf, 50, "x")
    made(shelf, wishes.fill, Wish("fill", 1, NOW, NOW + 9), 30, "x")
    shelf.do(lambda tables: tables.execute("UPDATE wallets SET amount = 60 WHERE person = 1"))
    assert shelf.do(wallet.compare) == [Difference(1, 60, 50)]
    assert {move(shelf, -1, "y"), move(shelf, 1, "y")} == {Moved.FROZEN}
    assert shelf.do(lambda tables: orders.refusal(tables, "fill", 1, (30, "XTR"), NOW)) == "closed"
    assert shelf.do(lambda tables: orders.pay(tables, "fill", "c", 1, 30, NOW))[1].state == "refunding"
    assert buy(shelf, "book", 1) == (Outcome.TOO_LITTLE, None)
    assert shelf.do(wallet.mend) == [Difference(1, 60, 50)]
    assert shelf.do(wallet.compare) == []
    assert (balance(shelf), move(shelf, 1, "y")) == (50, Moved.DONE)


def test_a_price_that_has_risen_is_shown_before_it_is_paid() -> None:
    """A card that says less is no consent; one that says more costs less now."""
    shelf = Shelf()
    move(shelf, 50, "x")

    def press(shown: int) -> Outcome:
        return shelf.do(lambda tables: wishes.buy(tables, Wish(f"card{shown}", 1, NOW, NOW), "book", shown))[0]

    assert (press(19), balance(shelf)) == (Outcome.DEARER, 50)
    assert (press(25), balance(shelf)) == (Outcome.MADE, 30)


def made(shelf: Shelf, make: Callable[..., tuple[Outcome, Order | None]], *how: Any) -> Order:
    """An order that was made."""
    outcome, order = shelf.do(lambda tables: make(tables, *how))
    assert outcome is Outcome.MADE
    assert order
    return order


def test_what_may_be_paid() -> None:
    """The first reason that fits; the last code is put aside for whoever is asked first."""
    shelf = Shelf(["a"])
    first = made(shelf, wishes.bill, Wish("first", 1, NOW, NOW + 9), "key")
    second = made(shelf, wishes.bill, Wish("second", 2, NOW, NOW + 9), "key")

    def why(order: str, payer: int, amount: int = 30, currency: str = "XTR", at: int = NOW) -> str:
        return shelf.do(lambda tables: orders.refusal(tables, order, payer, (amount, currency), at))

    assert why("none", 1) == why("first", 2) == "unknown"
    assert why("first", 1, 31) == why("first", 1, 30, "USD") == "amount"
    assert why("first", 1, at=NOW + 9) == "expired"
    assert why("first", 1) == why("first", 1) == ""
    assert why("second", 2) == "sold out"
    assert shelf.do(lambda tables: wishes.cancel(tables, "first", 2, NOW)) is Outcome.UNKNOWN
    assert shelf.do(lambda tables: wishes.cancel(tables, "first", 1, NOW)) is Outcome.MADE
    assert why("first", 1) == "cancelled"
    assert why("second", 2) == ""
    shelf.do(lambda tables: orders.pay(tables, "second", "c", 2, 30, NOW))
    assert why("second", 2) == "paid"
    assert (first.state, second.state) == (AWAITING, AWAITING)


def test_money_that_nobody_wants_goes_back() -> None:
    """Of a cancelled or unknown order, a stranger, or a second charge; not of one that ran out after its ok."""
    shelf = Shelf(["a"])
    made(shelf, wishes.fill, Wish("late", 1, NOW, NOW + 1), 50, "x")
    made(shelf, wishes.fill, Wish("gone", 1, NOW, NOW + 1), 50, "x")
    shelf.do(lambda tables: wishes.cancel(tables, "gone", 1, NOW))
    shelf.do(lambda tables: expiry.expire(tables, NOW + 1))

    def state(order: str, charge: str, payer: int = 1) -> str:
        return shelf.do(lambda tables: orders.pay(tables, order, charge, payer, 50, NOW))[1].state

    assert state("late", "c1", 2) == "refunding"
    assert state("late", "c2") == state("late", "c2") == "taken"
    assert state("late", "c3") == state("gone", "c4") == state("none", "c5") == "refunding"
    assert balance(shelf) == 50


def test_a_top_up_goes_back_while_it_is_there() -> None:
    """It is taken from the wallet first, and comes back there if Telegram does not take it, until it does by itself."""
    shelf = Shelf()
    order = made(shelf, wishes.fill, Wish("x", 1, NOW, NOW + 9), 50, "x")
    shelf.do(lambda tables: orders.pay(tables, "x", "c", 1, 50, NOW))
    move(shelf, -1, "spent")

    def back() -> Back:
        return shelf.do(lambda tables: moneyback.give_back(tables, orders.find(tables, "x") or order, NOW))[0]

    def refuse(tables: Tables) -> int:
        payment = charges.by_charge(tables, "c")
        assert payment
        return moneyback.refused(tables, payment, NOW)

    assert back() is Back.TOO_LITTLE
    move(shelf, 1, "found")
    assert back() is Back.BEGUN
    assert balance(shelf) == 0
    assert back() is Back.KNOWN
    assert [shelf.do(refuse) for _ in range(2)] == [50, 0]
    move(shelf, -20, "spent again")
    assert [shelf.do(lambda tables: payments.note_refund(tables, "c")) for _ in range(2)] == [True, False]
    assert balance(shelf) == 0


def test_states_lead_only_forward() -> None:
    """No state can be reached from what follows it, but for money that comes after all."""
    reached: dict[str, set[str]] = {state: set() for state in FORWARD}
    for _ in FORWARD:
        for state, following in FORWARD.items():
            reached[state] |= following | {far for near in following for far in reached[near]}
    assert [state for state in FORWARD if state in reached[state]] == []


def test_a_code_is_nobodys_twice() -> None:
    """Loaded again it stays what it is."""
    shelf = Shelf(["a", "b"])
    good = shelf.do(lambda tables: catalogue.find(tables, "key"))
    assert good
    shelf.do(lambda tables: catalogue.take_code(tables, good.number, 7))
    assert shelf.do(lambda tables: catalogue.put_codes(tables, good, ["a", "c", "c"])) == (1, 2, 2)
    assert shelf.do(lambda tables: catalogue.code_of(tables, 7)) == "a"
