"""Stars to a username: the library signs against a local service, once for each order, whatever happens meanwhile."""

from __future__ import annotations

import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, cast

import pytest

from bots.shop import catalogue, delivery, orders, wallet, wishes
from bots.shop.breaker import Breaker
from bots.shop.delivery import Hand
from bots.shop.fragment import Fragment
from bots.shop.orders import DELIVERED, DELIVERING, REFUNDED, REVIEW
from bots.shop.sending import Send
from bots.shop.settings import ShopSettings
from bots.shop.wallet import Cause
from bots.shop.wishes import Wish
from runtime.errands import ERRANDS
from tests.bots.shop.fragment_service import MNEMONIC, FragmentService, serve
from tests.bots.shop.shelf import NOW, Shelf
from tests.bots.shop.stage import button, card, invoice, order_in, seen, told
from tests.stories.harness import set_up

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from bots.shop.orders import Order
    from bots.shop.shop import Shop
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from pinstore import Tables
    from runtime.chats import GetChat
    from tests.stories.launcher import Bot

pytestmark = pytest.mark.long

Json = dict[str, Any]


@asynccontextmanager
async def selling(bot: Bot, telegram: Telegram, **env: str) -> AsyncIterator[tuple[FragmentService, Person, Person]]:
    """A shop that sells 60 Stars for 100, the service, the admin, and a buyer with 1000; no secret is in the log."""
    service = FragmentService()
    async with serve(service) as server:
        known = {"FRAGMENT_MNEMONIC": MNEMONIC, "FRAGMENT_MAX_TON": "2.5", "FRAGMENT_URL": server.url}
        service.env = {"BOT": "shop", **known, **env}
        await bot.start(**service.env)
        admin = await set_up(bot, telegram)
        assert (await told(admin, "/add stars s60 100 49 Звёзды")).startswith("❌ У stars")
        assert await told(admin, "/add stars s60 100 60 Звёзды") == "✅ s60: Звёзды, 100 ⭐"
        anna = telegram.person(1001, first_name="Анна", username="anna_k")
        await told(anna, "/start")
        await told(admin, "/bonus 1001 1000")
        yield service, admin, anna
        for secret in (MNEMONIC, "anna_k"):
            assert secret not in bot.output


async def test_stars_are_sent_once(bot: Bot, telegram: Telegram) -> None:
    """From the balance and by invoice; killed in the payment; too dear ones are paid back; without a name none is."""
    async with selling(bot, telegram) as (service, admin, anna):
        assert (await card(anna, "s60"))["text"] == "🌟 Звёзды\n\n💵 Цена: 100 ⭐"
        await button(anna, "💰 С баланса")
        assert "💰 Баланс до: 1000 ⭐\n💰 Баланс после: 900 ⭐" in await seen(anna, "🎉 Покупка успешна!")
        (paid,) = service.paid
        assert (paid["username"], paid["amount"], paid["kyc"]) == ("anna_k", 60, False)
        service.held.clear()
        await card(anna, "s60")
        await button(anna, "⭐ Звёздами Telegram")
        assert (await anna.paid(await invoice(anna))).outcome == "paid"
        await service.wait(lambda: len(service.paid) == 2)
        await told(telegram.person(1002, first_name="Борис"), "/start")  # the library blocks its own thread alone
        await bot.kill()
        service.held.set()
        submitted = service.calls.count("POST /v3/orders/submit")
        await bot.start(**service.env)
        await seen(anna, "🎉 Покупка успешна!", 2)
        assert (len(service.paid), service.calls.count("POST /v3/orders/submit")) == (2, submitted)
        service.price = 2.6
        await card(anna, "s60")
        await button(anna, "💰 С баланса")
        failed = order_in(await seen(anna, "⚠️ Не удалось выдать товар ⚠️"))
        await seen(admin, f"⚠️ Заказ {failed}: не выдан (Fragment: UNTRUSTED_PAYMENT)")
        boris = telegram.person(1002, first_name="Борис")
        await told(boris, "/start")
        await told(admin, "/bonus 1002 500")
        for way in ("💰 С баланса", "⭐ Звёздами Telegram"):
            await card(boris, "s60")
            assert await button(boris, way) == "❌ Сначала задайте имя пользователя в настройках Telegram"
        assert await told(boris, "/balance") == "💰 Ваш баланс 💰\n\n💳 Доступно: 500 ⭐"
        assert len(service.paid) == 2
        assert await told(anna, "/balance") == "💰 Ваш баланс 💰\n\n💳 Доступно: 900 ⭐"


