"""What owners of other shops report of Stars and gifts, and what happens here instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emulator.state.money import Invoice, buyer
from emulator.state.payments import settle
from tests.bots.shop.stage import FREE, button, card, fill, invoice, open_shop, order_in, rows, seen, told
from tests.stories.harness import PATIENCE

if TYPE_CHECKING:
    from emulator.state.chats import Json
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Bot

pytestmark = pytest.mark.long


def arrive(telegram: Telegram, person: Person, about: Json) -> None:
    """The service message of a payment comes, once more or from nowhere."""
    bot = telegram.bot()
    receipt = {"invoice_payload": "x", "provider_payment_charge_id": "", **about}
    bot.tell(person.chat, bot.new_message(person.chat, person.user, {"successful_payment": receipt}))


async def test_payments_that_others_report(bot: Bot, telegram: Telegram) -> None:
    """From another life, beyond a page of the list, twice, by somebody else, in another currency, at an old price."""
    await bot.start(BOT="shop", **FREE)
    anna, boris = (telegram.person(number, first_name="X") for number in (1001, 1002))
    await told(anna, "/start")  # there is no shop yet
    money, clock = telegram.bot().money, telegram.clock
    money.receive(30, buyer(anna.user, Invoice("x", "x", "another life", 30)))
    second = int(clock.now())
    await telegram.wait(lambda: int(clock.now()) > second, PATIENCE)
    admin = await open_shop(bot, telegram)
    paid = await fill(anna, 50)
    for _ in range(2):
        arrive(telegram, anna, {"currency": "XTR", "total_amount": 50, "telegram_payment_charge_id": paid.charge_id})
    arrive(telegram, anna, {"currency": "EUR", "total_amount": 99, "telegram_payment_charge_id": "of-another-kind"})
    await seen(admin, "⚠️ Платёж of-anoth: EUR, а магазин продаёт только за звёзды")
    await card(anna, "key")
    await button(anna, "⭐ Звёздами Telegram")
    bill = anna.form(await invoice(anna, 2))
    await told(admin, "/price key 33")
    settle(telegram.bot(), boris.pay(bill))  # forwarded to him; as if it had been let through
    await seen(boris, "💰 Платёж 30 ⭐ возвращён")
    assert (await anna.paid(bill)).outcome == "paid"  # at the price that it says
    await seen(anna, "🎉 Покупка успешна!")
    opened = await card(anna, "key")
    await told(admin, "/price key 34")
    assert await button(anna, "💰 С баланса", opened) == ""
    await anna.wait(lambda: any("💵 Цена: 34 ⭐" in text for text in anna.answers), PATIENCE)
    for _ in range(250):
        money.receive(1)
    await told(boris, "60")
    await button(boris, "⭐ Звёздами Telegram")
    await telegram.wait(lambda: len(rows(telegram, "orders")) == 3, PATIENCE)
    waiting = await invoice(boris)
    wanted, telegram.bot().allowed_updates = telegram.bot().allowed_updates, frozenset()
    settle(telegram.bot(), boris.pay(waiting))  # and no update tells of it
    telegram.bot().allowed_updates = wanted
    admin.send("/reconcile")
    assert (await seen(admin, "⚠️ Сверка: операций 25")).endswith(", исправлено 1")
    assert await told(anna, "/balance") == "💰 Ваш баланс 💰\n\n💳 Доступно: 50 ⭐"


async def test_gifts_and_refunds_that_others_report(bot: Bot, telegram: Telegram) -> None:
    """Sold out, a balance that is too low, a charge that was refunded already."""
    admin = await open_shop(bot, telegram)
    anna = telegram.person(1001, first_name="Анна")
    paid, kept = await fill(anna, 100), await fill(anna, 80)
    money = telegram.bot().money
    telegram.gifts.add("777", 40, total=1)
    await told(admin, "/add gift rare 50 777 Редкий")
    await card(anna, "rare")
    await button(anna, "💰 С баланса")
    await seen(anna, "🎉 Покупка успешна!")
    await told(anna, "/purchase")
    assert await button(anna, "Редкий — нет в наличии") == ""
    await card(anna, "rare")
    assert await button(anna, "⭐ Звёздами Telegram") == "Товар закончился"
    money.balance = 10
    await card(anna, "bear")
    await button(anna, "💰 С баланса")
    failed = order_in(await seen(anna, "⚠️ Не удалось выдать товар ⚠️"))
    assert "BALANCE_TOO_LOW" in await seen(admin, f"⚠️ Заказ {failed}: не выдан (")
    assert await told(admin, f"/refund {failed}") == f"ℹ️ {failed}: уже возвращён"
    admin.send(f"/refund {kept.charge_id}")
    await seen(admin, f"⚠️ {kept.charge_id}: Telegram отказал, 80 ⭐ в кошелёк")
    await seen(anna, "💰 Возврат: 80 ⭐ на баланс")
    money.balance = 5000
    telegram.faults.add("refundStarPayment", "reset_after")
    admin.send(f"/refund {paid.charge_id}")
    await seen(admin, f"💰 {paid.charge_id}: возвращено 100 ⭐")
    assert await told(admin, f"/refund {paid.charge_id}") == f"ℹ️ {paid.charge_id}: уже возвращён"
    assert sum(one["id"] == paid.charge_id for one in money.transactions) == 2
    assert await told(anna, "/balance") == "💰 Ваш баланс 💰\n\n💳 Доступно: 30 ⭐"
