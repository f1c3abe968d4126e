"""The shop: updates and requests of a minute at once, with their percentiles; and many orders in memory and stored."""

import asyncio
import secrets
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from bots import load
from bots.shop import catalogue, orders, wishes
from bots.shop.screens import new_id
from bots.shop.shop import meet
from bots.shop.wishes import Wish
from emulator.http.server import Server, serve
from emulator.state.people import Person
from emulator.state.telegram import Telegram
from pinstore import Store, Tables
from runtime.tables import tables_of
from tests.benchmarks.proc import resident_bytes
from tests.benchmarks.report import Report
from tests.benchmarks.samples import Samples
from tests.benchmarks.session import bot_at
from tests.bots.shop.stage import open_shop, told
from tests.stories.launcher import TOKEN, Bot, Spawner
from tests.stories.ports import free_port

PEOPLE = 100
"""Buyers who send and press, one after the other."""
A_MINUTE = 1_000
"""Updates in a minute, and as many requests."""
TEXTS = ("/balance", "/purchase", "/history", "/start key", "/paysupport")
PATIENCE = 60.0
PRICE = 90
STEP = 1_000
"""Orders that are written at once."""


async def measure_shop(report: Report, seconds: float, stored: int) -> None:
    """Add the rows: a load for so long, and so many orders."""
    async with opened() as (telegram, _, bot):
        port = free_port()
        env = {"METRICS_PORT": str(port), "JWT_SECRET": secrets.token_hex(32), "RATE_LIMIT_USER_MESSAGES": "100000"}
        admin = await open_shop(bot, telegram, **env)
        token = await told(admin, "/token admin")
        people = [telegram.person(1001 + number, first_name="Анна") for number in range(PEOPLE)]
        for person in people:
            await told(person, "/start")
        async with ClientSession(f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {token}"}) as http:
            handled = await handling(http)
            answers, requests = await asyncio.gather(
                paced(seconds, lambda number: say(people[number % PEOPLE], TEXTS[number % len(TEXTS)])),
                paced(seconds, lambda number: ask(http, people[number % PEOPLE].id, number)),
            )
            below = share_below(handled, await handling(http))
    for share, name in ((0.5, "median"), (0.95, "p95"), (0.99, "p99")):
        about = f"{A_MINUTE} updates and {A_MINUTE} requests a minute, {name}"
        report.add(f"an update to its answer, {about}", PEOPLE, "s", Samples([percentile(answers, share)]))
        report.add(f"a request to its answer, {about}", PEOPLE, "s", Samples([percentile(requests, share)]))
    report.add("per cent of updates that were handled within 100 ms", PEOPLE, "", Samples([100 * below]))
    await measure_orders(report, stored)


async def measure_orders(report: Report, number: int) -> None:
    """What so many orders take: memory, the stored copy, and the time to restore it."""
    async with opened() as (telegram, server, bot):
        place, size = await fill(telegram, server, number)
        started = time.perf_counter()
        await bot.start(BOT="shop", ADMIN_ID=str(place[0]), CONFIG_ID=str(place[1]), BACKUP_INTERVAL="30")
        await bot.ready()
        seconds = time.perf_counter() - started
        resident = resident_bytes(bot.pid)
    report.add("orders: memory of the whole shop", number, "B", Samples([resident]))
    report.add("orders: bytes of a save of everything", number, "B", Samples([size]))
    report.add("orders: from the start to the restored shop", number, "s", Samples([seconds]))


async def fill(telegram: Telegram, server: Server, number: int) -> tuple[tuple[int, int], int]:
    """Store so many orders as a shop does; where the document lies, and the bytes that were sent."""
    telegram.person(1).send("/start")
    async with bot_at(server.url) as client:
        store = Store(client, tables_of(load("shop")), name="shop", history="0h 0d")
        await store.open()
        place = await store.create(1)
        for first in range(0, number, STEP):
            await store.write(lambda tables: buy(tables, first, min(first + STEP, number)), update=None)  # noqa: B023
        status = await store.save()
        size = status.document_bytes + status.parts_bytes
        await store.close()
    return (place.chat_id, place.message_id), size


def buy(tables: Tables, first: int, last: int) -> None:
    """Orders of people of whom each fills his wallet and buys Premium, five times."""
    if not catalogue.find(tables, "premium"):
        catalogue.add(tables, "premium", "premium", PRICE, "3", "Премиум на три месяца", "")
    for number in range(first, last):
        person, at = 100_000_000 + number // 10, 1_790_000_000 + number
        wish = Wish(new_id(), person, at, at + 900, number)
        meet(tables, person, "Анна")
        if number % 2 == 0:
            wishes.fill(tables, wish, PRICE, "Пополнение баланса")
            orders.pay(tables, wish.id, secrets.token_hex(24), person, PRICE, at)
        elif (order := wishes.buy(tables, wish, "premium", PRICE)[1]) and orders.turn(
            tables, order, orders.DELIVERING, at
        ):
            orders.turn(tables, order._replace(state=orders.DELIVERING), orders.DELIVERED, at)


async def paced(seconds: float, work: Callable[[int], Awaitable[object]]) -> list[float]:
    """Do it so often in a minute, each in its time whatever the others take; how long each has taken."""
    taken: list[float] = []

    async def one(number: int) -> None:
        await asyncio.sleep(number * 60 / A_MINUTE)
        started = time.perf_counter()
        await work(number)
        taken.append(time.perf_counter() - started)

    await asyncio.gather(*map(one, range(int(seconds * A_MINUTE / 60))))
    return taken


async def say(person: Person, text: str) -> None:
    """Send something, and wait for the answer."""
    person.send(text)
    await person.answer(timeout=PATIENCE)


async def ask(http: ClientSession, person: int, number: int) -> None:
    """Ask for a balance or for transactions."""
    path = f"/api/v1/users/{person}/balance" if number % 2 else f"/api/v1/transactions?user_id={person}"
    async with http.get(path) as answer:
        answer.raise_for_status()
        await answer.read()


async def handling(http: ClientSession) -> Mapping[str, float]:
    """How many updates were handled so far within each bound, as the shop itself counts them."""
    async with http.get("/metrics") as answer:
        families = text_string_to_metric_families(await answer.text())
    name = "telegram_bot_response_time_seconds_bucket"
    samples = [sample for family in families for sample in family.samples if sample.name == name]
    return {sample.labels["le"]: sample.value for sample in samples}


def share_below(before: Mapping[str, float], after: Mapping[str, float]) -> float:
    """Of the updates between, the share that was handled within 100 ms."""
    return (after["0.1"] - before["0.1"]) / max(after["+Inf"] - before["+Inf"], 1)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so many are not above."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[Telegram, Server, Bot]]:
    """A Telegram, and a bot that is not started yet."""
    telegram, starter = Telegram(limits=None), Spawner()  # as users start it: a fork would have what others need
    telegram.add_bot(TOKEN)
    with tempfile.TemporaryDirectory() as folder:
        env_file = Path(folder) / ".env"
        env_file.write_text("# settings\n", encoding="utf-8")
        async with serve(telegram) as server:
            bot = Bot(starter, server.url, env_file)
            try:
                yield telegram, server, bot
            finally:
                await bot.close()
                starter.close()
