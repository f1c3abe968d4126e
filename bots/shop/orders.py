"""Statements about orders: from a card to a delivery or to money back, only forward."""

from typing import Any, NamedTuple

from bots.shop import catalogue, charges, wallet, wordings
from bots.shop import steps as taken
from bots.shop.catalogue import CODE
from bots.shop.charges import Payment
from bots.shop.wallet import Cause, Moved
from pinstore import Tables

AWAITING, PAID, DELIVERING, DELIVERED = "awaiting_payment", "paid", "delivering", "delivered"
CANCELLED, EXPIRED = "cancelled", "expired"
REFUNDING, REFUNDED, REVIEW = "refunding", "refunded", "review"

FORWARD = {
    AWAITING: {PAID, CANCELLED, EXPIRED, REVIEW},
    CANCELLED: {PAID, REVIEW},
    EXPIRED: {PAID, REVIEW},
    PAID: {DELIVERING, DELIVERED, REFUNDING, REFUNDED, REVIEW},
    DELIVERING: {DELIVERED, REFUNDING, REFUNDED, REVIEW},
    DELIVERED: {REFUNDING, REFUNDED, REVIEW},
    REFUNDING: {REFUNDED, REVIEW},
    REFUNDED: set[str](),
    REVIEW: set[str](),
}
"""States that may follow each."""

BALANCE, STARS, CRYPTO = "balance", "stars", "crypto"
"""Ways to pay."""
TOP_UP = "top_up"
"""The kind of an order that is no purchase."""

_COLUMNS = (
    "o.number, o.id, o.person, o.good, o.kind, coalesce(w.what, o.what), coalesce(w.title, o.title), "
    "o.price, o.way, o.state, o.until, o.screen, o.is_handed"
)
_WORDED = "LEFT JOIN wordings w ON w.number = o.wording"
FOUND = f"SELECT {_COLUMNS} FROM orders o {_WORDED} WHERE"
"""Orders; what is to be true of `o` follows."""
_FIND = f"{FOUND} o.id = ?"
_BY_NUMBER = f"{FOUND} o.number = ?"
_LAST = (
    f"SELECT {_COLUMNS} FROM deals d JOIN orders o ON o.number = d.of_order {_WORDED} "
    "WHERE d.person = ? AND d.type IN ('purchase', 'recharge') ORDER BY d.number DESC LIMIT ?"
)
_HANDED = (
    f"SELECT count(*) FROM deals d JOIN orders o ON o.number = d.of_order {_WORDED} WHERE d.person = ? "
    "AND d.type = 'purchase' AND o.kind = ? AND coalesce(w.what, o.what) = ? AND o.is_handed = 1"
)
_MAKE = (
    "INSERT INTO orders (id, person, good, kind, what, title, price, way, state, until, screen, wording, steps) "
    "VALUES (?, ?, ?, ?, '', '', ?, ?, ?, ?, ?, ?, ?) RETURNING number"
)
_TURN = (
    "UPDATE orders SET state = ?3, is_handed = max(is_handed, ?4), steps = steps || ?5 WHERE number = ?1 AND state = ?2"
)
_DEAL_OF = "SELECT number FROM deals WHERE of_order = ? ORDER BY number LIMIT 1"


class Order(NamedTuple):
    """A row of the orders."""

    number: int
    id: str
    person: int
    good: int
    kind: str
    what: str
    title: str
    price: int
    way: str
    state: str
    until: int
    screen: int
    is_handed: int

    @property
    def is_top_up(self) -> bool:
        """Whether it fills the wallet."""
        return self.kind == TOP_UP


def find(tables: Tables, order_id: str) -> Order | None:
    """The order of this id."""
    return _order(tables.execute(_FIND, (order_id,)).fetchone())


def by_number(tables: Tables, number: int) -> Order | None:
    """The order of this number."""
    return _order(tables.execute(_BY_NUMBER, (number,)).fetchone())


def last(tables: Tables, person: int, count: int) -> list[Order]:
    """A person's newest orders, newest first."""
    return [Order._make(row) for row in tables.execute(_LAST, (person, count))]


