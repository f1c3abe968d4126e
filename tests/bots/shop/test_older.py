"""Orders of documents from before an order had its steps in its row and its wording once for all."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from bots.shop import census, orders, steps, wishes
from bots.shop.orders import DELIVERED, DELIVERING, FORWARD, Order
from bots.shop.tables import SOLD
from bots.shop.wishes import Wish
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from tests.bots.shop.shelf import NOW, Shelf

ORDERS = [*Order._fields]
ROW = [7, "a" * 16, 1, 3, "premium", "3", "Старое имя", 40, "balance", "delivering", NOW + 9, 5, 0]


def older() -> Database:
    """Tables as such a document leaves them."""
    loader = Loader(SOLD)
    loader.load("orders", ORDERS, [ROW], [], 1)
    deal = [[1, 1, "purchase", -40, 7, NOW]]
    loader.load("deals", ["number", "person", "type", "amount", "of_order", "at"], deal, [], 1)
    taken = [[1, 7, "paid", NOW], [2, 7, "delivering", NOW + 1]]
    loader.load("steps", ["number", "of_order", "state", "at"], taken, [], 1)
    loader.finish(1)
    database = Database(SOLD)
    database.replace(loader.connection)
    return database


def test_an_order_of_before_goes_on() -> None:
    """It is called as it was, and new steps follow those that it had."""
    database = older()
    order = database.look(lambda tables: orders.find(tables, "a" * 16))
    assert order
    assert [*order] == ROW
    assert database.look(lambda tables: orders.last(tables, 1, 5)) == [order]
    assert database.transact(None, lambda tables: orders.turn(tables, order, DELIVERED, NOW + 2))
    found = database.look(lambda tables: orders.steps(tables, order))
    assert found == [("paid", NOW), (DELIVERING, NOW + 1), (DELIVERED, NOW + 2)]
    assert database.look(lambda tables: orders.handed(tables, order)) == 1
    assert database.look(census.by_state) == {DELIVERED: 1}


def test_an_order_keeps_its_title() -> None:
    """As it was when it was made, whatever its good is called later."""
    shelf = Shelf()
    bill = shelf.do(lambda tables: wishes.bill(tables, Wish("x", 1, NOW, NOW + 9), "premium"))[1]
    assert bill
    shelf.do(lambda tables: tables.execute("UPDATE goods SET title = 'Новое имя'"))
    assert shelf.do(lambda tables: orders.find(tables, "x")) == bill
    assert shelf.do(lambda tables: orders.steps(tables, bill)) == [("awaiting_payment", NOW)]


@given(some.lists(some.tuples(some.sampled_from([*FORWARD]), some.integers(-(2**40), 2**40)), max_size=9))
def test_steps_are_read_as_they_were_written(taken: list[tuple[str, int]]) -> None:
    """Also with a clock that jumps."""
    text = "".join(steps.written(state, at, NOW) for state, at in taken)
    assert [*steps.read(text, NOW)] == taken
