"""Money and goods under kill -9 and lost answers: what was paid is delivered or paid back, once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from emulator.state.payments import settle
from tests.bots.shop.stage import button, card, fill, invoice, open_shop, rows, seen, told
from tests.stories.harness import PATIENCE
from tests.stories.pausing import SIGCONT, SIGSTOP

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.launcher import Bot

pytestmark = pytest.mark.long


async def again(bot: Bot) -> None:
    """The bot is killed and started."""
    await bot.kill()
    await bot.start(BOT="shop")
    await bot.ready()


async def test_payments_survive_kills(bot: Bot, telegram: Telegram) -> None:
    """In the moment after the payment, and when Telegram has no update of it any more; each is credited once."""
    admin = await open_shop(bot, telegram)
    anna = telegram.person(1001, first_name="Анна")
    await fill(anna, 50)
    await told(anna, "70")
    await button(anna, "⭐ Звёздами Telegram")
    assert (await anna.paid(await invoice(anna, 2))).outcome == "paid"
    await again(bot)
    await seen(anna, "✅ Платеж успешен! +70 ⭐\n💰 Баланс: 120 ⭐")
    await told(anna, "90")
    await button(anna, "⭐ Звёздами Telegram")
    bill = await invoice(anna, 3)
    await telegram.wait(lambda: len(rows(telegram, "orders")) == 3, PATIENCE)
    await bot.kill()
    settle(telegram.bot(), anna.pay(bill))  # as if it had been killed right after its `ok`
    telegram.bot().queue.clear()
    await bot.start(BOT="shop")
    await seen(anna, "✅ Платеж успешен! +90 ⭐\n💰 Баланс: 210 ⭐")
    await seen(admin, "⚠️ Сверка: операций ")
    assert (await told(admin, "/reconcile")).startswith("✅ Сверка: ")
    assert await told(anna, "/balance") == "💰 Ваш баланс 💰\n\n💳 Доступно: 210 ⭐"


async def test_gifts_and_refunds_happen_once(bot: Bot, telegram: Telegram) -> None:
    """Answers that are lost, and a kill before the store knows what has happened."""
    admin = await open_shop(bot, telegram)
    anna = telegram.person(1001, first_name="Анна")
    paid = await fill(anna, 1200)
    telegram.faults.add("sendGift", "500")
    telegram.faults.add("sendGift", "reset_after")
    await card(anna, "bear")
    await button(anna, "💰 С баланса")
    await anna.wait(lambda: anna.gifts, PATIENCE)
    await again(bot)
    await seen(anna, "🎉 Покупка успешна!")
    telegram.faults.clear()
    telegram.faults.add("giftPremiumSubscription", "timeout_after")
    await card(anna, "prem")
    await button(anna, "💰 С баланса")
    await telegram.wait(lambda: anna.user.get("is_premium"), PATIENCE)
    await again(bot)
    await seen(anna, "🎉 Покупка успешна!", 2)
    money = telegram.bot().money
    kinds = [one["receiver"]["transaction_type"] for one in money.transactions if "receiver" in one]
    assert kinds == ["gift_purchase", "premium_purchase"]
    assert len(anna.gifts) == 1
    await told(admin, "/bonus 1001 1200")
    telegram.faults.add("refundStarPayment", "timeout_after")
    admin.send(f"/refund {paid.charge_id}")
    await telegram.wait(lambda: money.payments[paid.charge_id].refunded, PATIENCE)
    await again(bot)
    await seen(anna, "💰 Возврат: 1200 ⭐")
    assert await told(admin, f"/refund {paid.charge_id}") == f"ℹ️ {paid.charge_id}: уже возвращён"
    assert sum(one["id"] == paid.charge_id for one in money.transactions) == 2
    assert await told(anna, "/balance") == "💰 Ваш баланс 💰\n\n💳 Доступно: 60 ⭐"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows pauses no process")
async def test_a_gift_is_left_to_whoever_has_the_tables_by_now(new_bot: NewBot, telegram: Telegram) -> None:
    """A process that is to wait before it tries again is paused; it goes on when another has given the gift."""
    old, new = new_bot(BOT="shop"), new_bot(BOT="shop")
    await open_shop(old, telegram)
    anna = telegram.person(1001, first_name="Анна")
    await fill(anna, 100)
    telegram.faults.add("sendGift", "429", times=1, value=3)
    await card(anna, "bear")
    await button(anna, "💰 С баланса")
    await telegram.wait(lambda: telegram.count("sendGift") == 1, PATIENCE)
    old.signal(SIGSTOP)
    await new.start(BOT="shop")
    await anna.wait(lambda: anna.gifts, PATIENCE)
    old.signal(SIGCONT)
    assert await old.wait() == 3
    await seen(anna, "🎉 Покупка успешна!")
    assert (len(anna.gifts), telegram.count("sendGift")) == (1, 2)
