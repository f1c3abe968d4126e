"""The shop: two buyers and the admin, and every Star accounted for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.page.tally import Pinned, Promise
from scenes.cast import Cast, tables

if TYPE_CHECKING:
    from emulator.page.tally import Crowd
    from emulator.state.chats import Json
    from emulator.state.people import Person

    Wallets = dict[int, tuple[int, int]]

PURSE = 5000  # Stars

PROMISE = Promise(
    ("Каждая звезда на счету", "Every Star accounted for"),
    {
        "paid": ("Уплата", "Paid"),
        "owned": ("Кошелёк", "Owned"),
        "spent": ("Траты", "Spent"),
        "back": ("Возврат", "Back"),
    },
    "sum",
    (
        "Пополните баланс, убейте бота во время оплаты: сумма сойдётся",
        "Top up, kill the bot while you pay: the sum will be right",
    ),
)


class Stars:
    """Stars by person: paid and paid back as Telegram knows it, owned and spent as the stored document has it."""

    promise = PROMISE
    tap: str | None = None

    def __init__(self) -> None:
        nothing: Wallets = {}
        self._stored = Pinned(wallets, nothing)

    def note(self, person: Person, action: str, sent: list[Json]) -> None:
        """Nothing needs to be noted: Telegram keeps account of payments."""

    def numbers(self, person: Person, cast: Crowd) -> tuple[int | None, ...]:
        """Stars paid; owned, spent and paid back."""
        money = person.bot.money
        paid, back = money.paid_by(person.id), money.returned_to(person.id)
        owned, spent = self._stored.of(cast.admin).get(person.id, (None, None))
        return sum(paid), owned, spent, sum(back)


def wallets(document: bytes) -> Wallets:
    """What each person owns, and what he has spent: orders that were handed over and not paid back."""
    stored = tables(document)
    spent: dict[int, int] = {}
    for order in stored.get("orders", []):
        if order["is_handed"] and order["good"] and not order["state"].startswith("refund"):
            spent[order["person"]] = spent.get(order["person"], 0) + order["price"]
    owned = {row["person"]: row["amount"] for row in stored.get("wallets", [])}
    return {person: (owned.get(person, 0), spent.get(person, 0)) for person in owned.keys() | spent.keys()}


def paid_at(url: str, merchant: str, key: str) -> dict[str, str]:
    """Settings of a shop whose wallets are filled with crypto currencies as well, by a processor at this address."""
    return {"HELEKET_URL": url, "HELEKET_MERCHANT": merchant, "HELEKET_API_KEY": key, "HELEKET_POLL": "2"}


SHOP = Cast(
    title="Магазин",
    line=("Продаёт за звёзды Telegram, деньги сходятся всегда", "Sells for Telegram's Stars, and the sums are right"),
    people=("Анна", "Тимур"),
    admin="Мария",
    role="buyer",
    tally=Stars,
    purse=PURSE,
    clock=True,
)
