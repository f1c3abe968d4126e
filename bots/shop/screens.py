"""Screens: a text and the buttons below it, in somebody's language."""

import secrets
import string
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bots.shop import catalogue, history, orders, texts, wallet
from bots.shop.catalogue import CODE, Away, Good
from pinstore import Tables
from runtime.languages import Languages, Phrase

AMOUNTS = ((50, 100), (250, 500))
LINES = 5
PAGE = "page"

Button = tuple[Phrase, str]


class Screen(NamedTuple):
    """What is shown."""

    text: Phrase
    rows: Sequence[Sequence[Button]] = ()

    def markup(self, languages: Languages, code: str) -> InlineKeyboardMarkup | None:
        """Its buttons in a language."""
        rows = [[_button(languages.say(label, code), data) for label, data in row] for row in self.rows if row]
        return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None


def _button(text: str, data: str) -> InlineKeyboardButton:
    """One that is pressed, or a link."""
    is_link = data.startswith(("https://", "http://"))
    return InlineKeyboardButton(text=text, url=data) if is_link else InlineKeyboardButton(text=text, callback_data=data)


MENU: Button = (texts.TO_MENU, "menu")


def new_id() -> str:
    """The id of an order that a screen can become."""
    return "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(16))


def main() -> Screen:
    """The first one."""
    first = [(texts.BALANCE, "balance"), (texts.CATALOGUE, f"{PAGE}:0")]
    return Screen(texts.MAIN, [first, [(texts.HISTORY, "history:0"), (texts.HELP, "help")]])


def help_screen(contact: str) -> Screen:
    """What there is."""
    return Screen(Phrase(texts.HELP_TEXT, contact=contact), [[MENU]])


def balance(tables: Tables, person: int) -> Screen:
    """How much somebody has."""
    text = Phrase(texts.BALANCE_TEXT, balance=wallet.balance(tables, person))
    return Screen(text, [[(texts.FILL, "fill"), (texts.WHOLE_HISTORY, "history:0")], [MENU]])


def amounts() -> Screen:
    """How much is to be filled in."""
    rows = [[(Phrase(texts.AMOUNT, amount=amount), f"fill:{amount}") for amount in row] for row in AMOUNTS]
    return Screen(texts.CHOOSE_AMOUNT, [*rows, [(texts.BACK, "balance")]])


def ways(amount: int, *, with_crypto: bool) -> Screen:
    """How it is to be paid; the screen can become one order."""
    text, order = Phrase(texts.CHOOSE_WAY, amount=amount), new_id()
    crypto = [(texts.WITH_CRYPTO, f"coin:{order}:{amount}")] if with_crypto else []
    return Screen(text, [[(texts.WITH_STARS, f"top:{order}:{amount}")], crypto, [(texts.BACK, "fill")]])


def shelf(tables: Tables, page: int, away: Away = frozenset()) -> Screen:
    """A page of the catalogue; goods that are `away` are not in stock."""
    goods, has_more = catalogue.on_sale(tables, page)
    if not goods and page:
        return shelf(tables, 0, away)
    rows = [[(_line(tables, good, away), f"good:{good.sku}")] for good in goods]
    turns = [(Phrase("◀️"), f"{PAGE}:{page - 1}")] if page else []
    turns += [(Phrase("▶️"), f"{PAGE}:{page + 1}")] if has_more else []
    return Screen(texts.CHOOSE_GOOD if goods else texts.NO_GOODS, [*rows, turns, [MENU]])


def card(tables: Tables, sku: str) -> Screen | None:
    """A good; the card can become one order."""
    good = catalogue.find(tables, sku)
    if good is None or not good.is_on:
        return None
    left = Phrase(texts.CARD_LEFT, count=catalogue.left(tables, good)) if good.kind == CODE else ""
    description = f"\n{good.description}" if good.description else ""
    text = Phrase(
        texts.CARD,
        icon=texts.ICONS[good.kind],
        title=good.title,
        description=description,
        price=good.price,
        left=left,
    )
    order = new_id()
    pay = [(texts.FROM_BALANCE, f"buy:{order}:{sku}:{good.price}"), (texts.WITH_STARS, f"bill:{order}:{sku}")]
    return Screen(text, [pay, [(texts.BACK, f"{PAGE}:0")]])


