"""`python -m tests.chaos.shop --seeds N [--first S] [--jobs J]`: people pay and buy while the shop is killed.

Whatever happens to the bot, each Star that Telegram has taken is in a wallet, has become a good, or is paid back; each
code has one owner, and each gift was paid for. Stars, gifts and refunds are counted by the local Telegram, not by the
shop.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

from emulator.state.changes import WaitError
from emulator.state.errors import BotApiError
from emulator.state.limits import Limits
from emulator.state.telegram import Telegram
from emulator.state.view import NotShownError
from tests.bots.shop.stage import fill, seen
from tests.chaos.fleet import Fleet
from tests.chaos.ledger import stop
from tests.chaos.playing import play_out
from tests.chaos.seeds import Seeds
from tests.stories.harness import stored
from tests.stories.launcher import Bot, Launcher

if TYPE_CHECKING:
    from emulator.state.chats import Json
    from emulator.state.faults import Kind
    from emulator.state.people import Person

ADMIN, FIRST, PEOPLE = 1, 1001, 5
ROUNDS, ALIVE = 6, 3
"""Deeds, and presses that the shop has to answer before the next one: a slow machine has as much of both."""
WANTED, LONGEST = PEOPLE + 4, 60.0
"""Payments that people are to make, if that takes no more seconds."""
CODES = 120
"""So few that now and then somebody pays for a key when there is none left."""
PARALLEL = 20
"""Presses on one card at once."""

SETTLING = 240.0
"""Seconds in which the repaired shop must have settled every payment; a guard."""

FIRST_FILL, TRIES = 60, 3
"""Stars that each brings in peace: a busy machine may let nobody pay in chaos, nor at the first try."""
KEY, BEAR = 3, 7
"""Prices, which tell goods apart in the sums."""

MANY = {
    "RATE_LIMIT_USER_MESSAGES": "100000",
    "RATE_LIMIT_USER_OPERATIONS": "100000",
    "RATE_LIMIT_USER_PAYMENTS": "100000",
}
DEEDS = {"kill": 4, "ambush": 6, "stop": 2, "overlap": 1, "cut": 2, "fault": 6}
AMBUSHES = ("sendGift", "refundStarPayment", "answerPreCheckoutQuery", "sendMessage", "sendInvoice", "editMessageMedia")
METHODS = (*AMBUSHES, "sendGift", "refundStarPayment", "getStarTransactions", "getUpdates", "*")
KINDS = ("500", "502", "reset_before", "reset_after", "reset_after", "429", "timeout_after")
ACTS = {"fill": 3, "open": 3, "buy": 3, "bill": 4, "pay": 6, "twice": 2, "cancel": 1}
PAYING = {"fill": 2, "open": 2, "bill": 3, "pay": 4}
"""What people do as long as too few have paid, when nothing befalls the shop any more."""
SETTLED = frozenset({"awaiting_payment", "delivered", "cancelled", "expired", "refunded", "review"})
COLUMNS = ("kills", "stops", "faults", "presses", "payments", "stars", "wallets", "delivered", "refunded")


@dataclass
class Outcome:
    """What one run has shown."""

    seed: int
    kills: int = 0
    stops: int = 0
    faults: int = 0
    presses: int = 0
    payments: int = 0
    stars: int = 0
    wallets: int = 0
    delivered: int = 0
    refunded: int = 0
    seconds: float = 0.0
    complaints: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)


class Run:
    """Some buyers, one of whom takes no gifts, and a shop in trouble."""

    def __init__(self, seed: int, telegram: Telegram, make: Launcher, url: str, env_file: Path) -> None:
        self.telegram, self.outcome = telegram, Outcome(seed)
        self.dice = random.Random(f"shop {seed}")
        env = {
            "BOT": "shop",
            "BOT_TOKEN": token(seed),
            "BACKUP_INTERVAL": str(self.dice.choice((0.05, 0.5, 3))),
            **MANY,
        }
        self.fleet = Fleet(lambda: Bot(make, url, env_file, **env), random.Random(f"fleet {seed}"), telegram.changed)
        self.admin = telegram.person(ADMIN, first_name="Админ")
        self.people = [telegram.person(FIRST + number) for number in range(PEOPLE)]
        self.money = telegram.bot().money
        self.patience = 1.0 if telegram.limits is None else 3.0
        """Whose answers come one in a second had better not ask three times in it."""
        self.started = time.monotonic()
        self.are_done = False
        """Whether nothing befalls the shop any more."""

    async def play(self) -> None:
        """The whole story; complaints are in the outcome."""
        await self.set_up()
        hosting = asyncio.create_task(self.fleet.host())
        try:
            await asyncio.gather(self.deeds(), *map(self.trade, self.people))
            self.telegram.faults.clear()
            self.telegram.cut = False
            self.telegram.network.drop()
            await self.settle()
        finally:
            await stop(hosting)

    async def set_up(self) -> None:
        """A shop with codes and gifts, and Stars for the gifts."""
        bot = await self.fleet.start()
        code = (await bot.wait_line(r"admin ([0-9a-f]{10})\b"))[1]
        self.admin.send(f"admin {code}")
        await self.admin.wait(lambda: len(self.admin.answers) >= 2, SETTLING)
        self.money.receive(100_000)
        gift = next(iter(self.telegram.gifts.all))
        self.admin.send(f"/add code key {KEY} - Ключ")
        self.admin.send(f"/add gift bear {BEAR} {gift} Мишка")
        await seen(self.admin, "✅ ", 2)
        self.admin.send_file("codes.txt", "\n".join(f"CODE{number}" for number in range(CODES)).encode(), "/stock key")
        await seen(self.admin, "📦 key: добавлено")
        await asyncio.gather(*map(self.begin, self.people))
        self.people[0].refuse_gifts()
        await self.telegram.wait(lambda: not self.telegram.bot().queue, SETTLING)

    async def begin(self, person: Person) -> None:
        """Somebody comes with Stars; ten seconds may be over before a busy machine's shop has let him pay."""
        for _ in range(TRIES):
            with suppress(AssertionError):
                await fill(person, FIRST_FILL)
                return

    async def trade(self, person: Person) -> None:
        """What somebody does at the shop, as far as his screens let him."""
        while not self.is_over():
            await asyncio.sleep(self.dice.uniform(0.05, 0.6) * self.patience)
            with suppress(NotShownError, BotApiError):
                acts = PAYING if self.are_done else ACTS
                self.act(person, self.dice.choices([*acts], [*acts.values()])[0])

    def act(self, person: Person, what: str) -> None:
        """One act. Raises NotShownError where there is no such button."""
        if what == "fill":
            person.send(str(self.dice.randint(1, 30)))
        elif what == "open":
            person.send(f"/start {self.dice.choice(('key', 'bear'))}")
        elif what == "buy":
            self.press(person, "💰 С баланса", self.dice.choice((1, 1, 1, PARALLEL)))
        elif what == "bill":
            self.press(person, "⭐ Звёздами Telegram", self.dice.choice((1, 2)))
        elif what == "cancel":
            self.press(person, "❌ Отменить", 1)
        elif bills := [message for message in person.messages if "invoice" in message and self.is_open(message)]:
            self.pay(person, self.dice.choice(bills), 2 if what == "twice" else 1)

    def press(self, person: Person, text: str, times: int) -> None:
        """Press one button so often at once."""
        for _ in range(times):
            person.press(text)
            self.outcome.presses += 1

    def is_open(self, bill: Json) -> bool:
        """Whether nobody has paid it."""
        return not self.money.offers[bill["message_id"]].paid

    def pay(self, person: Person, bill: Json, times: int) -> None:
        """Pay an invoice, perhaps from two phones at once."""
        forms = [person.form(bill) for _ in range(times)]
        for form in forms:
            person.pay(form)

    async def deeds(self) -> None:
        """What befalls the shop."""
        for _ in range(ROUNDS):
            await asyncio.sleep(self.dice.uniform(0.1, 0.8))
            answered = self.telegram.count("answerCallbackQuery") + ALIVE
            with suppress(WaitError):
                await self.telegram.wait(lambda: self.telegram.count("answerCallbackQuery") >= answered, 5.0)  # noqa: B023
            deed = self.dice.choices([*DEEDS], [*DEEDS.values()])[0]
            method, kind = self.dice.choice(METHODS), self.dice.choice(KINDS)
            self.outcome.log.append(f"{time.strftime('%H:%M:%S')} {deed} {method} {kind}")
            await self.do(deed, method, kind)
        self.are_done = True

    def is_over(self) -> bool:
        """Whether people have had enough."""
        has_enough = len(self.money.payments) >= WANTED or time.monotonic() > self.started + LONGEST
        return self.are_done and has_enough

    async def do(self, deed: str, method: str, kind: str) -> None:
        """One deed."""
        if deed == "kill":
            self.kill()
        elif deed == "stop":
            for bot in self.fleet.running[-1:]:
                self.fleet.stop(bot)
        elif deed == "overlap":
            await self.fleet.start()
        elif deed == "cut":
            self.telegram.cut = True
            await asyncio.sleep(self.dice.uniform(0.1, 1.0))
            self.telegram.cut = False
        elif deed == "fault":
            value = 1 if kind == "429" else None
            self.telegram.faults.add(method, cast("Kind", kind), times=self.dice.randint(1, 3), value=value)
            self.outcome.faults += 1
        else:
            await self.ambush(self.dice.choice(AMBUSHES))

    async def ambush(self, method: str) -> None:
        """Kill the shop as soon as a call of this method arrives: it takes effect, and nobody hears of it."""
        before = self.telegram.count(method)
        with suppress(WaitError):
            await self.telegram.wait(lambda: self.telegram.count(method) > before, 2.0)
            self.kill()

    def kill(self) -> None:
        """Whatever runs."""
        for bot in self.fleet.running:
            self.fleet.kill(bot)

    async def settle(self) -> None:
        """Every payment comes to its end, is stored and confirmed; then the shop stops in good order."""
        await self.telegram.wait(self.is_settled, SETTLING)
        bot = await self.fleet.alone(SETTLING)
        self.fleet.stop(bot)
        await self.fleet.changed.until(lambda: not bot.running, SETTLING)

    def is_settled(self) -> bool:
        """Nobody waits for anything."""
        if self.telegram.bot().queue or any(not checkout.outcome for checkout in self.money.checkouts.values()):
            return False
        tables = stored(self.telegram).get("tables", {})
        states = {order["state"] for order in named(tables, "orders")}
        return states <= SETTLED and not named(tables, "errands") and not self.unbalanced(tables)

    def unbalanced(self, tables: Json) -> list[str]:
        """Whose Stars are not where they should be, in words."""
        wallets = {wallet["person"]: wallet["amount"] for wallet in named(tables, "wallets")}
        outcome = self.outcome
        outcome.payments, outcome.stars, outcome.wallets, outcome.delivered, outcome.refunded = 0, 0, 0, 0, 0
        found = []
        for person in self.people:
            payments = [one for one in self.money.payments.values() if one.user["id"] == person.id]
            paid = sum(one.invoice.amount for one in payments)
            back = sum(one.invoice.amount for one in payments if one.refunded)
            wallet, goods = wallets.get(person.id, 0), KEY * len(codes(person)) + BEAR * len(person.gifts)
            outcome.payments += len(payments)
            outcome.stars, outcome.wallets = outcome.stars + paid, outcome.wallets + wallet
            outcome.delivered, outcome.refunded = outcome.delivered + goods, outcome.refunded + back
            if paid != wallet + goods + back or wallet < 0:
                found.append(f"{person.id}: paid {paid}, wallet {wallet}, goods {goods}, paid back {back}")
        return found

    def state(self) -> str:
        """What is left undone, in words."""
        tables = stored(self.telegram).get("tables", {})
        open_orders = [order["id"] for order in named(tables, "orders") if order["state"] not in SETTLED]
        errands = [(errand["kind"], errand["subject"]) for errand in named(tables, "errands")]
        return f"open {open_orders}, errands {errands}, {len(self.telegram.bot().queue)} updates wait"

    def close(self) -> None:
        """Draw up the accounts."""
        outcome = self.outcome
        outcome.kills, outcome.stops = self.fleet.kills, self.fleet.stops
        outcome.complaints += self.unbalanced(stored(self.telegram).get("tables", {}))
        if outcome.payments < PEOPLE:
            outcome.complaints.append(f"only {outcome.payments} payments arrived")
        owners = [code for person in self.people for code in codes(person)]
        if len(owners) != len(set(owners)):
            outcome.complaints.append("a code has two owners")
        kinds = [one["receiver"].get("transaction_type") for one in self.money.transactions if "receiver" in one]
        spent = kinds.count("gift_purchase")
        if spent != sum(len(person.gifts) for person in self.people):
            outcome.complaints.append(f"{spent} gifts were bought")
        outcome.complaints += self.fleet.complaints()
        for bot in self.fleet.bots:
            outcome.log += [f"-- process {bot.pid}, status {bot.status}", *bot.lines]


def codes(person: Person) -> set[str]:
    """The codes that somebody has got; one that was sent again is one."""
    return {text.rpartition("\n")[2] for text in person.answers if text.startswith("🔑 Ключ\n\nCODE")}


def named(tables: Json, name: str) -> list[Json]:
    """A table's rows by the names of its columns."""
    table = tables.get(name, {"columns": [], "rows": []})
    return [dict(zip(table["columns"], row, strict=True)) for row in table["rows"]]


def token(seed: int) -> str:
    """A token of its own for each run."""
    return f"{7000 + seed}:TEST"


async def play(seed: int, make: Launcher, folder: Path) -> Outcome:
    """Play a seed; files go to `folder`."""
    env_file = folder / f"shop{seed}.env"
    env_file.write_text("# where the bot remembers its backup chat\n", encoding="utf-8")
    telegram = Telegram(limits=Limits() if seed % 2 else None)
    telegram.add_bot(token(seed))
    return await play_out(telegram, lambda url: Run(seed, telegram, make, url, env_file))


if __name__ == "__main__":
    sys.exit(Seeds("tests.chaos.shop", __doc__, play, COLUMNS).main())
