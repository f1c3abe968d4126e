"""Presses that lead to an order: from the balance, by an invoice, a top-up, a cancellation."""

import re
from dataclasses import dataclass
from typing import ClassVar

from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Filter
from aiogram.methods import DeleteMessage, SendInvoice
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, LabeledPrice

from bots.shop import catalogue, delivery, orders, screens, texts, wishes
from bots.shop.orders import Order
from bots.shop.screens import MENU, Screen
from bots.shop.shop import Shop, meet, now
from bots.shop.wishes import Outcome, Wish
from pinstore import Tables
from runtime.languages import Phrase
from runtime.outbox.answer import Answer
from runtime.presses import let_go

ALERTS = {
    Outcome.SOLD_OUT: texts.SOLD_OUT,
    Outcome.BILLED: texts.BILLED,
    Outcome.OVER: texts.OVER,
    Outcome.NAMELESS: texts.NO_USERNAME,
    Outcome.UNKNOWN: texts.UNKNOWN,
}
MOST = 10_000
_DATA = re.compile(r"(buy|bill|top|cancel):([a-z0-9]{16})(?::([a-z0-9_]{1,16}))?(?::([0-9]{1,5}))?")


class Deal(Filter):
    """A button that makes or ends an order; its handler gets the kind, the order's id, what it is about, the price."""

    async def __call__(self, query: CallbackQuery) -> bool | dict[str, object]:
        found = _DATA.fullmatch(query.data or "")
        if not found:
            return False
        return {"kind": found[1], "order_id": found[2], "what": found[3] or "", "shown": int(found[4] or MOST)}


@dataclass(slots=True)
class Invoice(Answer):
    """An invoice for an order."""

    stands_alone: ClassVar[bool] = True

    order: Order | None = None
    about: str = ""

    async def deliver(self, bot: Bot, chat_id: int) -> None:
        """Send it."""
        order = self.order
        assert order  # noqa: S101 - as it is made below
        assert isinstance(self.markup, InlineKeyboardMarkup)  # noqa: S101
        await bot(
            SendInvoice(
                chat_id=chat_id,
                title=self.text,
                description=self.about,
                payload=order.id,
                provider_token="",
                currency="XTR",
                prices=[LabeledPrice(label=self.text, amount=order.price)],
                reply_markup=self.markup,
            )
        )


async def pressed(query: CallbackQuery, shop: Shop, kind: str, order_id: str, what: str, shown: int) -> None:
    """Make an order of a card, or end one; pressed again it changes nothing."""
    person, at = query.from_user.id, now()
    screen = query.message.message_id if query.message else 0
    wish = Wish(order_id, person, at, at + shop.settings.order_ttl, screen)
    name, title = query.from_user.first_name, shop.say(person, texts.TOP_UP_TITLE)

    def work(tables: Tables) -> tuple[Outcome, Order | None, Screen | None]:
        meet(tables, person, name)
        if barred := _barred(tables, shop, wish, kind, what, query.from_user.username):
            return barred, None, None
        outcome, order = _deal(tables, wish, kind, what, title, shown)
        instead = {
            Outcome.TOO_LITTLE: lambda: screens.too_little(tables, person, order_id, what),
            Outcome.DEARER: lambda: screens.card(tables, what),
        }.get(outcome)
        return outcome, order, instead() if instead else None

    outcome, order, instead = await shop.store.write(work)
    if outcome in ALERTS:
        await let_go(shop.bot, query.id, shop.say(person, ALERTS[outcome]), is_alert=True)
        return
    is_paying = kind != "cancel" and outcome is not Outcome.DEARER
    await let_go(shop.bot, query.id, shop.say(person, texts.BUYING) if is_paying else None)
    if instead:
        shop.show(person, instead, screen)
    elif kind == "cancel":
        _cancelled(shop, person, screen, is_invoice=order is None or order.way == orders.STARS)
    elif order and kind == "buy":
        shop.meters.payments += 1
        shop.wake(None)
    elif order:
        shop.made(order.id)
        shop.outbox.put(person, _invoice(shop, order))


def _barred(tables: Tables, shop: Shop, wish: Wish, kind: str, what: str, username: str | None) -> Outcome | None:
    """Why a new order cannot be made for reasons outside the store; None if it can."""
    good = catalogue.find(tables, what) if kind in ("buy", "bill") else None
    if good is None or orders.find(tables, wish.id):
        return None
    if catalogue.is_away(good.kind, good.what, shop.away):
        return Outcome.SOLD_OUT
    return Outcome.NAMELESS if good.kind == catalogue.STARS and not username else None


def _deal(tables: Tables, wish: Wish, kind: str, what: str, title: str, shown: int) -> tuple[Outcome, Order | None]:
    if kind == "cancel":
        return wishes.cancel(tables, wish.id, wish.person, wish.at), orders.find(tables, wish.id)
    if kind == "bill":
        return wishes.bill(tables, wish, what)
    if kind == "top":
        amount = int(what) if what.isascii() and what.isdigit() else 0
        return wishes.fill(tables, wish, amount, title) if 1 <= amount <= MOST else (Outcome.UNKNOWN, None)
    outcome, order = wishes.buy(tables, wish, what, shown)
    if order:
        delivery.begin(tables, order, wish.at)
    return outcome, order


def _invoice(shop: Shop, order: Order) -> Invoice:
    """Its first button pays, as Telegram wants it."""
    pay = InlineKeyboardButton(text=shop.say(order.person, Phrase(texts.PAY, amount=order.price)), pay=True)
    cancel = InlineKeyboardButton(text=shop.say(order.person, texts.CANCEL), callback_data=f"cancel:{order.id}")
    markup = InlineKeyboardMarkup(inline_keyboard=[[pay], [cancel]])
    about = shop.say(order.person, Phrase(texts.TOP_UP_ABOUT, amount=order.price)) if order.is_top_up else order.title
    return Invoice(f"invoice {order.id}", order.title, markup, order=order, about=about)


def _cancelled(shop: Shop, person: int, message: int, *, is_invoice: bool) -> None:
    """An invoice of Telegram's can become no text: it is deleted."""
    shop.show(person, Screen(texts.CANCELLED, [[MENU]]), 0 if is_invoice else message)
    if message and is_invoice:
        shop.outbox.put(person, Gone(f"gone {message}", message=message))


@dataclass(slots=True)
class Gone(Answer):
    """A message that is deleted; one that is gone already makes no difference."""

    stands_alone: ClassVar[bool] = True

    message: int = 0

    async def deliver(self, bot: Bot, chat_id: int) -> None:
        """Delete it."""
        try:
            await bot(DeleteMessage(chat_id=chat_id, message_id=self.message))
        except TelegramBadRequest:
            self.message = 0


def buying_router() -> Router:
    """Presses that are about money."""
    router = Router(name="buying")
    router.callback_query.register(pressed, Deal())
    return router
