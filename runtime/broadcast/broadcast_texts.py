"""What the admin reads and presses while a message goes to all players, in Russian."""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from runtime.broadcast.mailing import DONE, PAUSED, REFUSED, RUNNING, STOPPED, Broadcast

HOW = "Ответьте командой /broadcast на сообщение, которое нужно разослать всем игрокам."
ALREADY = "Одна рассылка уже идёт: дождитесь её конца или остановите её."

CHECKING = "Бот перезапустился и проверяет, кто уже получил рассылку"

PREFIX = "broadcast"
PAUSE, RESUME, STOP = "pause", "resume", "stop"
PRESSED = {PAUSE: "Рассылка на паузе.", RESUME: "Рассылка продолжается.", STOP: "Рассылка остановлена."}
TOO_LATE = "С этой рассылкой так уже не сделать."

_BUTTONS = {PAUSE: "⏸ Пауза", RESUME: "▶️ Продолжить", STOP: "⏹ Остановить"}
_OFFERED = {RUNNING: (PAUSE, STOP), PAUSED: (RESUME, STOP)}
_STATES = {
    RUNNING: "Рассылка идёт",
    PAUSED: "Рассылка на паузе",
    STOPPED: "Рассылка остановлена",
    DONE: "Рассылка завершена",
    REFUSED: "Рассылка остановлена, потому что сообщение удалено или его нельзя скопировать",
}


def progress(row: Broadcast, *, is_checking: bool = False) -> str:
    """How far it has come; `is_checking`: after a crash it is looked who has got the message already."""
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
        InlineKeyboardButton(text=_BUTTONS[action], callback_data=f"{PREFIX}:{action}:{row.id}")
        for action in _OFFERED.get(row.status, ())
    ]
    return InlineKeyboardMarkup(inline_keyboard=[keys]) if keys else None
