"""Statements about money that goes back, to the wallet or to Telegram."""

from enum import Enum

from bots.shop import charges, orders, wallet
from bots.shop.charges import Payment
from bots.shop.orders import BALANCE, REFUNDED, REFUNDING, REVIEW, Order
from bots.shop.wallet import Cause, Moved
from pinstore import Tables


class Back(Enum):
    """What has become of a wish to have money back."""

    DONE = "it is in the wallet"
    BEGUN = "Telegram has to be asked"
    KNOWN = "it is back or on its way"
    TOO_LITTLE = "the wallet has less than the top-up"
    IMPOSSIBLE = "nothing was paid"
    FROZEN = "the sums of this person differ"


def give_back(tables: Tables, order: Order, at: int) -> tuple[Back, Payment | None]:
    """Begin to give an order's money back; a payment that comes with it is to be refunded."""
    if order.state in (REFUNDING, REFUNDED, REVIEW):
        return Back.KNOWN, None
    if REFUNDING not in orders.FORWARD[order.state]:
        return Back.IMPOSSIBLE, None
    if order.way == BALANCE:
        return _to_wallet(tables, order, at), None
    payment = charges.of_order(tables, order.number)
    if payment is None:
        return Back.IMPOSSIBLE, None
    if order.is_top_up:
        deal = wallet.open_deal(tables, order.person, "withdrawal", -order.price, order.number, at)
        moved = wallet.move(tables, order.person, -order.price, Cause(f"withdraw:{payment.charge}", deal, at))
        if moved is not Moved.DONE:
            tables.execute("DELETE FROM deals WHERE number = ?", (deal,))
            return Back.FROZEN if moved is Moved.FROZEN else Back.TOO_LITTLE, None
    else:
        wallet.open_deal(tables, order.person, "refund", order.price, order.number, at)
    orders.turn(tables, order, REFUNDING, at)
    _set(tables, payment, "refunding")
    return Back.BEGUN, payment


def refunded(tables: Tables, payment: Payment, at: int) -> bool:
    """Telegram has given it back; returns whether that is news."""
    if payment.state in ("refunded", "review"):
        return False
    _set(tables, payment, "refunded")
    if order := _order(tables, payment):
        orders.turn(tables, order, REFUNDED, at)
    return True


def refused(tables: Tables, payment: Payment, at: int) -> int:
    """Telegram will never give it back: into the wallet; returns how much has come there."""
    if payment.state != "refunding":
        return 0
    _set(tables, payment, "review")
    order = _order(tables, payment)
    if order:
        orders.turn(tables, order, REVIEW, at)
    number = order.number if order else 0
    deal = _deal(tables, payment, order, number, at)
    moved = wallet.move(tables, payment.person, payment.amount, Cause(f"back:{payment.charge}", deal, at))
    return payment.amount if moved is Moved.DONE else 0


def taken(tables: Tables, payment: Payment, at: int) -> bool:
    """Telegram has given it back by itself: mark the order; what has come into the wallet for it goes, if it is there.

    That is a top-up, and whatever came there because Telegram would not take it back before.
    """
    order = _order(tables, payment)
    if payment.state not in ("taken", "review"):
        return refunded(tables, payment, at)
    if payment.state == "review" or (order and order.is_top_up):
        number, left = order.number if order else 0, min(payment.amount, wallet.balance(tables, payment.person))
        deal = wallet.open_deal(tables, payment.person, "withdrawal", -payment.amount, number, at)
        if left:
            wallet.move(tables, payment.person, -left, Cause(f"taken:{payment.charge}", deal, at))
    elif order:
        wallet.open_deal(tables, order.person, "refund", order.price, order.number, at)
    if order:
        orders.turn(tables, order, REFUNDED, at)
    _set(tables, payment, "refunded")
    return True


def _to_wallet(tables: Tables, order: Order, at: int) -> Back:
    if wallet.is_frozen(tables, order.person):
        return Back.FROZEN
    deal = wallet.open_deal(tables, order.person, "refund", order.price, order.number, at)
    wallet.move(tables, order.person, order.price, Cause(f"refund:{order.id}", deal, at))
    orders.turn(tables, order, REFUNDED, at)
    return Back.DONE


def _deal(tables: Tables, payment: Payment, order: Order | None, number: int, at: int) -> int:
    """A purchase's refund has its deal; what was taken for a top-up's withdrawal comes back as a refund."""
    if order and not order.is_top_up:
        query = "SELECT number FROM deals WHERE of_order = ? AND type = 'refund'"
        return int(tables.execute(query, (number,)).fetchone()[0])
    return wallet.open_deal(tables, payment.person, "refund", payment.amount, number, at)


def _order(tables: Tables, payment: Payment) -> Order | None:
    return orders.by_number(tables, payment.of_order) if payment.of_order else None


def _set(tables: Tables, payment: Payment, state: str) -> None:
    tables.execute("UPDATE payments SET state = ?2 WHERE number = ?1", (payment.number, state))
