"""An order as the admin handles it: /order tells all about it, /refund gives its money back."""

import asyncio
from datetime import UTC, datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from bots.shop import bills, charges, lanes, moneyback, orders, texts, wallet
from bots.shop.accounts import MONEY
from bots.shop.admin import Work, obey
from bots.shop.catalogue import STARS
from bots.shop.charges import Payment
from bots.shop.delivery import REFUND
from bots.shop.moneyback import Back
from bots.shop.orders import REVIEW, Order
from bots.shop.reading import WrongError
from bots.shop.refunds import Refund
from bots.shop.shop import Shop, now
from pinstore import Tables, retry
from runtime.admin.set_up import FromBackupChat
from runtime.errands import intend
from runtime.filters import Private
from runtime.languages import Phrase

PATIENCE = 3.0
"""Seconds in which a refund is usually done."""
CABINET = "❌ {id}: пополнение криптовалютой возвращают в кабинете Heleket, там же видно, откуда оно пришло"
UNKNOWN = "❌ {id}: никто не знает, дошли ли звёзды; если нет, верните деньги через /bonus"


class Cases:
    """The commands, with what knows when refunds end."""

    def __init__(self, refunds: Refund) -> None:
        self._refunds = refunds
        self.commands: dict[str, Work] = {**MONEY, "order": self.order, "refund": self.refund}
        """By their names, those about balances as well."""

    async def order(self, shop: Shop, args: str) -> str:
        """All about an order."""

        def work(tables: Tables) -> str:
            order = orders.find(tables, args.strip())
            if order is None:
                raise WrongError("❌ Заказ не найден")
            return _told(tables, order, shop)

        return await shop.store.read(work)

    async def refund(self, shop: Shop, args: str) -> str:
        """Give money back, also for what was delivered; one that is under way is waited for."""
        name = args.strip()

        def work(tables: Tables) -> tuple[Back, Order | None, tuple[Payment, asyncio.Event] | None, int]:
            back, order, payment = _back(tables, name)
            if payment:
                intend(tables, REFUND, payment.number, lanes.of_refund(payment.number))
            on_its_way = (payment, self._refunds.expect(payment)) if payment else None
            return back, order, on_its_way, wallet.balance(tables, order.person) if order else 0

        back, order, on_its_way, balance = await shop.store.write(work)
        if on_its_way:
            return await self._awaited(shop, name, *on_its_way)
        if back is Back.TOO_LITTLE and order:
            return f"❌ На балансе {balance} ⭐, вернуть {order.price} нельзя"
        if back is Back.KNOWN:
            return f"ℹ️ {name}: уже возвращён"
        if back is Back.DONE and order:
            shop.tell(order.person, Phrase(texts.REFUND, amount=order.price, id=order.id))
            return f"💰 {name}: возвращено {order.price} ⭐"
        return f"❌ {name}: {'сначала /reconcile' if back is Back.FROZEN else 'за этот заказ не платили'}"

    async def _awaited(self, shop: Shop, name: str, payment: Payment, ended: asyncio.Event) -> str:
        shop.wake(None)
        try:
            await retry.within(PATIENCE, ended.wait())
        except TimeoutError:
            return f"⏳ {name}: возврат выполняется"
        after = await shop.store.read(lambda tables: charges.by_number(tables, payment.number))
        if after and after.state == "review":
            return f"⚠️ {name}: Telegram отказал, {payment.amount} ⭐ в кошелёк"
        return f"💰 {name}: возвращено {payment.amount} ⭐"


COMMANDS = (*MONEY, "order", "refund")


async def command(message: Message, command: CommandObject, shop: Shop, cases: Cases) -> None:
    """A command about money."""
    await obey(message, shop, cases.commands[command.command.lower()], command.args)


def cases_router() -> Router:
    """The admin's commands about money; for anyone else they are unknown ones."""
    router = Router(name="cases")
    router.message.filter(Private(), FromBackupChat())
    router.message.register(command, Command(*COMMANDS, ignore_case=True))
    return router


def _back(tables: Tables, name: str) -> tuple[Back, Order | None, Payment | None]:
    """An order by its id, or by what it was paid with; a payment is on its way back. Raises WrongError."""
    order, payment = orders.find(tables, name), charges.by_charge(tables, name)
    if order is None and payment is None:
        raise WrongError("❌ Заказ или платёж не найден")
    if order is None and payment and payment.of_order:
        order = orders.by_number(tables, payment.of_order)
    if order is None:  # nobody wanted this payment
        return Back.KNOWN, None, payment if payment and payment.state == "refunding" else None
    if order.way == orders.CRYPTO:
        raise WrongError(CABINET.format(id=order.id))
    back, paid = moneyback.give_back(tables, order, now())[0], charges.of_order(tables, order.number)
    if order.kind == STARS and order.state == REVIEW and not (paid and paid.state == "review"):
        raise WrongError(UNKNOWN.format(id=order.id))
    return back, order, paid if paid and paid.state == "refunding" else None


def _told(tables: Tables, order: Order, shop: Shop) -> str:
    payment = charges.of_order(tables, order.number)
    bill = bills.find(tables, order.number)
    crypto = f", {bill.amount} {bill.currency}, статус {bill.status or 'неизвестен'}" if bill else ""
    paid = f"платёж {payment.charge}: {payment.state}" if payment else f"оплата: {order.way}{crypto}"
    times = [f"{_time(at, shop)} {state}" for state, at in orders.steps(tables, order)]
    what = f"{order.title}, {order.price} ⭐, покупатель {order.person}"
    return "\n".join([f"🧾 {order.id}: {order.state}", what, paid, *times])


def _time(at: int, shop: Shop) -> str:
    return f"{datetime.fromtimestamp(at, UTC).astimezone(shop.settings.zone):%d.%m.%Y %H:%M:%S}"
