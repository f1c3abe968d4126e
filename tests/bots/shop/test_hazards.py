"""What went wrong in a shop that was published, and does not here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emulator.state.payments import settle
from tests.bots.shop.stage import button, card, fill, forged, invoice, open_shop, rows, seen, told
from tests.stories.harness import PATIENCE

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.stories.launcher import Bot

pytestmark = pytest.mark.long


async def test_payments_that_are_not_simply_paid(bot: Bot, telegram: Telegram) -> None:
    """What cannot be stored is not charged; what Telegram takes back is gone."""
    admin = await open_shop(bot, telegram, ORDER_TTL="30")
    anna = telegram.person(1001, first_name="Анна")
    paid = await fill(anna, 50)
    telegram.faults.add("editMessageMedia", "500", times=None)
    telegram.faults.add("sendDocument", "500", times=None)
    await told(anna, "60")
    await button(anna, "⭐ Звёздами Telegram")
    form = anna.form(await invoice(anna, 2))
    assert (await anna.paid(form)).error == "Не удалось сохранить заказ, попробуйте ещё раз"
    telegram.faults.clear()
    assert (await anna.paid(form)).outcome == "paid"
    await seen(anna, "✅ Платеж успешен! +60 ⭐\n💰 Баланс: 110 ⭐")
    anna.take_back(paid)
    await anna.wait(lambda: any("refunded_payment" in message for message in anna.messages), PATIENCE)
    history = await told(anna, "/history")
    assert history.startswith(
        "📊 История транзакций 📊\n\n💰 Текущий баланс: 60 ⭐\n📈 Всего транзакций: 3\n\n1. 💸 Списание -50 ⭐"
    )
    stats = await told(admin, "/stats")
    summary = await admin.wait(lambda: next((one["caption"] for one in admin.messages if "photo" in one), ""), PATIENCE)
    assert (
        "📦 Заказы: 2, доставлено 1, возвращено 1, ждут оплаты 0\n💰 На балансах: 60 ⭐\n🧮 Сверка: сходится" in summary
    ), stats


async def test_a_buyer_who_is_away_gets_his_code_when_he_is_back(bot: Bot, telegram: Telegram) -> None:
    """Meanwhile others buy, and his other money goes back; whoever will never be back is paid back at once."""
    admin = await open_shop(bot, telegram)
    anna, boris = (telegram.person(number, first_name="X") for number in (1001, 2**52 - 1))
    await fill(anna, 50)
    other = await fill(anna, 10)
    await fill(boris, 50)
    opened = await card(anna, "key")
    telegram.faults.add("sendMessage", "error", value=(403, "Forbidden: bot was blocked by the user"), chat=1001)
    await button(anna, "💰 С баланса", opened)
    await telegram.wait(lambda: not telegram.faults.active, PATIENCE)
    await card(boris, "key")
    await button(boris, "💰 С баланса")
    await seen(boris, "🔑 Ключ\n\nBBB-2")
    admin.send(f"/refund {other.charge_id}")
    await seen(admin, f"💰 {other.charge_id}: возвращено 10 ⭐")
    assert not any("AAA-1" in text for text in anna.answers)
    telegram.faults.add("sendDocument", "error", value=(403, "Forbidden: user is deactivated"), chat=boris.id)
    await card(boris, "book")
    await button(boris, "💰 С баланса")
    await seen(boris, "⚠️ Не удалось выдать товар ⚠️\n\n📦 Товар: Книга\n💰 Возвращено: 20 ⭐")
    await told(anna, "/start")
    await seen(anna, "🔑 Ключ\n\nAAA-1")
    await seen(anna, "🎉 Покупка успешна!")
    assert await button(anna, "💰 Баланс") == ""
    for data in ("x", "good:none", "fill:0", "buy:short:key", f"cancel:{'a' * 16}", f"buy:{'b' * 16}:none"):
        assert await forged(telegram, anna, data) == "❓ Неизвестное действие"
    assert await told(anna, "/balance") == "💰 Ваш баланс 💰\n\n💳 Доступно: 20 ⭐"


async def test_whoever_is_banned_after_the_ok_gets_what_he_has_paid(bot: Bot, telegram: Telegram) -> None:
    """Telegram has charged him: his payment counts, and his next question is refused."""
    admin = await open_shop(bot, telegram)
    anna = telegram.person(1001, first_name="Анна")
    await told(anna, "40")
    await button(anna, "⭐ Звёздами Telegram")
    bill = await invoice(anna)
    await told(admin, "/ban 1001")
    settle(telegram.bot(), anna.pay(bill))  # as if it had been let through before; the bot's refusal comes too late
    await telegram.wait(lambda: [1001, 40] in [row[:2] for row in rows(telegram, "wallets")], PATIENCE)
    assert "Traceback" not in bot.output


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ORDER_TTL", "0"),
        ("TIMEZONE", "Moscow/Nowhere"),
        ("HELEKET_API_KEY", "alone"),
        ("SUPPORT_CONTACT", "helper"),
        ("RATE_LIMIT_USER_PAYMENTS", "0"),
        ("RATE_LIMIT_PREMIUM_MULTIPLIER", "nan"),
        ("JWT_SECRET", "31-bytes-are-not-enough-for-it.."[:31]),
    ],
)
async def test_a_wrong_setting_is_told_at_the_start(new_bot: NewBot, variable: str, value: str) -> None:
    """In one line that names it."""
    bot = new_bot(BOT="shop")
    await bot.start(**{variable: value})
    assert await bot.wait() == 2
    named = {"HELEKET_API_KEY": "HELEKET_MERCHANT"}.get(variable, variable)
    assert bot.lines[-1].startswith(f"{named} is wrong: expected ")
