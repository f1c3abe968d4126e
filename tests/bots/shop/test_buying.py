"""A shop is set up and stocked; people look, fill their wallets, buy, and are paid back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.bots.shop.stage import button, card, fill, invoice, open_shop, order_in, seen, told
from tests.stories.harness import PATIENCE

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Bot

MAIN = (
    "🤖 Добро пожаловать в StarBot! 🤖\n\n🌟 Ваш личный помощник для управления звездами и балансом\n\n"
    "💰 Проверяйте баланс, пополняйте счет и покупайте подарки\n\n✨ Каждая звезда открывает новые возможности!\n\n"
    "🎯 Выберите действие из меню ниже"
)


async def test_a_buyer_fills_his_wallet_and_buys(bot: Bot, telegram: Telegram) -> None:
    """Every kind of good, from the balance and by invoice; the history tells it all."""
    admin = await open_shop(bot, telegram, SUPPORT_CONTACT="@helper", TIMEZONE="UTC")
    anna = telegram.person(1001, first_name="Анна")
    assert await told(anna, "/start") == MAIN
    assert await told(anna, "/balance") == "💰 Ваш баланс 💰\n\n💳 Доступно: 0 ⭐"
    assert await told(anna, "/history@clicker_bot") == (
        "📊 У вас пока нет истории транзакций 📊\n\n💡 Совершите первую покупку, чтобы увидеть историю"
    )
    await fill(anna, 100)
    assert (await card(anna, "key"))["text"] == "🔑 Ключ\nДля игры\n\n💵 Цена: 30 ⭐\n📦 В наличии: 2"
    assert await button(anna, "💰 С баланса") == "⏳ Обрабатываем покупку..."
    bought = await seen(anna, "🎉 Покупка успешна!")
    order = order_in(bought)
    assert bought == (
        "🎉 Покупка успешна! 🎉\n\n📦 Товар: Ключ\n💰 Баланс до: 100 ⭐\n💰 Баланс после: 70 ⭐\n🧾 Заказ: " + order
    )
    assert "🔑 Ключ\n\nAAA-1" in anna.answers
    await card(anna, "bear")
    await button(anna, "💰 С баланса")
    await seen(anna, "🎉 Покупка успешна!", 2)
    assert [gift["id"] for gift in anna.gifts] == [next(iter(telegram.gifts.all))]
    await card(anna, "book")
    await button(anna, "⭐ Звёздами Telegram")
    assert (await anna.paid(await invoice(anna, 2))).outcome == "paid"
    bought = await seen(anna, "🎉 Покупка успешна!", 3)
    assert "💰 Баланс до: 30 ⭐\n💰 Баланс после: 30 ⭐" in bought
    assert [message["document"]["file_name"] for message in anna.messages if "document" in message] == ["book.pdf"]
    history = await told(anna, "/history")
    assert history.startswith(
        "📊 История транзакций 📊\n\n💰 Текущий баланс: 30 ⭐\n📈 Всего транзакций: 4\n\n1. 🛒 Покупка -20 ⭐"
    )
    assert "\n4. 💳 Пополнение +100 ⭐\n   ✅ Выполнено • " in history
    assert (await told(admin, f"/order {order}")).startswith(f"🧾 {order}: delivered\nКлюч, 30 ⭐")
    assert (await told(anna, "/paysupport")).startswith("🆘 Поддержка по оплате\n\n📬 @helper\n🧾 ")
    await told(anna, "/bonus 1001 5")
    assert anna.newest == "❓ Неизвестная команда ❓\n\n💡 Список команд: /help"


async def test_money_comes_back(bot: Bot, telegram: Telegram) -> None:
    """What cannot be handed over is paid back by itself; the admin pays back the rest, once."""
    admin = await open_shop(bot, telegram)
    anna = telegram.person(1001, first_name="Анна")
    paid = await fill(anna, 100)
    anna.refuse_gifts()
    await card(anna, "bear")
    await button(anna, "💰 С баланса")
    failed = await seen(anna, "⚠️ Не удалось выдать товар ⚠️")
    assert failed.startswith("⚠️ Не удалось выдать товар ⚠️\n\n📦 Товар: Мишка\n💰 Возвращено: 40 ⭐\n🧾 Заказ: ")
    await seen(admin, f"⚠️ Заказ {order_in(failed)}: не выдан (")
    await card(anna, "bear")
    await button(anna, "⭐ Звёздами Telegram")
    by_invoice = await anna.paid(await invoice(anna, 2))
    await seen(anna, "⚠️ Не удалось выдать товар ⚠️", 2)
    money = telegram.bot().money
    assert money.payments[by_invoice.charge_id].refunded
    assert await told(anna, "/balance") == "💰 Ваш баланс 💰\n\n💳 Доступно: 100 ⭐"
    admin.send(f"/refund {paid.charge_id}")
    await seen(admin, f"💰 {paid.charge_id}: возвращено 100 ⭐")
    assert money.payments[paid.charge_id].refunded
    await seen(anna, "💰 Возврат: 100 ⭐\n🧾 Заказ: ")
    assert await told(anna, "/balance") == "💰 Ваш баланс 💰\n\n💳 Доступно: 0 ⭐"
    assert await told(admin, f"/refund {paid.charge_id}") == f"ℹ️ {paid.charge_id}: уже возвращён"
    assert await told(admin, "/refund x") == "❌ Заказ или платёж не найден"
    assert (await told(admin, "/reconcile")).endswith("расхождений нет"), bot.output
    assert await told(admin, "/bonus 1001 5") == "🎁 1001: +5 ⭐, баланс 5 ⭐"
    await seen(anna, "🎁 Бонус +5 ⭐\n💰 Баланс: 5 ⭐")
    assert await told(admin, "/adjust 1001 -6 ошибка") == "❌ На балансе 5 ⭐"
    assert await told(admin, "/adjust 1001 -5 ошибка") == "🛠 1001: -5 ⭐, баланс 0 ⭐"
    history = await told(anna, "/history")
    assert "\n1. 🛠 Корректировка -5 ⭐" in history
    assert "\n3. 💸 Списание -100 ⭐" in history


async def test_presses_that_change_nothing(bot: Bot, telegram: Telegram) -> None:
    """One card is one order; the last code is sold once; a cancelled invoice can't be paid, a stranger pays nothing."""
    await open_shop(bot, telegram, "ONLY\n")
    anna, boris = (telegram.person(number, first_name="X") for number in (1001, 1002))
    await told(anna, "1000")
    opened = await card(anna, "key")
    await button(anna, "⭐ Звёздами Telegram", opened)
    for text in ("⭐ Звёздами Telegram", "💰 С баланса"):
        assert await button(anna, text, opened) == "Счёт уже выставлен"
    await told(boris, "/start")
    other = await card(boris, "key")
    await button(boris, "⭐ Звёздами Telegram", other)
    form, strange = anna.form(await invoice(anna)), boris.form(await invoice(boris))
    assert (await boris.paid(form)).error == "Заказ не найден"
    await button(anna, "❌ Отменить")
    await seen(anna, "❌ Заказ отменён ❌")
    await anna.wait(lambda: all("invoice" not in message for message in anna.messages), PATIENCE)
    assert (await anna.paid(form)).error == "Заказ отменён"
    assert await button(anna, "💰 С баланса", opened) == "ℹ️ Заказ уже обработан"
    assert (await boris.paid(strange)).outcome == "paid"
    await seen(boris, "🔑 Ключ\n\nONLY")
    assert (await boris.paid(strange)).error == "Заказ уже оплачен"
    await card(anna, "key")
    assert await button(anna, "💰 С баланса") == "Товар закончился"
    listing = await told(anna, "/purchase")
    assert listing == "🛍 Каталог 🛍\n\n🎯 Выберите товар:"
    assert await button(anna, "Ключ — нет в наличии") == ""
    for text in ("+5", "–5", "0", "10001", "５", "1.5", "1 000"):
        assert await told(anna, text) == "❌ Введите целое число от 1 до 10000"
    assert (await told(anna, " 7 ")) == "💳 Пополнение на 7 ⭐\n\n🎯 Выберите способ оплаты:"
    await card(anna, "book")
    await button(anna, "💰 С баланса")
    lacking = await seen(anna, "⚠️ Недостаточно средств на балансе ⚠️")
    assert lacking.endswith("💰 Ваш баланс: 0 ⭐\n💵 Цена: 20 ⭐\n❌ Не хватает: 20 ⭐")
    await button(anna, "💳 Пополнить на 20 ⭐")
    await seen(anna, "💳 Пополнение на 20 ⭐")
