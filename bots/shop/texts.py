"""What the shop says, in Russian, which translators find as it is (pybabel extract -k Phrase)."""

from pathlib import Path

from runtime.languages import Phrase

LOCALES = Path(__file__).parent / "locales"

BACK, TO_MENU = Phrase("⬅️ Назад"), Phrase("⬅️ Вернуться в меню")
BALANCE, CATALOGUE, HISTORY, HELP = (
    Phrase("💰 Баланс"),
    Phrase("🛍 Каталог"),
    Phrase("📊 История"),
    Phrase("❓ Помощь"),
)
FILL, WHOLE_HISTORY = Phrase("💳 Пополнить баланс"), Phrase("📊 История транзакций")
FROM_BALANCE, WITH_STARS, CANCEL = Phrase("💰 С баланса"), Phrase("⭐ Звёздами Telegram"), Phrase("❌ Отменить")
FILL_WITH = "💳 Пополнить на {amount} ⭐"
AMOUNT = "💰 {amount} ⭐"
PAY = "⭐ Заплатить {amount}"

MAIN = Phrase(
    "🤖 Добро пожаловать в StarBot! 🤖\n\n🌟 Ваш личный помощник для управления звездами и балансом\n\n"
    "💰 Проверяйте баланс, пополняйте счет и покупайте подарки\n\n✨ Каждая звезда открывает новые возможности!\n\n"
    "🎯 Выберите действие из меню ниже"
)
HELP_TEXT = (
    "🤖 Помощь StarBot 🤖\n\n/start - Главное меню\n/balance - Проверить баланс\n/payment - Пополнить баланс\n"
    "/purchase - Каталог\n/history - История транзакций\n/paysupport - Поддержка по оплате\n/terms - Условия\n"
    "/help - Эта справка\n\n🔧 Для поддержки: {contact}"
)
BALANCE_TEXT = "💰 Ваш баланс 💰\n\n💳 Доступно: {balance} ⭐"
CHOOSE_AMOUNT = Phrase("💳 Выберите сумму для пополнения 💳\n\n💡 Или отправьте число от 1 до 10000")
CHOOSE_WAY = "💳 Пополнение на {amount} ⭐\n\n🎯 Выберите способ оплаты:"
CHOOSE_GOOD, NO_GOODS = Phrase("🛍 Каталог 🛍\n\n🎯 Выберите товар:"), Phrase("🛍 Каталог пока пуст")
GOOD, GOOD_GONE = "{title} — {price} ⭐", "{title} — нет в наличии"
CARD, CARD_LEFT = "{icon} {title}{description}\n\n💵 Цена: {price} ⭐{left}", "\n📦 В наличии: {count}"
BOUGHT = (
    "🎉 Покупка успешна! 🎉\n\n📦 Товар: {title}\n💰 Баланс до: {before} ⭐\n💰 Баланс после: {after} ⭐\n"
    "🧾 Заказ: {id}"
)
CODE = "🔑 {title}\n\n{code}"
TOO_LITTLE = (
    "⚠️ Недостаточно средств на балансе ⚠️\n\n💰 Ваш баланс: {balance} ⭐\n💵 Цена: {price} ⭐\n"
    "❌ Не хватает: {missing} ⭐"
)
NO_HISTORY = Phrase("📊 У вас пока нет истории транзакций 📊\n\n💡 Совершите первую покупку, чтобы увидеть историю")
HISTORY_TEXT = "📊 История транзакций 📊\n\n💰 Текущий баланс: {balance} ⭐\n📈 Всего транзакций: {count}\n{lines}"
HISTORY_LINE = "\n{number}. {name} {sign}{amount} ⭐\n   {status} • {at}"
TOPPED_UP = "✅ Платеж успешен! +{amount} ⭐\n💰 Баланс: {balance} ⭐"
CANCELLED = Phrase("❌ Заказ отменён ❌")
NOT_DELIVERED = "⚠️ Не удалось выдать товар ⚠️\n\n📦 Товар: {title}\n💰 Возвращено: {price} ⭐\n🧾 Заказ: {id}"
SUPPORT, SUPPORT_LINE = "🆘 Поддержка по оплате\n\n📬 {contact}{lines}", "\n🧾 {id} • {title} • {price} ⭐"
TERMS = (
    "📄 Условия магазина\n\nМагазин продаёт цифровые товары за звёзды Telegram. Товар выдаётся сразу после оплаты. "
    "Если выдать его не удалось, звёзды возвращаются сами. По другим возвратам пишите в поддержку: {contact}"
)
WITH_CRYPTO, PAY_CRYPTO = Phrase("💎 Криптовалютой"), Phrase("🔗 Перейти к оплате")
CHECK, AGAIN = Phrase("🔍 Проверить оплату"), Phrase("🔄 Повторить")
CRYPTO_BILL = (
    "✅ Создан счёт на пополнение баланса на {stars} ⭐\n\n💳 К оплате: {amount} {currency}\n"
    "🔗 Ссылка на оплату: {url}\n🧾 Заказ: {id}\n⏳ Статус: {status}\n\n⏰ Счёт действителен {minutes} мин."
)
CRYPTO_STATUS = "⏳ Статус: {status}"
CRYPTO_STATUSES = {
    "waiting": Phrase("ожидает оплаты"),
    "confirming": Phrase("подтверждается"),
    "partial": Phrase("оплачен не полностью, ждём остаток"),
    "paid": Phrase("оплачен"),
    "wrong": Phrase("оплачен не полностью"),
    "failed": Phrase("не оплачен"),
    "other": Phrase("на проверке"),
}
CRYPTO_AWAY = Phrase("⚠️ Оплата криптовалютой временно недоступна\n\n💡 Попробуйте позже или оплатите звёздами")
CRYPTO_REFUSED = Phrase("⚠️ Счёт не создан\n\n💡 Выберите другую сумму или оплатите звёздами")
CRYPTO_WRONG = "⚠️ Счёт оплачен не полностью\n🧾 Заказ: {id}"
STARS_UNKNOWN = "⚠️ Заказ проверяется, магазин уже знает\n🧾 Заказ: {id}"
UNKNOWN_COMMAND = Phrase("❓ Неизвестная команда ❓\n\n💡 Список команд: /help")
NOT_A_NUMBER = Phrase("❌ Введите целое число от 1 до 10000")
TOP_UP_TITLE, TOP_UP_ABOUT = Phrase("Пополнение баланса"), "Пополнение баланса на {amount} ⭐"

