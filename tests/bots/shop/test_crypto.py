"""Top-ups in crypto currencies against a strict processor: what it says counts, once, whoever brings the news."""

from __future__ import annotations

import re
import time
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession

from bots.shop.heleket import SECONDS
from emulator.heleket.processor import Processor
from emulator.heleket.server import serve
from tests.bots.shop.stage import FREE, button, forged, invoice, order_in, seen, told
from tests.stories.harness import PATIENCE, set_up
from tests.stories.ports import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Bot
    from tests.stories.moment import Moment

pytestmark = pytest.mark.long

KEY = "a-key-that-nobody-may-read"
AWAY = "⚠️ Оплата криптовалютой временно недоступна\n\n💡 Попробуйте позже или оплатите звёздами"
CREATE, INFO = "/v1/payment", "/v1/payment/info"


@asynccontextmanager
async def crypto(bot: Bot, telegram: Telegram, **env: str) -> AsyncIterator[tuple[Processor, Person]]:
    """A shop that takes crypto, its processor, and the admin; nothing secret is in the log."""
    processor = Processor("merchant-1", KEY)
    async with serve(processor) as server:
        assert server.url == processor.base
        await bot.start(BOT="shop", **FREE, **heleket(processor), **env)
        yield processor, await set_up(bot, telegram)
        assert processor.forged == 0
        assert KEY not in bot.output


async def wanted(person: Person, stars: int) -> str:
    """Ask for an invoice in crypto and wait for it; its order."""
    before = sum(text.startswith("✅ Создан счёт") for text in person.answers)
    await told(person, str(stars))
    await button(person, "💎 Криптовалютой")
    return order_in(await seen(person, "✅ Создан счёт", before + 1))


async def test_a_buyer_fills_his_wallet_with_crypto(bot: Bot, telegram: Telegram) -> None:
    """Invoice, statuses, credit once, overpayment, refusal of a refund; nothing that is known is asked again."""
    async with crypto(bot, telegram, HELEKET_POLL="0.1", STAR_PRICE="0.0234") as (processor, admin):
        anna = telegram.person(1001, first_name="Анна")
        order = await wanted(anna, 50)
        made = processor.invoices[order]
        assert (made.amount, made.currency, made.lifetime, made.url_callback) == ("1.17", "USDT", 900, "")
        assert anna.newest == (
            "✅ Создан счёт на пополнение баланса на 50 ⭐\n\n💳 К оплате: 1.17 USDT\n"
            f"🔗 Ссылка на оплату: {made.url}\n🧾 Заказ: {order}\n⏳ Статус: ожидает оплаты\n\n"
            "⏰ Счёт действителен 15 мин."
        )
        rows = [[one["text"] for one in row] for row in anna.messages[-1]["reply_markup"]["inline_keyboard"]]
        assert rows == [["🔗 Перейти к оплате"], ["🔍 Проверить оплату", "❌ Отменить"]]
        for status, word in (("confirm_check", "подтверждается"), ("locked", "на проверке"), ("cancel", "не оплачен")):
            processor.move(order, status, is_final=False)
            await anna.wait(lambda: f"⏳ Статус: {word}\n" in anna.newest, PATIENCE)  # noqa: B023 - awaited here
        processor.move(order, "paid_over", "1.5")
        assert await seen(anna, "✅ Платеж успешен!") == "✅ Платеж успешен! +50 ⭐\n💰 Баланс: 50 ⭐"
        await seen(admin, f"ℹ️ Заказ {order}: переплата, пришло 1.5 из 1.17 USDT")
        assert any("⏳ Статус: оплачен\n" in text for text in anna.answers)
        looks = processor.count(INFO)
        assert (await told(admin, f"/order {order}")).startswith(f"🧾 {order}: delivered\n")
        assert (await told(admin, f"/refund {order}")).startswith(f"❌ {order}: пополнение криптовалютой возвращают")
        assert "1. 💳 Пополнение +50 ⭐\n   ✅ Выполнено" in await told(anna, "/history")
        assert processor.count(CREATE) == 1
        assert processor.count(INFO) == looks


