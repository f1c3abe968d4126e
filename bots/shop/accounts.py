"""What the admin does with people's money: /bonus, /adjust, /order, /refund, /reconcile."""

import asyncio
import re
from datetime import UTC, datetime

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from bots.shop import bills, charges, moneyback, orders, texts, wallet
from bots.shop.admin import Work, WrongError, obey
from bots.shop.charges import Payment
from bots.shop.delivery import REFUND
from bots.shop.moneyback import Back
from bots.shop.orders import Order
from bots.shop.reconciliation import reconcile
from bots.shop.refunds import Refund
from bots.shop.shop import Shop, now
from bots.shop.wallet import Cause, Moved
from pinstore import Tables, retry
from runtime.admin.set_up import FromBackupChat
from runtime.errands import intend
from runtime.filters import Private
from runtime.languages import Phrase
from runtime.settings import MAX_ID

PATIENCE = 3.0
"""Seconds in which a refund is usually done."""
CABINET = "❌ {id}: пополнение криптовалютой возвращают в кабинете Heleket, там же видно, откуда оно пришло"
HOW_BONUS, HOW_ADJUST = "❌ Нужно: /bonus id число больше 0", "❌ Нужно: /adjust id ±число причина"
_SIGNED = re.compile(r"[+\-−]?[0-9]{1,9}")


class Accounts:
    """The commands, with what knows when refunds end."""

    def __init__(self, refunds: Refund) -> None:
        self._refunds = refunds

    @property
    def commands(self) -> dict[str, Work]:
        """By their names."""
        return {
            "bonus": self.bonus,
            "adjust": self.adjust,
            "order": self.order,
            "refund": self.refund,
            "reconcile": self.reconcile,
        }

    async def bonus(self, shop: Shop, args: str) -> str:
        """Give Stars, and say so."""
        words = args.split()
        if len(words) != 2 or _number(words[1]) < 1:
            raise WrongError(HOW_BONUS)
        person, amount = _person(words[0]), _number(words[1])
        balance = await shop.store.write(lambda tables: _move(tables, person, "bonus", amount))
        shop.tell(person, Phrase(texts.BONUS, amount=amount, balance=balance))
        return f"🎁 {person}: +{amount} ⭐, баланс {balance} ⭐"

    async def adjust(self, shop: Shop, args: str) -> str:
        """Give or take Stars, without a word to the person."""
        words = args.split(maxsplit=2)
        if len(words) != 3 or not _number(words[1]):
            raise WrongError(HOW_ADJUST)
        person, amount = _person(words[0]), _number(words[1])
        balance = await shop.store.write(lambda tables: _move(tables, person, "adjustment", amount))
        return f"🛠 {person}: {amount:+d} ⭐, баланс {balance} ⭐"

    async def order(self, shop: Shop, args: str) -> str:
        """All about an order."""

        def work(tables: Tables) -> str:
            order = orders.find(tables, args.strip())
            if order is None:
                raise WrongError("❌ Заказ не найден")
            return _told(tables, order, shop)

        return await shop.store.read(work)

    async def refund(self, shop: Shop, args: str) -> str:
        """Give money back, also for what was delivered."""
        name = args.strip()
        ended = asyncio.Event()

        def work(tables: Tables) -> tuple[Back, Order | None, Payment | None, int]:
            back, order, payment = _back(tables, name)
            if payment:
                intend(tables, REFUND, payment.number, payment.person)
                self._refunds.ended[payment.number] = ended
            return back, order, payment, wallet.balance(tables, order.person) if order else 0

        back, order, payment, balance = await shop.store.write(work)
        if back is Back.TOO_LITTLE and order:
            return f"❌ На балансе {balance} ⭐, вернуть {order.price} нельзя"
        if back is Back.KNOWN:
            return f"ℹ️ {name}: уже возвращён"
        if back is Back.DONE and order:
            shop.tell(order.person, Phrase(texts.REFUND, amount=order.price, id=order.id))
            return f"💰 {name}: возвращено {order.price} ⭐"
        if back is Back.BEGUN and payment:
            return await self._awaited(shop, name, payment, ended)
        return f"❌ {name}: за этот заказ не платили"

    async def reconcile(self, shop: Shop, _: str) -> str:
        """Compare with Telegram now; sums as well."""
        frozen = await shop.store.write(wallet.compare)
        try:
            found = await retry.patiently(lambda: reconcile(shop), 3)
        except retry.TRANSIENT as error:
            raise WrongError(f"❌ Telegram не отвечает: {retry.reason(error)}") from None
        if frozen:
            return f"⚠️ Сверка: не сходятся балансы {', '.join(map(str, frozen[:20]))}"
        if found.mended:
            return f"⚠️ Сверка: операций {found.seen}, исправлено {found.mended}"
        return f"✅ Сверка: операций {found.seen}, расхождений нет"

    async def _awaited(self, shop: Shop, name: str, payment: Payment, ended: asyncio.Event) -> str:
        shop.wake(None)
        try:
            await retry.within(PATIENCE, ended.wait())
        except TimeoutError:
            return f"⏳ {name}: возврат выполняется"
        finally:
            self._refunds.ended.pop(payment.number, None)
        after = await shop.store.read(lambda tables: charges.by_number(tables, payment.number))
        if after and after.state == "review":
            return f"⚠️ {name}: Telegram отказал, {payment.amount} ⭐ в кошелёк"
        return f"💰 {name}: возвращено {payment.amount} ⭐"


