"""Goods on their way: a code or file as a message, a gift or Premium from the bot's own Stars."""

import asyncio
import logging
import time

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.methods import SendDocument, SendMessage

from bots.shop import catalogue, lanes, moneyback, orders, screens, texts, wallet
from bots.shop.catalogue import CODE, FILE, GIFT, STARS
from bots.shop.moneyback import Back
from bots.shop.orders import DELIVERED, DELIVERING, Order
from bots.shop.presents import present
from bots.shop.screens import MENU, Screen
from bots.shop.shop import Shop, now
from bots.shop.transactions import given
from pinstore import Tables, retry
from runtime.errands import Finish, LaterError, Said, intend
from runtime.languages import Phrase
from runtime.outbox.turns import HeldUpError

log = logging.getLogger(__name__)

HAND, GIVE, REFUND, THANK = "hand", "give", "refund", "thank"
"""Errands: send a code or file, send a gift or Premium, give a payment back, say that a top-up has come."""
BILL, REPORT, SEND = "bill", "report", "send"
"""Errands: have an invoice in a crypto currency made, say what is wrong with one, send Stars by Fragment."""
TRIES = 5
"""How often a gift is tried; a code is the buyer's, so it is sent until it gets through."""

ON_ITS_WAY = 3.0
"""Seconds after a claim in which a call of whoever had the tables before may still arrive."""

GONE = "user is deactivated"
"""Why nothing can be sent to whoever has deleted his account (tdlib/telegram-bot-api, Client.cpp): he never is back."""

FEW = 4
_UP_TO = (
    "SELECT coalesce(sum(amount), 0) FROM ledger WHERE person = ?1 "
    "AND entry <= (SELECT entry FROM ledger WHERE cause = ?2)"
)


def begin(tables: Tables, order: Order, at: int) -> None:
    """Have a paid order handed over when that is stored."""
    if order.kind not in (CODE, FILE):
        orders.turn(tables, order, DELIVERING, at)
    if order.kind == STARS:
        intend(tables, SEND, order.number, lanes.of_order(order.number))
    elif order.kind in (CODE, FILE):
        intend(tables, HAND, order.number, lanes.of_goods(order.person))
    else:
        intend(tables, GIVE, order.number, lanes.of_gifts(order.person))


class Hand:
    """Hands an order over, once."""

    def __init__(self, shop: Shop, attempts: int | None = None) -> None:
        self._shop = shop
        self.attempts = attempts

    async def act(self, subject: int) -> Finish:
        """Send it; a refusal is final, but for somebody who has blocked the bot: he gets codes and files later."""
        order, code = await self._shop.store.read(lambda tables: _order(tables, subject))
        if order.state not in (orders.PAID, orders.DELIVERING):
            return lambda _: None
        try:
            if order.kind in (CODE, FILE):
                await self._send(order, code)
            else:
                await self._shop.bot(present(order))
        except TelegramForbiddenError as error:
            if order.kind in (CODE, FILE) and GONE not in error.message:
                raise LaterError from error
            return self.failed(order, retry.reason(error))
        except TelegramBadRequest as error:
            if order.kind == GIFT:
                self._shop.presents.refused(order.what, error.message)
            return self.failed(order, retry.reason(error))
        except HeldUpError as error:
            raise TimeoutError from error
        except _NothingLeftError:
            return self.failed(order, "no code is left")
        return self.handed(order)

    async def seek(self, subject: int) -> Finish | None:
        """Look whether a gift went out: Telegram's list has more of them than the store; a code is sent again."""
        order, _ = await self._shop.store.read(lambda tables: _order(tables, subject))
        if order.kind in (CODE, FILE) or order.state != DELIVERING:
            return None
        await asyncio.sleep(self._shop.store.status.claimed_at + ON_ITS_WAY - time.monotonic())
        since, known = await self._shop.store.read(lambda tables: _known(tables, order))
        went = await given(self._shop.bot, order.person, order.kind, order.what, since)
        return self.handed(order) if went > known else None

    def give_up(self, subject: int, why: str) -> Finish:
        """Pay it back."""
        return self.failed(subject, why)

    async def _send(self, order: Order, code: str | None) -> None:
        async with self._shop.outbox.turn(order.person, is_notice=False):
            if order.kind == FILE:
                await self._shop.bot(SendDocument(chat_id=order.person, document=order.what))
                return
            if code is None:
                raise _NothingLeftError
            text = self._shop.say(order.person, Phrase(texts.CODE, title=order.title, code=code))
            await self._shop.bot(SendMessage(chat_id=order.person, text=text, parse_mode=None))

    def handed(self, order: Order) -> Finish:
        """It is there."""

        def finish(tables: Tables) -> Said:
            if not orders.turn(tables, orders.by_number(tables, order.number) or order, DELIVERED, now()):
                orders.went(tables, order)  # its money was given back meanwhile
            after = wallet.balance(tables, order.person)
            before = after
            if order.way == orders.BALANCE:
                after = int(tables.execute(_UP_TO, (order.person, f"buy:{order.id}")).fetchone()[0])
                before = after + order.price
            warning = _few(tables, order)

            def told() -> None:
                screen = screens.bought(order.title, order.id, before, after)
                self._shop.show(order.person, screen, order.screen if order.way == orders.BALANCE else 0)
                if order.kind == GIFT:
                    self._shop.presents.sent()
                if warning:
                    self._shop.tell_admin(warning)

            return told

        return finish

    def failed(self, about: Order | int, why: str) -> Finish:
        """It will not come: pay it back."""

        def finish(tables: Tables) -> Said:
            order = orders.by_number(tables, about) if isinstance(about, int) else about
            assert order  # noqa: S101 - orders are never deleted
            back, payment = moneyback.give_back(tables, orders.by_number(tables, order.number) or order, now())
            if payment:
                intend(tables, REFUND, payment.number, lanes.of_refund(payment.number))

            def told() -> None:
                kept = ", деньги ждут: суммы покупателя не сходятся" if back is Back.FROZEN else ""
                self._shop.tell_admin(f"⚠️ Заказ {order.id}: не выдан ({why}){kept}")
                if back is Back.DONE:
                    self._shop.show(order.person, not_delivered(order), order.screen)
                self._shop.wake(None)

            return told

        return finish


class _NothingLeftError(Exception):
    """No code was bound to the order."""


def not_delivered(order: Order) -> Screen:
    """What could not be handed over is paid back."""
    text = Phrase(texts.NOT_DELIVERED, title=order.title, price=order.price, id=order.id)
    return Screen(text, [[MENU]])


def _order(tables: Tables, number: int) -> tuple[Order, str | None]:
    order = orders.by_number(tables, number)
    assert order  # noqa: S101 - orders are never deleted
    return order, catalogue.code_of(tables, number)


def _known(tables: Tables, order: Order) -> tuple[int, int]:
    """Since when, and how many such presents to this person the store knows as delivered."""
    since = int(tables.execute("SELECT at FROM set_up").fetchone()[0])
    return since, orders.handed(tables, order)


def _few(tables: Tables, order: Order) -> str:
    """What the admin is told once, when few codes are left."""
    good = catalogue.by_number(tables, order.good)
    if good is None or good.kind != CODE or (left := catalogue.left(tables, good)) >= FEW:
        return ""
    news = tables.execute("UPDATE goods SET is_told = 1 WHERE number = ? AND is_told = 0", (good.number,)).rowcount
    return f"⚠️ {good.sku}: осталось кодов {left}" if news else ""
