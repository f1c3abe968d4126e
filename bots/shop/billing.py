"""Errands about invoices in crypto currencies: have one made, and report what the admin has to know."""

import logging

from bots.shop import bills, crypto_screens, orders, texts, wishes
from bots.shop.bills import Bill
from bots.shop.breaker import RefusedError, UnavailableError
from bots.shop.heleket import OVER, WRONG, Invoice
from bots.shop.looks import Looks, note
from bots.shop.orders import Order
from bots.shop.shop import Shop, now
from pinstore import Tables
from runtime.errands import Finish, Said
from runtime.languages import Phrase

log = logging.getLogger(__name__)


class Billing:
    """Asks the processor for an invoice, once: a person who wants it asked again presses a button."""

    attempts: int | None = 1

    def __init__(self, shop: Shop, looks: Looks | None) -> None:
        self._shop = shop
        self._looks = looks

    async def act(self, subject: int) -> Finish:
        """Ask; the processor gives an order that it knows the invoice that it has."""
        order, bill = await self._shop.store.read(lambda tables: _billed(tables, subject))
        heleket = self._shop.heleket
        if heleket is None or bill.url:
            return lambda _: None
        try:
            invoice = await heleket.create(order.id, order.price)
        except UnavailableError as error:
            log.warning("Order %s: Heleket has made no invoice: %s", order.id, error)
            return lambda _: lambda: self._away(order)
        except RefusedError as error:
            return self._refused(order, str(error))
        return self._made(order, invoice)

    async def seek(self, subject: int) -> Finish | None:
        """Ask again: for one order there is one invoice."""
        return None

    def give_up(self, subject: int, why: str) -> Finish:
        """Never: what fails is told, and ends."""
        raise AssertionError(f"bill {subject}: {why}")

    def _made(self, order: Order, invoice: Invoice) -> Finish:
        def finish(tables: Tables) -> Said:
            note(tables, order.number, invoice)
            _, after = _billed(tables, order.number)

            def told() -> None:
                self._shop.show(order.person, crypto_screens.bill(order, after), order.screen)
                self._look(order)

            return told

        return finish

    def _refused(self, order: Order, why: str) -> Finish:
        def finish(tables: Tables) -> Said:
            wishes.cancel(tables, order.id, order.person, now())
            bills.close(tables, order.number)

            def told() -> None:
                self._shop.tell_admin(f"⚠️ Заказ {order.id}: Heleket не создал счёт ({why})")
                self._shop.show(order.person, crypto_screens.refused(), order.screen)
                self._shop.wake(None)

            return told

        return finish

    def _away(self, order: Order) -> None:
        self._shop.show(order.person, crypto_screens.away(order.id, order.price), order.screen)
        self._look(order)

    def _look(self, order: Order) -> None:
        """Also at what was not answered: it may have been made."""
        if self._looks:
            self._looks.made(order.number)
        self._shop.wake(None)


class Report:
    """Says what is wrong with an invoice, when that is stored."""

    attempts: int | None = 1

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    async def act(self, subject: int) -> Finish:
        """Say it."""
        order, bill = await self._shop.store.read(lambda tables: _billed(tables, subject))
        sums = f"{bill.paid or 'неизвестно сколько'} из {bill.amount} {bill.currency}"
        if order.state == orders.DELIVERED:
            self._shop.tell_admin(f"ℹ️ Заказ {order.id}: переплата, пришло {sums}; зачислено {order.price} ⭐")
        elif bill.status in WRONG:
            self._shop.tell(order.person, Phrase(texts.CRYPTO_WRONG, id=order.id))
            self._shop.tell_admin(f"⚠️ Заказ {order.id}: оплачен не полностью, пришло {sums}; ничего не зачислено")
        else:
            over = ", переплата" if bill.status == OVER else ""
            self._shop.tell_admin(
                f"⚠️ Заказ {order.id}: статус {bill.status[:40]}{over}, пришло {sums}; ничего не зачислено, решать вам"
            )
        return lambda _: None

    async def seek(self, subject: int) -> Finish | None:
        """Say it again rather than not at all."""
        return None

    def give_up(self, subject: int, why: str) -> Finish:
        """Leave it."""
        return lambda _: None


def _billed(tables: Tables, number: int) -> tuple[Order, Bill]:
    order, bill = orders.by_number(tables, number), bills.find(tables, number)
    assert order  # noqa: S101 - neither is ever deleted
    assert bill  # noqa: S101
    return order, bill