async def test_invoices_that_are_not_simply_paid(bot: Bot, telegram: Telegram, moment: Moment) -> None:
    """Cancelled and expired ones stay payable; a part of the sum credits nothing; the rest ends unpaid."""
    async with crypto(bot, telegram, HELEKET_POLL="0.1", ORDER_TTL="60") as (processor, admin):
        anna, boris = (telegram.person(number, first_name="X") for number in (1001, 1002))
        cancelled = await wanted(anna, 10)
        assert processor.invoices[cancelled].lifetime == 300
        await button(anna, "❌ Отменить")
        await seen(anna, "❌ Заказ отменён ❌")
        expired, part = await wanted(anna, 20), await wanted(boris, 30)
        processor.move(part, "wrong_amount_waiting")
        await boris.wait(lambda: "⏳ Статус: оплачен не полностью, ждём остаток\n" in boris.newest, PATIENCE)
        processor.move(part, "wrong_amount", "0.1")
        assert await seen(boris, "⚠️ Счёт") == f"⚠️ Счёт оплачен не полностью\n🧾 Заказ: {part}"
        await seen(admin, f"⚠️ Заказ {part}: оплачен не полностью, пришло 0.1 из 0.60 USDT")
        moment.pass_by(timedelta(minutes=2))
        looks = processor.count(INFO, expired)
        await processor.wait(lambda: processor.count(INFO, expired) > looks + 25)
        assert "⌛ Истекло" in await told(anna, "/history")
        for number, order in enumerate((cancelled, expired), 1):
            processor.move(order, "paid")
            await seen(anna, "✅ Платеж успешен!", number)
        assert await told(anna, "/balance") == "💰 Ваш баланс 💰\n\n💳 Доступно: 30 ⭐"
        processor.fail("lost")
        await told(boris, "60")
        await button(boris, "💎 Криптовалютой")
        found = order_in(await seen(boris, "✅ Создан счёт", 2))  # by a look
        assert processor.count(CREATE, found) == 1
        unpaid, odd = await wanted(boris, 40), await wanted(boris, 50)
        processor.move(unpaid, "fail")
        processor.move(odd, "refund_paid")
        await seen(admin, f"⚠️ Заказ {odd}: статус refund_paid")
        assert await told(boris, "/balance") == "💰 Ваш баланс 💰\n\n💳 Доступно: 0 ⭐"
        assert (await told(admin, f"/order {unpaid}")).startswith(f"🧾 {unpaid}: expired\n")


async def test_presses_ask_the_processor_seldom(bot: Bot, telegram: Telegram) -> None:
    """Twenty presses make one invoice, ten start one look, a stranger's none; Stars and crypto are one order."""
    async with crypto(bot, telegram, HELEKET_POLL="3600") as (processor, _):
        anna, boris = (telegram.person(number, first_name="X") for number in (1001, 1002))
        await told(anna, "50")
        screen = anna.messages[-1]
        queries = [anna.press("💎 Криптовалютой", screen) for _ in range(20)]
        order = order_in(await seen(anna, "✅ Создан счёт"))
        await anna.wait(lambda: all(anna.alert(query) for query in queries), PATIENCE)
        said = [str((anna.alert(query) or {}).get("text")) for query in queries]
        assert sorted(said) == ["Счёт уже выставлен"] * 19 + ["⏳ Обрабатываем покупку..."]
        presses = [anna.press("🔍 Проверить оплату") for _ in range(10)]
        await anna.wait(lambda: all(anna.alert(query) for query in presses), PATIENCE)
        await processor.wait(lambda: processor.count(INFO))
        assert (processor.count(CREATE), processor.count(INFO)) == (1, 1)
        await told(boris, "/start")
        for data in (f"look:{order}", f"cancel:{order}", f"look:{'a' * 16}", f"coin:{'a' * 16}:0", f"top:{order}:50"):
            assert await forged(telegram, boris, data) == "❓ Неизвестное действие"
        assert await forged(telegram, anna, f"top:{order}:50") == "Счёт уже выставлен"
        assert processor.count(INFO) == 1


