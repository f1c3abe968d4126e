"""What /stats says, in Russian."""

from datetime import UTC, datetime, timedelta

from runtime.admin.chat import AdminChat
from runtime.admin.figures import Figures
from runtime.admin.store_texts import copy_size, size, span
from runtime.languages import Phrase


def summary(admin: AdminChat, figures: Figures) -> str:
    """The caption of the chart."""
    zone = _zone(figures.at)
    census = figures.census
    active = " / ".join(map(str, census.active))
    return "\n".join(
        [
            f"Сводка на {figures.at:%d.%m.%Y %H:%M} ({zone})",
            "",
            *figures.lines,
            *([f"Активны за 1 / 7 / 30 дней: {active}{_since(figures.noted_since)}"] if census.active else []),
            f"Заблокировали бота: {census.blocked}, забанены: {census.banned}",
            f"Очередь: чатов ждёт ответа {figures.waiting}, обновлений ждёт сохранения {figures.held}",
            f"Сохранение: {_saved(figures)}",
            f"Проверка копии: {_moment(figures.drilled_at)}",
            f"Надёжность: {_durability(figures)}",
            *_auto_delete(figures.auto_delete),
            f"Работает: {_span(figures.uptime)}, память: {size(figures.memory)}",
            "",
            admin.say(Phrase("The picture shows the day by hours, time {zone}; the last hour is not over.", zone=zone)),
        ]
    )


def _zone(at: datetime) -> str:
    """The offset, as in UTC, UTC+3 or UTC+5:30."""
    minutes = int((at.utcoffset() or timedelta()).total_seconds()) // 60
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02}" if rest else "")


def _since(noted: datetime | None) -> str:
    return f" (учёт ведётся с {noted:%d.%m.%Y %H:%M})" if noted else ""


def _saved(figures: Figures) -> str:
    if figures.saved_at is None:
        return f"поколение {figures.generation}"
    size_of_copy = copy_size(figures.document_bytes, figures.parts_bytes)
    return f"поколение {figures.generation}, {_moment(figures.saved_at)}, {size_of_copy}"


def _moment(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%d.%m.%Y %H:%M:%S} UTC" if at else "ещё не было"


def _durability(figures: Figures) -> str:
    if figures.is_overloaded:
        return "перегрузка, при сбое может пропасть не больше одного интервала"
    if figures.is_exact:
        return "точная, ни один клик не пропадёт"
    return "по интервалам, при сбое может пропасть не больше одного интервала"


def _auto_delete(seconds: int) -> list[str]:
    if not seconds:
        return []
    return [f"Копии под угрозой: Telegram удаляет сообщения этого чата через {span(seconds)}, выключите автоудаление"]


def _span(uptime: timedelta) -> str:
    hours, minutes = divmod(int(uptime.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    return f"{days} д {hours} ч" if days else f"{hours} ч {minutes} мин"
