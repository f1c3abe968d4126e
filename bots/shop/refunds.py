"""Payments on their way back to Telegram."""

import asyncio
import logging

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError

from bots.shop import charges, moneyback, orders, texts
from bots.shop.charges import Payment
from bots.shop.delivery import not_delivered
from bots.shop.orders import Order
from bots.shop.shop import Shop, now
from pinstore import Tables, retry
from runtime.errands import Finish, Said
from runtime.languages import Phrase

log = logging.getLogger(__name__)

ALREADY = "ALREADY_REFUNDED"


class Refund:
    """Gives a payment back, tried until Telegram has said yes or no."""

    attempts: int | None = None

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._ended: dict[int, asyncio.Event] = {}
        """By payment, for those who wait for the end."""

    def expect(self, payment: Payment) -> asyncio.Event:
        """Set when this payment's way has come to an end, whichever."""
        return self._ended.setdefault(payment.number, asyncio.Event())

    async def act(self, subject: int) -> Finish:
        """Ask Telegram; that it is back already is as good."""
        payment = await self._shop.store.read(lambda tables: _payment(tables, subject))
        try:
            await self._shop.bot.refund_star_payment(payment.person, payment.charge)
        except (TelegramBadRequest, TelegramForbiddenError) as error:
            if ALREADY not in error.message:
                return self._refused(payment, retry.reason(error))
        return self._returned(payment)

    async def seek(self, subject: int) -> Finish | None:
        """Ask again: a second refund does no harm."""
        return None

    def give_up(self, subject: int, why: str) -> Finish:
        """Never: only Telegram's word counts."""
        raise AssertionError(f"payment {subject}: {why}")

    def _returned(self, payment: Payment) -> Finish:
        def finish(tables: Tables) -> Said:
            moneyback.refunded(tables, payment, now())
            order = orders.by_number(tables, payment.of_order) if payment.of_order else None
            return lambda: self._tell(payment, order)

        return finish

    def _tell(self, payment: Payment, order: Order | None) -> None:
        shop, person = self._shop, payment.person
        if order is None:
            shop.tell(person, Phrase(texts.PAYMENT_BACK, amount=payment.amount))
            shop.tell_admin(f"⚠️ Платёж {payment.charge[:8]}: {payment.amount} ⭐ без заказа, возвращён")
        elif order.is_handed:
            shop.tell(person, Phrase(texts.REFUND, amount=payment.amount, id=order.id))
        else:
            shop.show(person, not_delivered(order))
        self._end(payment)

    def _refused(self, payment: Payment, why: str) -> Finish:
        def finish(tables: Tables) -> Said:
            amount = moneyback.refused(tables, payment, now())
            order = orders.by_number(tables, payment.of_order) if payment.of_order else None
            name = f"Заказ {order.id}" if order else f"Платёж {payment.charge[:8]}"

            def told() -> None:
                self._shop.tell_admin(f"⚠️ {name}: возврат отклонён ({why}), {amount} ⭐ в кошелёк")
                self._shop.tell(payment.person, Phrase(texts.TO_WALLET, amount=amount))
                self._end(payment)

            return told

        return finish

    def _end(self, payment: Payment) -> None:
        if event := self._ended.pop(payment.number, None):
            event.set()


def _payment(tables: Tables, number: int) -> Payment:
    payment = charges.by_number(tables, number)
    assert payment  # noqa: S101 - payments are never deleted
    return payment