async def test_a_processor_that_fails_is_left_alone(bot: Bot, telegram: Telegram) -> None:
    """What failed is asked again by a press alone, for the same order; then nothing is sent; the admin is told once."""
    limits = {"CIRCUIT_BREAKER_FAILURE_THRESHOLD": "3", "CIRCUIT_BREAKER_TIMEOUT": "3600"}
    async with crypto(bot, telegram, HELEKET_POLL="3600", **limits) as (processor, admin):
        anna = telegram.person(1001, first_name="Анна")
        await told(anna, "50")
        for number, kind in enumerate(("lost", "503", "not json"), 1):
            processor.fail(kind)
            edits = telegram.count("editMessageText")
            await button(anna, "💎 Криптовалютой" if number == 1 else "🔄 Повторить")
            await processor.wait(lambda: processor.count(CREATE) == number)  # noqa: B023 - awaited here
            await telegram.wait(lambda: telegram.count("editMessageText") > edits, PATIENCE)  # noqa: B023
            await anna.wait(lambda: anna.newest == AWAY, PATIENCE)
        assert len({call.said["order_id"] for call in processor.calls}) == 1
        await seen(admin, "⚠️ Heleket не отвечает")
        await button(anna, "🔄 Повторить")
        await button(anna, "⬅️ Назад")
        await told(anna, "60")
        await button(anna, "💎 Криптовалютой")
        await seen(anna, AWAY)
        rows = [[one["text"] for one in row] for row in anna.messages[-1]["reply_markup"]["inline_keyboard"]]
        assert rows == [["🔄 Повторить"], ["⬅️ Назад"]]
        assert processor.count(CREATE) == 3
        assert sum(text.startswith("⚠️ Heleket не отвечает") for text in admin.answers) == 1


async def test_an_invoice_that_is_refused(bot: Bot, telegram: Telegram) -> None:
    """Is told to both; one that is not answered within ten seconds is not waited for, though the press was answered."""
    async with crypto(bot, telegram, HELEKET_POLL="3600") as (processor, admin):
        anna = telegram.person(1001, first_name="Анна")
        processor.merchant = "another"
        await told(anna, "50")
        await button(anna, "💎 Криптовалютой")
        await seen(anna, "⚠️ Счёт не создан\n\n💡 Выберите другую сумму или оплатите звёздами")
        await seen(admin, "⚠️ Заказ ")
        assert "Heleket не создал счёт (HTTP 401: Invalid Sign.)" in admin.newest
        assert "🚫 Отменено" in await told(anna, "/history")
        processor.merchant, processor.forged = "merchant-1", 0
        processor.held.clear()
        began = time.monotonic()
        await told(anna, "60")
        assert await button(anna, "💎 Криптовалютой") == "⏳ Обрабатываем покупку..."
        await processor.wait(lambda: processor.count(CREATE) == 1)
        called = time.monotonic()
        await told(telegram.person(1002, first_name="Борис"), "/start")  # nobody else waits for the processor
        assert time.monotonic() - called < SECONDS
        await seen(anna, AWAY)
        assert time.monotonic() - began >= SECONDS
        processor.held.set()
        await button(anna, "🔄 Повторить")
        await seen(anna, "✅ Создан счёт")


@pytest.mark.parametrize("moment", ["before the call", "in the call", "after the payment"])
async def test_money_survives_kills(bot: Bot, telegram: Telegram, moment: str) -> None:
    """An invoice is made once for an order, and its payment is credited once, wherever the process is killed."""
    async with crypto(bot, telegram, HELEKET_POLL="0.2") as (processor, admin):
        anna = telegram.person(1001, first_name="Анна")
        await told(anna, "50")
        if moment == "before the call":
            processor.fail("reset")
        elif moment == "in the call":
            processor.held.clear()
        await button(anna, "💎 Криптовалютой")
        await processor.wait(lambda: processor.count(CREATE) == 1)
        if moment == "after the payment":
            order = order_in(await seen(anna, "✅ Создан счёт"))
            processor.move(order, "paid")
            await anna.wait(lambda: any(text.startswith("✅ Платеж") for text in anna.answers), PATIENCE)
        await bot.kill()
        processor.held.set()
        await bot.start(BOT="shop", **heleket(processor), HELEKET_POLL="0.2")
        await bot.ready()
        if moment == "before the call" and anna.newest == AWAY:
            await button(anna, "🔄 Повторить")
        order = order_in(await seen(anna, "✅ Создан счёт"))
        assert list(processor.invoices) == [order]
        processor.move(order, "paid")
        await seen(anna, "✅ Платеж успешен! +50 ⭐\n💰 Баланс: 50 ⭐")
        assert await told(anna, "/balance") == "💰 Ваш баланс 💰\n\n💳 Доступно: 50 ⭐"
        assert (await told(admin, "/reconcile")).startswith("✅ Сверка: ")