BUYING = Phrase("⏳ Обрабатываем покупку...")
SOLD_OUT, BILLED = Phrase("Товар закончился"), Phrase("Счёт уже выставлен")
OVER, UNKNOWN = Phrase("ℹ️ Заказ уже обработан"), Phrase("❓ Неизвестное действие")

TOO_MANY_MESSAGES = "⏱️ Слишком быстро!\n⏰ Попробуйте через {seconds} сек."
TOO_MANY_PRESSES = "🔄 Подождите немного. Попробуйте через {seconds} сек."
TOO_MANY_PAYMENTS = "💳 Ограничение платежей. Попробуйте через {seconds} сек."
NO_USERNAME = Phrase("❌ Сначала задайте имя пользователя в настройках Telegram")
REFUSALS = {
    "closed": Phrase("Магазин сейчас не работает"),
    "unknown": Phrase("Заказ не найден"),
    "amount": Phrase("Сумма не совпадает с заказом"),
    "paid": Phrase("Заказ уже оплачен"),
    "cancelled": Phrase("Заказ отменён"),
    "expired": Phrase("Срок оплаты истёк"),
    "sold out": Phrase("Товар закончился"),
    "nameless": NO_USERNAME,
    "not stored": Phrase("Не удалось сохранить заказ, попробуйте ещё раз"),
}
PAYMENT_BACK = "💰 Платёж {amount} ⭐ возвращён"
TO_WALLET = "💰 Возврат: {amount} ⭐ на баланс"
REFUND = "💰 Возврат: {amount} ⭐\n🧾 Заказ: {id}"
BONUS = "🎁 Бонус +{amount} ⭐\n💰 Баланс: {balance} ⭐"
FAULT = "❌ Не получилось. Попробуйте ещё раз.\n🧾 Код: {code}"

ICONS = {"gift": "🎁", "premium": "💎", "code": "🔑", "file": "📄", "stars": "🌟"}
NAMES = {
    "recharge": Phrase("💳 Пополнение"),
    "purchase": Phrase("🛒 Покупка"),
    "refund": Phrase("💰 Возврат"),
    "bonus": Phrase("🎁 Бонус"),
    "adjustment": Phrase("🛠 Корректировка"),
    "withdrawal": Phrase("💸 Списание"),
}
STATUSES = {
    "completed": Phrase("✅ Выполнено"),
    "failed": Phrase("❌ Ошибка"),
    "pending": Phrase("⏳ В обработке"),
    "processing": Phrase("⏳ В обработке"),
    "cancelled": Phrase("🚫 Отменено"),
    "expired": Phrase("⌛ Истекло"),
}
# Whose Telegram is in another language reads all of the above and these in it, if there is a file for it.
COMMANDS = {
    "start": "Главное меню",
    "balance": "Проверить баланс",
    "payment": "Пополнить баланс",
    "purchase": "Каталог",
    "history": "История транзакций",
    "paysupport": "Поддержка по оплате",
    "terms": "Условия",
    "help": "Эта справка",
}
STATS_ORDERS = "📦 Заказы: {all}, доставлено {delivered}, возвращено {refunded}, ждут оплаты {waiting}"
STATS_MONEY = "💰 На балансах: {sum} ⭐"
STATS_RIGHT, STATS_WRONG = Phrase("🧮 Сверка: сходится"), "🧮 Сверка: не сходится: {count}"
