"""What the admin reads when he restores a copy from the chat, in Russian."""

from collections.abc import Iterator

from pinstore import Document, errors, retry
from runtime.admin.chat import AdminChat
from runtime.admin.difference import Difference, Rows
from runtime.admin.store_texts import moment
from runtime.languages import Phrase
from runtime.names import one_line

YES = "Восстановить"
NO = "Отмена"
TOO_LARGE = (
    "Файл больше 20 МБ: такие файлы боты Telegram не скачивают, восстановить его можно только по частям из истории."
)
STALE = "Этот вопрос устарел: отправьте документ ещё раз."
EXPIRED = "Вопрос устарел."
ACCEPTED = "Восстанавливаю…"
REFUSED = "Отменено, ничего не изменилось."

_FAULTS = {
    errors.Fault.NOT_JSON: "это не JSON",
    errors.Fault.NOT_OURS: "это не резервная копия кликера",
    errors.Fault.OTHER_BOT: "это копия другого бота",
    errors.Fault.NEWER: "её записала более новая версия программы",
    errors.Fault.CHECKSUM: "контрольная сумма не сходится",
    errors.Fault.FIELD: "поле {0} испорчено",
    errors.Fault.OLDEST_ROW: "строка {0} не похожа на [chatid, name, click, state]",
    errors.Fault.COUNTS: "суммы не сходятся ({0} {1} вместо {2})",
    errors.Fault.PART: "часть таблицы {0} не читается",
    errors.Fault.PART_ROWS: "часть таблицы {0} не читается",
    errors.Fault.TABLE: "таблица {0} или её столбцы этой программе незнакомы",
    errors.Fault.ROW: "в таблице {0} есть негодная строка",
}


def broken(error: BaseException) -> str:
    """The document is no good copy."""
    return f"Этот документ восстановить нельзя: {faulty(error)}."


def faulty(error: BaseException) -> str:
    """What is wrong with a copy."""
    if isinstance(error, errors.DocumentError):
        return _FAULTS[error.fault].format(*error.values)
    if isinstance(error, errors.OtherBotError):
        return _FAULTS[errors.Fault.OTHER_BOT]
    if isinstance(error, errors.NoFileError):
        return "Telegram не отдаёт её файл или её часть"
    return retry.reason(error)


def not_read(reason: str) -> str:
    """Telegram did not let it be read."""
    return f"Документ прочитать не удалось: {reason}. Отправьте его ещё раз."


def question(admin: AdminChat, document: Document, difference: Difference) -> str:
    """What would change, and what to do."""
    generation = f"поколение {document.generation}, " if document.generation else ""
    first, *others = difference.tables
    people = difference.tables[first]
    lines = [
        f"Восстановить эту копию ({generation}{moment(document.saved_at)})?",
        "",
        *(_change(admin, difference, total.name) for total in admin.app.totals),
        *([admin.say(Phrase("People whose number differs: {count}", count=people.changed))] if difference.sums else []),
        f"Вернутся: {people.returning}",
        f"Пропадут: {people.missing}",
    ]
    lines += [f"  {one_line(name)} - {number}🏆 (id {person})" for person, name, number in difference.named]
    if people.missing > len(difference.named):
        lines.append(f"  и ещё {people.missing - len(difference.named)}")
    told = [line for name in others for line in _other(admin, name, difference)]
    lines += ["", *told] if told else []
    lines += ["", "Всё, что было после этой копии, пропадёт. Нынешняя таблица останется в истории: /backups."]
    return "\n".join(lines)


def done(counted: str, generation: int) -> str:
    """The document is the table."""
    return f"Копия восстановлена: {counted}, сохранено как поколение {generation}."


def not_done(reason: str) -> str:
    """Nothing was changed."""
    return f"Восстановить не удалось, ничего не изменилось: {reason}."


def not_stored(counted: str, reason: str) -> str:
    """The document is the table in memory only."""
    return f"Копия восстановлена ({counted}), но ещё не сохранена: {reason}. Бот повторяет попытки."


def _change(admin: AdminChat, difference: Difference, name: str) -> str:
    before, after = difference.before.get(name, 0), difference.after.get(name, 0)
    return f"{admin.label(name)}: {before} → {after} ({after - before:+})"


def _other(admin: AdminChat, name: str, difference: Difference) -> Iterator[str]:
    """What would change in a table besides that of people; nothing is said of one that is empty in both."""
    rows = difference.tables[name]
    if difference.before.get(name, 0) or difference.after.get(name, 0):
        yield _change(admin, difference, name) + _details(rows)
        for total in difference.sums.get(name, ()):
            yield _change(admin, difference, total)


def _details(rows: Rows) -> str:
    told = {"изменятся": rows.changed, "вернутся": rows.returning, "пропадут": rows.missing}
    return "".join(f", {word} {number}" for word, number in told.items() if number)
