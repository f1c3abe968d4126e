"""What the admin reads when a copy lies pinned in the chat in which he sets the bot up, in Russian."""

from pinstore import Document
from runtime.admin.restoring_texts import faulty
from runtime.admin.store_texts import moment

ANSWERS = {"take": "Взять", "empty": "Начать с пустой", "leave": "Отмена"}

TAKEN = "Копия взята."
BEGUN = "Начата пустая таблица; закреплённая копия осталась на месте."
LEFT = "Отменено, ничего не начато."
STALE = "Вопрос устарел: отправьте admin с кодом ещё раз."
OWNED = "Эту копию держит другой запущенный бот с тем же токеном: остановите его и отправьте admin с кодом ещё раз."


def question(document: Document, counted: str) -> str:
    """A readable copy that this bot has not written."""
    at = f", {moment(document.saved_at)}" if document.saved_at else ""
    return (
        f"Здесь закреплена копия, которую записал не этот бот: {counted}{at}. "
        "Взять из неё таблицу? Сама копия останется, как есть."
    )


def taken(counted: str) -> str:
    """The copy is the table now."""
    return f"Здесь закреплена копия, она восстановлена: {counted}."


def broken(error: BaseException) -> str:
    """A copy that cannot be read."""
    return (
        f"Здесь закреплена копия, которую восстановить нельзя: {faulty(error)}. Поверх неё ничего не начато: "
        "если она не нужна, открепите её и отправьте admin с кодом ещё раз."
    )


def not_looked(reason: str) -> str:
    """Telegram did not tell what is pinned."""
    return f"Не удалось посмотреть, что здесь закреплено: {reason}. Отправьте admin с кодом ещё раз."