async def test_webhooks(bot: Bot, telegram: Telegram) -> None:
    """A signed one starts one look; all else is refused and changes nothing; none ever credits by itself."""
    port = free_port()
    env = {"HELEKET_POLL": "3600", "METRICS_PORT": str(port), "PUBLIC_URL": "https://shop.example/bot/"}
    async with crypto(bot, telegram, **env) as (processor, _), ClientSession() as session:
        anna = telegram.person(1001, first_name="Анна")
        order = await wanted(anna, 50)
        assert processor.invoices[order].url_callback == "https://shop.example/bot/webhook/heleket"
        url = f"http://127.0.0.1:{port}/webhook/heleket"

        async def posted(body: bytes, **headers: str) -> int:
            async with session.post(url, data=body, headers=headers) as response:
                return response.status

        good = processor.webhook(order, status="paid", is_final=True)
        assert b"\\/" in good
        unsigned = re.sub(rb',"sign":"[0-9a-f]{32}"', b"", good)
        bare = unsigned.replace(b"\\/", b"/")
        forged_ones = {
            good.replace(b"paid", b"process"): 403,
            unsigned: 403,
            bare[:-1] + good[len(unsigned) - 1 :]: 403,
            good[:-1] + good[len(unsigned) - 1 :]: 403,
            b"[]": 403,
            b"{}": 403,
            b'{"sign":""}': 403,
            b"": 400,
            b"sign=1": 400,
            b"\xff": 400,
            b'{"a":NaN}': 400,
            b"[" * 60_000: 400,
            b" " * 65_537: 413,
        }
        for body, status in forged_ones.items():
            assert await posted(body) == status, body[:80]
        assert processor.count(INFO) == 0
        assert [await posted(processor.webhook(order, first=first)) for first in (False, True)] == [200, 200]
        await processor.wait(lambda: processor.count(INFO) >= 1)
        assert await posted(processor.webhook(order, order_id="a" * 16)) == 200
        half = rb'{"order_id":"\ud800"}'  # which no table can be asked for
        assert await posted(half[:-1] + f',"sign":"{processor.signature(half)}"}}'.encode()) == 200
        async with session.get(url) as response:
            assert (response.status, list(await response.json())) == (405, ["error"])
        assert await told(anna, "/balance") == "💰 Ваш баланс 💰\n\n💳 Доступно: 0 ⭐"
        processor.move(order, "paid")
        assert await posted(processor.webhook(order, first=True)) == 200
        await seen(anna, "✅ Платеж успешен! +50 ⭐\n💰 Баланс: 50 ⭐")
        looks = processor.count(INFO)
        assert await posted(good) == 200
        assert processor.count(INFO) == looks <= 4
        assert await told(anna, "/balance") == "💰 Ваш баланс 💰\n\n💳 Доступно: 50 ⭐"


async def test_without_crypto_there_is_no_sign_of_it(bot: Bot, telegram: Telegram) -> None:
    """No button, no press, no route."""
    port = free_port()
    await bot.start(BOT="shop", METRICS_PORT=str(port), PUBLIC_URL="https://shop.example")
    await set_up(bot, telegram)
    anna = telegram.person(1001, first_name="Анна")
    await told(anna, "50")
    assert "Криптовалютой" not in str(anna.messages[-1])
    await button(anna, "⭐ Звёздами Telegram")
    await invoice(anna)
    for data in (f"coin:{'a' * 16}:50", f"again:{'a' * 16}:50", f"look:{'a' * 16}"):
        assert await forged(telegram, anna, data) == "❓ Неизвестное действие"
    async with ClientSession() as session, session.post(f"http://127.0.0.1:{port}/webhook/heleket") as response:
        assert response.status == 404


def heleket(processor: Processor) -> dict[str, str]:
    """What makes a shop its merchant."""
    return {"HELEKET_MERCHANT": processor.merchant, "HELEKET_API_KEY": processor.key, "HELEKET_URL": processor.base}
