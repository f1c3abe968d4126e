"""Every string and keyboard."""

import re
from collections.abc import Mapping
from datetime import datetime

from aiogram.types import KeyboardButton, ReplyKeyboardMarkup

from clicker.players import Rating

CLICK = "Клик"
RATING = "Рейтинг"
START = "/start"
NOT_REGISTERED = "Вы не зарегистрированы"
HINT = "Нажмите «Клик», чтобы получить очко, или «Рейтинг», чтобы увидеть лучших."
BEING_SET_UP = "Бот ещё настраивается, клики пока не считаются. Загляните чуть позже."

NAME_LENGTH = 64
"""Telegram's own limit for a first name; an imported one may be longer."""

_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Marks that turn the direction of the text after them: in a name they would turn the rest of the line.
_TURNS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _keyboard(*buttons: str) -> ReplyKeyboardMarkup:
    rows = [[KeyboardButton(text=button)] for button in buttons]
    return ReplyKeyboardMarkup(keyboard=rows, resize_keyboard=True, is_persistent=True)


KEYBOARD = _keyboard(CLICK, RATING)
SIGN_UP = _keyboard(START)


def one_line(name: str) -> str:
    """A name as it is shown: on one line, whatever it contains."""
    return " ".join(_TURNS.sub("", _BREAKS.sub(" ", name)).split())[:NAME_LENGTH] or "Без имени"


def greeting(first_name: str) -> str:
    """The answer to /start."""
    return f"Приветствую {one_line(first_name)}"


def clicks(count: int) -> str:
    """The answer to a tap."""
    return f"Кликов: {count} 🏆"


def rating(standing: Rating) -> str:
    """The number of players and a line for each that is shown."""
    lines = [f"Всего: {standing.count}"]
    lines += [f"{place}: {one_line(name)} - {count}🏆" for place, name, count in standing.places]
    return "\n".join(lines)


def admin_id(chat_id: int) -> str:
    """The first of the two lines that the admin copies into the environment."""
    return f"admin_id = {chat_id}"


def config_id(message_id: int) -> str:
    """The second one."""
    return f"config_id = {message_id}"


def backup_caption(counts: Mapping[str, int], saved_at: datetime, drilled_at: datetime | None) -> str:
    """What the admin reads under the backup document; the store adds its own marks after it."""
    users, taps = counts.get("users", 0), counts.get("clicks", 0)
    drilled = f", проверено {drilled_at:%d.%m.%Y %H:%M}" if drilled_at else ""
    return f"Игроков: {users}, кликов: {taps}, {saved_at:%d.%m.%Y %H:%M:%S} UTC{drilled}"


def not_written(reason: str) -> str:
    """The document could not be written."""
    return f"Резервная копия не записана: {reason}. Отправьте admin ещё раз."


def saves_fail(reason: str) -> str:
    """Saves keep failing."""
    return f"Сохранение не удаётся: {reason}. Клики не теряются: их хранит Telegram, бот повторяет попытки."


SAVES_WORK = "Сохранение снова работает."
OVERLOADED = (
    "Кликов больше, чем успевает сохраняться: пока очередь не разобрана, "
    "при сбое может пропасть не больше одного интервала."
)
EXACT_AGAIN = "Очередь разобрана: каждый клик снова сохраняется до подтверждения."


def not_restored(reason: str) -> str:
    """The stored table cannot be restored, so nothing is served."""
    return f"Таблица не восстановлена, бот ждёт и пробует снова. {reason}"


def fell_back(faults: str) -> str:
    """An older copy had to be taken."""
    return f"Взята более старая копия, потому что новая повреждена: {faults}"


def drilled(rows: int) -> str:
    """The stored copy is good."""
    return f"Копия скачана и сверена: совпадают все строки ({rows})."


def drill_failed(reason: str) -> str:
    """The stored copy is not what the tables hold, or could not be read."""
    return f"Проверка копии не прошла: {reason}"