async def test_a_service_that_is_down_sells_nothing(bot: Bot, telegram: Telegram) -> None:
    """What was paid comes back; then Stars are out of stock, also for an invoice that is there already."""
    async with selling(bot, telegram, CIRCUIT_BREAKER_FAILURE_THRESHOLD="1") as (service, admin, anna):
        await card(anna, "s60")
        await button(anna, "⭐ Звёздами Telegram")
        bill = await invoice(anna)
        anna.describe(username="")
        assert (await anna.paid(bill)).error == "❌ Сначала задайте имя пользователя в настройках Telegram"
        anna.describe(username="anna_k")
        service.is_down = True
        await card(anna, "s60")
        await button(anna, "💰 С баланса")
        await seen(anna, "⚠️ Не удалось выдать товар ⚠️")
        await seen(admin, "⚠️ Fragment не отвечает")
        calls = len(service.calls)
        await told(anna, "/purchase")
        await button(anna, "Звёзды — нет в наличии")
        await card(anna, "s60")
        assert await button(anna, "💰 С баланса") == "Товар закончился"
        assert (await anna.paid(bill)).error == "Товар закончился"
        assert await told(anna, "/balance") == "💰 Ваш баланс 💰\n\n💳 Доступно: 1000 ⭐"
        assert len(service.calls) == calls


async def test_stars_are_not_for_sale_without_a_wallet(bot: Bot, telegram: Telegram) -> None:
    """The kind is refused with what is missing."""
    await bot.start(BOT="shop")
    admin = await set_up(bot, telegram)
    assert (await told(admin, "/add stars s60 100 60 Звёзды")).startswith("❌ Вид stars не включён: нужны FRAGMENT_")


class CodedError(Exception):
    """As the library raises them."""

    def __init__(self, code: str, status: int | None = None) -> None:
        super().__init__("something with @anna_k")
        self.error_code, self.status = code, status


class KilledError(BaseException):
    """The process is gone."""


class Scripted:
    """A service whose submissions end as they are told to; it outlives processes."""

    def __init__(self, outcomes: Sequence[str], statuses: Sequence[str] = ()) -> None:
        self.outcomes, self.statuses = list(outcomes), list(statuses)
        self.signed = 0
        self.sent: list[str] = []
        self.is_paid = False
        self.create = "fine"

    def create_order(self, product: str, username: str, amount: int, *, kyc: bool, idempotency_key: str) -> Json:
        """An order."""
        assert (product, username, amount, kyc) == ("stars", "anna_k", 60, False)
        if self.create != "fine":
            raise CodedError(self.create)
        return {"order": {"id": idempotency_key, "status": "success" if self.is_paid else "created"}}

    def prepare(self, created: Sequence[Json]) -> Json:
        """Sign it; each signature is another one."""
        self.signed += 1
        return {"orders": [created[0]["order"]["id"]], "boc": f"boc{self.signed}", "valid_until": 0}

    def submit(self, prepared: Any) -> Json:
        """As the script says; a second signature that lands pays twice."""
        self.sent.append(prepared["boc"])
        outcome = self.outcomes.pop(0) if self.outcomes else "fine"
        self.is_paid = self.is_paid or outcome in ("fine", "lost after")
        if outcome.startswith("lost"):
            raise CodedError("SUBMIT_OUTCOME_UNKNOWN")
        if outcome != "fine":
            raise CodedError(outcome, 503 if outcome == "DOWN" else 409)
        return {"success": True}

    def get_order(self, order_id: str) -> Json:
        """As the script says, or as it is."""
        told = self.statuses.pop(0) if self.statuses else "success" if self.is_paid else "created"
        return {"order": {"id": order_id, "status": told}}


class Life:
    """A process: what a shop gives to an errand, over tables that outlive it; `kill_at` ends it at a moment."""

    def __init__(self, shelf: Shelf, service: Scripted, kill_at: int = -1, username: str = "anna_k") -> None:
        self.shelf, self.service = shelf, service
        self.countdown = kill_at
        self.told: list[str] = []
        self.store, self.saves = self, self
        self.bot = self
        self.username = username
        shop_settings = ShopSettings(_env_file=None)
        self.fragment = Fragment(service, Breaker("Fragment", shop_settings, self.told.append), with_kyc=False)

    def point(self) -> None:
        """A moment at which the process may be killed."""
        if self.countdown == 0:
            raise KilledError
        self.countdown -= 1

    async def read(self, work: Callable[[Tables], Any]) -> Any:
        """Look into the tables."""
        self.point()
        return self.shelf.do(work)

    async def write(self, work: Callable[[Tables], Any], *, update: None) -> Any:
        """Write, and store it."""
        assert update is None
        self.point()
        return self.shelf.do(work)

    async def stored(self) -> None:
        """It is stored."""
        self.point()

    async def __call__(self, asked: GetChat) -> Any:
        """The buyer, as Telegram knows him."""
        self.point()
        return {"id": asked.chat_id, "username": self.username}

    def show(self, *_: object) -> None:
        """A screen."""

    def wake(self, _: object) -> None:
        """Errands."""

    def tell(self, _: int, phrase: Any) -> None:
        """A person is told."""
        self.told.append(phrase.text)

    def tell_admin(self, text: str) -> None:
        """The admin is told."""
        self.told.append(text)

    async def run(self, order: Order, patience: float = 3600) -> None:
        """Run the errand to its end."""
        shop = cast("Shop", self)
        finish = await Send(shop, Hand(shop), pause=0, patience=patience).act(order.number)
        self.point()
        if say := self.shelf.do(finish):
            say()


