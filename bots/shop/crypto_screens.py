"""Screens of payments in crypto currencies."""

from bots.shop import texts
from bots.shop.bills import Bill
from bots.shop.heleket import CONFIRMING, FAILED, PAID, PARTIAL, WAITING, WRONG
from bots.shop.orders import Order
from bots.shop.screens import MENU, Screen
from runtime.languages import Phrase

_WORDS = (
    (WAITING, "waiting"),
    (CONFIRMING, "confirming"),
    (PARTIAL, "partial"),
    (PAID, "paid"),
    (WRONG, "wrong"),
    (FAILED, "failed"),
)


def status(name: str) -> Phrase:
    """A status of the processor's; what nobody here knows is being checked."""
    return texts.CRYPTO_STATUSES[next((word for names, word in _WORDS if name in names), "other")]


def bill(order: Order, made: Bill) -> Screen:
    """An invoice, as long as it can be paid with its buttons."""
    text = Phrase(
        texts.CRYPTO_BILL,
        stars=order.price,
        amount=made.amount,
        currency=made.currency,
        url=made.url,
        id=order.id,
        status=status(made.status),
        minutes=made.lifetime // 60,
    )
    if made.is_final or made.status in PAID | WRONG:
        return Screen(text, [[MENU]])
    check = [(texts.CHECK, f"look:{order.id}"), (texts.CANCEL, f"cancel:{order.id}")]
    return Screen(text, [[(texts.PAY_CRYPTO, made.url)], check])


def away(order_id: str, amount: int) -> Screen:
    """The processor does not answer; the same order can be tried again."""
    again, back = (texts.AGAIN, f"again:{order_id}:{amount}"), (texts.BACK, f"fill:{amount}")
    return Screen(texts.CRYPTO_AWAY, [[again], [back]])


def refused() -> Screen:
    """The processor does not want it."""
    return Screen(texts.CRYPTO_REFUSED, [[(texts.BACK, "fill")]])