def steps(tables: Tables, order: Order) -> list[tuple[str, int]]:
    """Each change of an order's state with its time."""
    before = "SELECT state, at FROM steps WHERE of_order = ? ORDER BY number"
    rows = [tuple(row) for row in tables.execute(before, (order.number,))]
    text = tables.execute("SELECT steps FROM orders WHERE number = ?", (order.number,)).fetchone()[0]
    return [*rows, *taken.read(text, order.until)]


def handed(tables: Tables, order: Order) -> int:
    """How often the same was handed to the same person."""
    return int(tables.execute(_HANDED, (order.person, order.kind, order.what)).fetchone()[0])


def turn(tables: Tables, order: Order, state: str, at: int) -> bool:
    """Change an order's state, only forward and only from the one that it has; returns whether it has changed."""
    if state not in FORWARD[order.state]:
        return False
    step = taken.written(state, at, order.until)
    return tables.execute(_TURN, (order.number, order.state, state, int(state == DELIVERED), step)).rowcount > 0


def went(tables: Tables, order: Order) -> None:
    """It was handed over after all, whatever has become of its money."""
    tables.execute("UPDATE orders SET is_handed = 1 WHERE number = ?", (order.number,))


def make(tables: Tables, row: tuple[Any, ...], at: int) -> Order:
    """Make an order of a row without its number and whether it is handed over."""
    order = Order._make((0, *row, 0))
    wording = wordings.number_of(tables, order.what, order.title)
    about = (order.id, order.person, order.good, order.kind, order.price, order.way, order.state, order.until)
    step = taken.written(order.state, at, order.until)
    number = tables.execute(_MAKE, (*about, order.screen, wording, step)).fetchone()[0]
    return order._replace(number=int(number))


def close(tables: Tables, order: Order, state: str, at: int) -> bool:
    """End an order that nobody has paid, and give its code free; returns whether it has changed."""
    closed = turn(tables, order, state, at)
    if closed:
        catalogue.free_code(tables, order.number)
    return closed


def refusal(tables: Tables, order_id: str, payer: int, money: tuple[int, str], at: int) -> str:
    """Why an order must not be paid now, a code; "" if it may be, and then its code is put aside."""
    order = find(tables, order_id)
    if wallet.is_frozen(tables, payer):
        return "closed"
    if order is None or order.person != payer or order.way != STARS:
        return "unknown"
    if money != (order.price, "XTR"):
        return "amount"
    if order.state != AWAITING:
        return {CANCELLED: "cancelled", EXPIRED: "expired"}.get(order.state, "paid")
    if order.until <= at:
        return "expired"
    return "" if order.is_top_up or _put_aside(tables, order) else "sold out"


def pay(tables: Tables, order_id: str, charge: str, payer: int, amount: int, at: int) -> tuple[bool, Payment]:
    """Take a payment once; returns whether it is news. One that no order wants is to be given back."""
    if known := charges.by_charge(tables, charge):
        return False, known
    order = find(tables, order_id)
    wanted = (
        order is not None
        and order.person == payer
        and order.price == amount
        and order.way == STARS
        and not (order.is_top_up and wallet.is_frozen(tables, payer))
        and order.state in (AWAITING, EXPIRED)
        and turn(tables, order, PAID, at)
    )
    number, state = (order.number, "taken") if wanted and order else (0, "refunding")
    payment = charges.take(tables, charge, payer, amount, number, state, at)
    if wanted and order:
        _paid(tables, order, at)
    return True, payment


def deal_of(tables: Tables, order: Order) -> int:
    """The transaction with which an order began."""
    return int(tables.execute(_DEAL_OF, (order.number,)).fetchone()[0])


def _paid(tables: Tables, order: Order, at: int) -> None:
    """A top-up is credited at once; a purchase gets its code, if there is one still."""
    paid = order._replace(state=PAID)
    if order.is_top_up:
        moved = wallet.move(tables, order.person, order.price, Cause(f"paid:{order.id}", deal_of(tables, order), at))
        turn(tables, paid, DELIVERED if moved is Moved.DONE else REVIEW, at)
    elif order.kind == CODE:
        catalogue.take_code(tables, order.good, order.number)


def _put_aside(tables: Tables, order: Order) -> bool:
    good = catalogue.by_number(tables, order.good)
    if good is None or not good.is_on:
        return False
    return catalogue.take_code(tables, good.number, order.number) if good.kind == CODE else True


def _order(row: Any) -> Order | None:
    return Order._make(row) if row else None
