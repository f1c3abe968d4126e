"""What the admin reads about the store, in Russian."""

from datetime import datetime

EXPORT_HOW = "Напишите /export csv, /export xlsx, /export sqlite или /export json."
OVER_LIMIT = "Выгрузка и в сжатом виде больше 50 МБ: такие файлы боты Telegram не отправляют."


AUTO_DELETE_OFF = "Автоудаление в этом чате выключено: копиям больше ничего не грозит."


def auto_delete(seconds: int) -> str:
    """Told when a timer deletes messages of the backup chat, and at each start while it does."""
    return (
        f"Telegram удаляет сообщения в этом чате через {span(seconds)} (автоудаление), и резервные копии тоже. "
        "Выключите автоудаление в настройках этого чата. Пока оно включено, бот заранее пишет документ заново, "
        "но если он остановлен дольше этого срока, восстановить таблицу будет не из чего."
    )


def span(seconds: int) -> str:
    """A time in the largest unit that divides it."""
    for name, unit in (("д", 86_400), ("ч", 3_600), ("мин", 60)):
        if seconds % unit == 0:
            return f"{seconds // unit} {name}"
    return f"{seconds} с"


def backup_caption(counted: str, saved_at: datetime, drilled_at: datetime | None) -> str:
    """What the admin reads under the backup document; the store adds its own marks after it."""
    drilled = f", проверено {drilled_at:%d.%m.%Y %H:%M}" if drilled_at else ""
    return f"{counted[:1].upper()}{counted[1:]}, {saved_at:%d.%m.%Y %H:%M:%S} UTC{drilled}"


def saved(generation: int, document: int, parts: int) -> str:
    """The answer to /backup; both sizes in bytes."""
    return f"Сохранено: поколение {generation}, {copy_size(document, parts)}."


def not_saved(reason: str) -> str:
    """The answer to /backup that failed."""
    return f"Сохранить не удалось: {reason}. Бот повторит сам, клики не теряются."


def reading(number: int, seconds: int) -> str:
    """Said before a list that takes its time."""
    return f"Читаю и проверяю копии ({number}), это займёт около {seconds} с."


def copy_line(generation: int, saved_at: str, counted: str, size_in_bytes: int, fault: str) -> str:
    """A line of /backups."""
    state = f"ИСПОРЧЕНА: {fault}" if fault else "цела"
    return f"{generation}: {moment(saved_at)}, {counted}, {size(size_in_bytes)}, {state}"


def unread(message_id: int, reason: str) -> str:
    """A line of /backups for a message that holds no copy any more."""
    return f"сообщение {message_id}: не читается ({reason})"


def not_listed(reason: str) -> str:
    """The answer to /backups that failed."""
    return f"Копии прочитать не удалось: {reason}."


def exported(counted: str, at: datetime) -> str:
    """The caption of an export."""
    return f"Выгрузка: {counted}, {at:%d.%m.%Y %H:%M:%S} UTC."


def not_exported(reason: str) -> str:
    """The answer to /export that failed."""
    return f"Выгрузить не удалось: {reason}."


def size(number: int) -> str:
    """A number of bytes for people."""
    for unit, least in (("МБ", 1 << 20), ("КБ", 1 << 10)):
        if number >= least:
            return f"{number / least:.1f} {unit}".replace(".", ",")
    return f"{number} Б"


def copy_size(document: int, parts: int) -> str:
    """The size of a copy, of a document and its parts in bytes."""
    return f"{size(document)} и части {size(parts)}" if parts else size(document)


def moment(saved_at: str) -> str:
    """A time as the captions of the copies have it, of one as the documents have it."""
    try:
        return f"{datetime.fromisoformat(saved_at):%d.%m.%Y %H:%M:%S} UTC"
    except ValueError:
        return "время неизвестно"


def admin_id(chat_id: int) -> str:
    """The first of the two lines that the admin copies into the environment."""
    return f"admin_id = {chat_id}"


def config_id(message_id: int) -> str:
    """The second one."""
    return f"config_id = {message_id}"


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