def bought(shelf: Shelf) -> Order:
    """An order of Stars that is paid from the balance."""

    def work(tables: Tables) -> Order:
        catalogue.add(tables, "s60", "stars", 100, "60", "Звёзды", "")
        wallet.move(tables, 1001, 100, Cause("gift", 0, NOW))
        _, order = wishes.buy(tables, Wish("a" * 16, 1001, NOW, NOW), "s60", 100)
        assert order
        delivery.begin(tables, order, NOW)
        return order

    return shelf.do(work)


def state_of(shelf: Shelf, order: Order) -> tuple[str, int]:
    """Its state, and the balance of its buyer."""
    found = shelf.do(lambda tables: orders.by_number(tables, order.number))
    assert found
    return found.state, shelf.do(lambda tables: wallet.balance(tables, 1001))


AMBIGUOUS = "TRANSFER_AMBIGUOUS"


@pytest.mark.parametrize(
    ("outcomes", "statuses", "patience", "state", "paid"),
    [
        ([], [], 3600, DELIVERED, True),
        (["lost before"], [], 3600, DELIVERED, True),
        (["lost after"], [], 3600, DELIVERED, True),
        ([AMBIGUOUS], ["processing", "processing", "success"], 3600, DELIVERED, False),
        ([AMBIGUOUS], ["processing", "failed"], 3600, REFUNDED, False),
        ([AMBIGUOUS, "ORDER_EXPIRED"], ["created", "success"], 3600, DELIVERED, False),
        ([AMBIGUOUS] * 2, ["processing"] * 9, 0, REVIEW, False),
        (["DOWN", "TRANSFER_NOT_SENT", "fine"], [], 3600, DELIVERED, True),
        (["INSUFFICIENT_BALANCE"], [], 3600, REFUNDED, False),
        (["TRANSFER_FAILED"], [], 3600, REFUNDED, False),
    ],
)
async def test_an_outcome_that_nobody_knows_is_never_signed_anew(
    outcomes: list[str], statuses: list[str], patience: float, state: str, paid: bool
) -> None:
    """The same payment is sent again, or its order asked about; in the end the admin looks."""
    shelf, service = Shelf(more=[ERRANDS]), Scripted(outcomes, statuses)
    order = bought(shelf)
    life = Life(shelf, service)
    await life.run(order, patience)
    assert state_of(shelf, order) == (state, 100 if state == REFUNDED else 0)
    assert service.signed == 1
    assert set(service.sent) == {"boc1"}
    assert service.is_paid == paid
    assert not any("anna_k" in text for text in life.told)


@pytest.mark.parametrize(
    ("create", "username"), [("NO_KYC_UNAVAILABLE", "anna_k"), ("NETWORK_ERROR", "anna_k"), ("fine", "")]
)
async def test_what_fails_before_it_is_sent_is_paid_back(create: str, username: str) -> None:
    """At once; nothing is signed."""
    shelf, service = Shelf(more=[ERRANDS]), Scripted([])
    service.create = create
    order = bought(shelf)
    await Life(shelf, service, username=username).run(order)
    assert state_of(shelf, order) == (REFUNDED, 100)
    assert (service.signed, service.sent) == (0, [])


@pytest.mark.parametrize("moment", range(7))
@pytest.mark.parametrize("outcome", ["fine", "lost before", "lost after", AMBIGUOUS])
async def test_a_kill_at_any_moment_pays_once(moment: int, outcome: str) -> None:
    """What was stored is what is sent; what was signed and not stored was never sent."""
    shelf, service = Shelf(more=[ERRANDS]), Scripted([outcome])
    order = bought(shelf)
    try:
        await Life(shelf, service, kill_at=moment).run(order)
    except KilledError:
        assert state_of(shelf, order)[0] == DELIVERING
    await Life(shelf, service).run(order)
    assert state_of(shelf, order) == (DELIVERED, 0)
    assert service.is_paid
    assert len(set(service.sent)) == 1


async def test_what_was_paid_in_another_life_is_not_paid_back() -> None:
    """Older tables that were restored know nothing of it; the service does."""
    shelf, service = Shelf(more=[ERRANDS]), Scripted([])
    order = bought(shelf)
    service.is_paid = True
    await Life(shelf, service).run(order)
    assert state_of(shelf, order) == (DELIVERED, 0)
    assert (service.signed, service.sent) == (0, [])


async def test_one_payment_at_a_time() -> None:
    """A payment that may still land keeps the next one from being signed with the same number of the wallet."""
    shelf, service = Shelf(more=[ERRANDS]), Scripted([AMBIGUOUS], ["processing"] * 3)
    order = bought(shelf)
    life = Life(shelf, service)
    prepare, ask, locked = service.prepare, service.get_order, list[bool]()

    def lasting(created: Sequence[Json]) -> Json:
        return prepare(created) | {"valid_until": int(time.time()) + 60}

    def asked(order_id: str) -> Json:
        locked.append(life.fragment.turn.locked())
        return ask(order_id)

    patch = pytest.MonkeyPatch()
    patch.setattr(service, "prepare", lasting)
    patch.setattr(service, "get_order", asked)
    await life.run(order)
    assert locked == [True] * 4
    assert not life.fragment.turn.locked()
