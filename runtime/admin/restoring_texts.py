"""What the admin reads when he restores a copy from the chat, in Russian."""

import re
from collections.abc import Iterator, Mapping

from pinstore import Document
from runtime.admin.difference import Difference, Rows
from runtime.admin.store_texts import moment
from runtime.names import one_line

YES = "Восстановить"
NO = "Отмена"
TABLES = {
    "chats": "Групп",
    "members": "Игроков в группах",
    "group_clicks": "Кликов в группах",
    "hours": "Часов в статистике",
    "broadcasts": "Рассылок",
}
SUMS = {"members": ("group_clicks",)}
TOO_LARGE = (
    "Файл больше 20 МБ: такие файлы боты Telegram не скачивают, восстановить его можно только по частям из истории."
)
STALE = "Этот вопрос устарел: отправьте документ ещё раз."
EXPIRED = "Вопрос устарел."
ACCEPTED = "Восстанавливаю…"
REFUSED = "Отменено, ничего не изменилось."

# What is wrong with a document, as pinstore says it.
_FAULTS = {
    r"it is not JSON": "это не JSON",
    r"it is not a clicker backup": "это не резервная копия кликера",
    r"its version is .*": "её записала более новая версия программы",
    r"its checksum is wrong": "контрольная сумма не сходится",
    r"its field (.*) is wrong": r"поле \1 испорчено",
    r"its row (\d+) is not .*": r"строка \1 не похожа на [chatid, name, click, state]",
    r"its counts are wrong: (.*) instead of (.*)": r"суммы не сходятся (\1 вместо \2)",
    r"a part of table (\w+) .*": r"часть таблицы \1 не читается",
    r"this program does not know the table (\w+) .*": r"таблица \1 или её столбцы этой программе незнакомы",
    r"a row of its table (\w+) is wrong .*": r"в таблице \1 есть негодная строка",
    r"the stored document belongs to .*": "это копия другого бота",
    r"its file cannot be downloaded .*": "Telegram не отдаёт её файл или её часть",
}


def broken(fault: str) -> str:
    """The document is no good copy."""
    return f"Этот документ восстановить нельзя: {faulty(fault)}."


def faulty(fault: str) -> str:
    """What is wrong with a copy."""
    fault = re.sub(r"^message \d+: ", "", fault)
    for pattern, words in _FAULTS.items():
        if found := re.fullmatch(pattern, fault):
            return found.expand(words)
    return fault


def not_read(reason: str) -> str:
    """Telegram did not let it be read."""
    return f"Документ прочитать не удалось: {reason}. Отправьте его ещё раз."


def question(document: Document, difference: Difference) -> str:
    """What would change, and what to do."""
    generation = f"поколение {document.generation}, " if document.generation else ""
    people = difference.tables["users"]
    lines = [
        f"Восстановить эту копию ({generation}{moment(document.saved_at)})?",
        "",
        _change("Игроков", difference, "users"),
        _change("Кликов", difference, "clicks"),
        f"У скольких игроков другое число кликов: {people.changed}",
        f"Вернутся: {people.returning}",
        f"Пропадут: {people.missing}",
    ]
    lines += [f"  {one_line(name)} - {clicks}🏆 (id {chatid})" for chatid, name, clicks in difference.named]
    if people.missing > len(difference.named):
        lines.append(f"  и ещё {people.missing - len(difference.named)}")
    others = [line for name in difference.tables if name != "users" for line in _other(name, difference)]
    lines += ["", *others] if others else []
    lines += ["", "Всё, что было после этой копии, пропадёт. Нынешняя таблица останется в истории: /backups."]
    return "\n".join(lines)


def done(counts: Mapping[str, int], generation: int) -> str:
    """The document is the table."""
    return f"Копия восстановлена: {counted(counts)}, сохранено как поколение {generation}."


def not_done(reason: str) -> str:
    """Nothing was changed."""
    return f"Восстановить не удалось, ничего не изменилось: {reason}."


def not_stored(counts: Mapping[str, int], reason: str) -> str:
    """The document is the table in memory only."""
    return f"Копия восстановлена ({counted(counts)}), но ещё не сохранена: {reason}. Бот повторяет попытки."


def _change(word: str, difference: Difference, name: str) -> str:
    before, after = difference.before.get(name, 0), difference.after.get(name, 0)
    return f"{word}: {before} → {after} ({after - before:+})"


def _other(name: str, difference: Difference) -> Iterator[str]:
    """What would change in a table besides that of the players; nothing is said of one that is empty in both."""
    rows = difference.tables[name]
    if difference.before.get(name, 0) or difference.after.get(name, 0):
        yield _change(TABLES.get(name, name), difference, name) + _details(rows)
        for total in SUMS.get(name, ()):
            yield _change(TABLES[total], difference, total)


def _details(rows: Rows) -> str:
    told = {"изменятся": rows.changed, "вернутся": rows.returning, "пропадут": rows.missing}
    return "".join(f", {word} {number}" for word, number in told.items() if number)


def counted(counts: Mapping[str, int]) -> str:
    """Totals in words."""
    return f"игроков {counts.get('users', 0)}, кликов {counts.get('clicks', 0)}"