COMMANDS = ("bonus", "adjust", "order", "refund", "reconcile")


async def command(message: Message, command: CommandObject, shop: Shop, accounts: Accounts) -> None:
    """A command about money."""
    await obey(message, shop, accounts.commands[command.command.lower()], command.args)


def accounts_router() -> Router:
    """The admin's commands about money; for anyone else they are unknown ones."""
    router = Router(name="accounts")
    router.message.filter(Private(), FromBackupChat())
    router.message.register(command, Command(*COMMANDS, ignore_case=True))
    return router


def _back(tables: Tables, name: str) -> tuple[Back, Order | None, Payment | None]:
    """An order by its id, or by what it was paid with. Raises WrongError."""
    order = orders.find(tables, name)
    if order is None:
        payment = charges.by_charge(tables, name)
        if payment is None:
            raise WrongError("❌ Заказ или платёж не найден")
        order = orders.by_number(tables, payment.of_order) if payment.of_order else None
        if order is None:
            return Back.KNOWN, None, None
    if order.way == orders.CRYPTO:
        raise WrongError(CABINET.format(id=order.id))
    return moneyback.give_back(tables, order, now())[0], order, _refunding(tables, order)


def _refunding(tables: Tables, order: Order) -> Payment | None:
    payment = charges.of_order(tables, order.number)
    return payment if payment and payment.state == "refunding" else None


def _move(tables: Tables, person: int, kind: str, amount: int) -> int:
    """Move Stars; returns the balance. Raises WrongError, and then nothing has changed."""
    if not tables.execute("SELECT 1 FROM customers WHERE person = ?", (person,)).fetchone():
        raise WrongError(f"❌ {person} ещё не писал боту")
    at = now()
    deal = wallet.open_deal(tables, person, kind, amount, 0, at)
    moved = wallet.move(tables, person, amount, Cause(f"{kind}:{deal}", deal, at))
    if moved is Moved.FROZEN:
        raise WrongError(f"❌ {person}: сначала /reconcile, суммы не сходятся")
    balance = wallet.balance(tables, person)
    if moved is Moved.TOO_LITTLE:
        raise WrongError(f"❌ На балансе {balance} ⭐")
    return balance


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


def _number(text: str) -> int:
    return int(text.replace("−", "-")) if _SIGNED.fullmatch(text) else 0


def _person(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,16}", text) or not 1 <= int(text) <= MAX_ID:
        raise WrongError("❌ id: число, его показывает /player")
    return int(text)