def too_little(tables: Tables, person: int, order: str, sku: str) -> Screen | None:
    """What is missing."""
    good = catalogue.find(tables, sku)
    if good is None:
        return None
    has = wallet.balance(tables, person)
    missing = max(good.price - has, 1)
    text = Phrase(texts.TOO_LITTLE, balance=has, price=good.price, missing=missing)
    fill = (Phrase(texts.FILL_WITH, amount=missing), f"fill:{missing}")
    return Screen(text, [[fill], [(texts.WITH_STARS, f"bill:{order}:{sku}")], [(texts.BACK, f"good:{sku}")]])


def past(tables: Tables, person: int, page: int, zone: ZoneInfo) -> Screen:
    """A page of somebody's history, newest first."""
    count = history.count(tables, person)
    if not count:
        return Screen(texts.NO_HISTORY, [[(texts.BACK, "balance")]])
    page = max(0, min(page, (count - 1) // LINES))
    found = history.of(tables, person, LINES, page * LINES)
    lines = [_told(page * LINES + place, one, zone) for place, one in enumerate(found, 1)]
    values = {"balance": wallet.balance(tables, person), "count": count, "lines": _joined(lines)}
    turns = [(Phrase("◀️"), f"history:{page - 1}")] if page else []
    turns += [(Phrase("▶️"), f"history:{page + 1}")] if (page + 1) * LINES < count else []
    return Screen(Phrase(texts.HISTORY_TEXT, **values), [turns, [(texts.BACK, "balance")]])


def support(tables: Tables, person: int, contact: str) -> Screen:
    """Whom to ask, and about which orders."""
    lines = [
        Phrase(texts.SUPPORT_LINE, id=order.id, title=order.title, price=order.price)
        for order in orders.last(tables, person, LINES)
    ]
    return Screen(Phrase(texts.SUPPORT, contact=contact, lines=_joined(lines)), [[MENU]])


def terms(contact: str) -> Screen:
    """What is sold, when money comes back, whom to ask."""
    return Screen(Phrase(texts.TERMS, contact=contact), [[MENU]])


def bought(title: str, order: str, before: int, after: int) -> Screen:
    """A good was handed over."""
    text = Phrase(texts.BOUGHT, title=title, before=before, after=after, id=order)
    return Screen(text, [[(texts.HISTORY, "history:0"), MENU]])


def topped_up(amount: int, balance_now: int) -> Screen:
    """The wallet was filled."""
    text = Phrase(texts.TOPPED_UP, amount=amount, balance=balance_now)
    return Screen(text, [[(texts.CATALOGUE, f"{PAGE}:0"), MENU]])


def _line(tables: Tables, good: Good, away: Away) -> Phrase:
    if catalogue.is_away(good.kind, good.what, away) or not catalogue.in_stock(tables, good):
        return Phrase(texts.GOOD_GONE, title=good.title)
    return Phrase(texts.GOOD, title=good.title, price=good.price)


def _told(number: int, one: history.Transaction, zone: ZoneInfo) -> Phrase:
    at = datetime.fromtimestamp(one.at, UTC).astimezone(zone)
    return Phrase(
        texts.HISTORY_LINE,
        number=number,
        name=texts.NAMES[one.type],
        sign="-" if one.amount < 0 else "+",
        amount=abs(one.amount),
        status=texts.STATUSES[one.status],
        at=f"{at:%d.%m.%Y %H:%M}",
    )


def _joined(lines: Sequence[Phrase]) -> Phrase | str:
    """Lines as one value, each of which is a phrase."""
    names = [f"line{number}" for number in range(len(lines))]
    pattern = "".join(f"{{{name}}}" for name in names)
    return Phrase(pattern, **dict(zip(names, lines, strict=True))) if lines else ""
