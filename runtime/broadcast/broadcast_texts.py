"""What the admin reads and presses while a message goes to all players, in Russian."""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from runtime.broadcast.mailing import ASKED, CANCELLED, DONE, PAUSED, REFUSED, RUNNING, STOPPED, Broadcast

HOW = "Ответьте командой /broadcast на сообщение, которое нужно разослать всем игрокам."
ALREADY = "Одна рассылка уже идёт: дождитесь её конца или остановите её."

CONFIDENTIAL = "В этом сообщении данные бота (копия таблицы, выгрузка или его номера): игрокам они не рассылаются."
OWN = "Это написал сам бот: разослать можно только своё сообщение."
ALBUM = "Это альбом, а бот рассылает только одно сообщение: отправьте картинки по одной и ответьте на одну из них."
UNREADABLE = "Этот файл не удалось проверить, поэтому он не рассылается: вдруг в нём данные бота."
NOT_COPIED = "Это сообщение удалено или его нельзя скопировать, поэтому разослать его нельзя."
NOT_SHOWN = "Telegram не показывает это сообщение: ответьте на него командой /broadcast ещё раз."
CHANGED = "Сообщение изменилось после вопроса, поэтому рассылка отменена: ответьте на него командой /broadcast ещё раз."
STALE = "Этот вопрос устарел: ответьте на сообщение командой /broadcast ещё раз."

PREFIX = "broadcast"
SEND, CANCEL, PAUSE, RESUME, STOP = "send", "cancel", "pause", "resume", "stop"
PRESSED = {
    SEND: "Рассылка начинается.",
    CANCEL: "Рассылка отменена.",
    PAUSE: "Рассылка на паузе.",
    RESUME: "Рассылка продолжается.",
    STOP: "Рассылка остановлена.",
}
TOO_LATE = "С этой рассылкой так уже не сделать."
NOT_BEGUN = {None: STALE, CANCELLED: STALE, ASKED: ALREADY}
"""Why a broadcast does not begin, by its status; whatever else it is, it has begun before."""

_BUTTONS = {
    SEND: "📣 Разослать",
    CANCEL: "Отмена",
    PAUSE: "⏸ Пауза",
    RESUME: "▶️ Продолжить",
    STOP: "⏹ Остановить",
}
_OFFERED = {ASKED: (SEND, CANCEL), RUNNING: (PAUSE, STOP), PAUSED: (RESUME, STOP)}
_STATES = {
    RUNNING: "Рассылка идёт",
    PAUSED: "Рассылка на паузе",
    STOPPED: "Рассылка остановлена",
    DONE: "Рассылка завершена",
    REFUSED: "Рассылка остановлена, потому что сообщение удалено или его нельзя скопировать",
    CANCELLED: "Рассылка отменена, никто ничего не получил",
}


def question(number: int) -> str:
    """What the admin is asked below a copy of the message, of so many players who would get it now."""
    return f"Разослать это сообщение? Получателей сейчас: {number}."


def progress(row: Broadcast, *, is_checking: bool = False) -> str:
    """How far it has come; `is_checking`: after a crash it is looked who has got the message already."""
    if row.status == CANCELLED:
        return f"{_STATES[row.status]}."
    total = max(row.total, row.sent + row.blocked + row.failed)
    state = (
        "Рассылка скоро продолжится, бот проверяет, кто уже получил сообщение" if is_checking else _STATES[row.status]
    )
    blocked = f", заблокировали бота: {row.blocked}" if row.blocked else ""
    failed = f", не доставлено: {row.failed}" if row.failed else ""
    return f"{state}. Отправлено: {row.sent} из {total}{blocked}{failed}."


def buttons(row: Broadcast) -> InlineKeyboardMarkup | None:
    """What the admin can do with it now."""
    keys = [
        InlineKeyboardButton(text=_BUTTONS[action], callback_data=f"{PREFIX}:{action}:{row.id}:{row.message}")
        for action in _OFFERED.get(row.status, ())
    ]
    return InlineKeyboardMarkup(inline_keyboard=[keys]) if keys else None
