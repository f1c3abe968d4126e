"""What /stats says."""

from datetime import UTC, datetime, timedelta

from runtime.admin import server_texts
from runtime.admin.figures import Figures
from runtime.admin.store_texts import copy_size, size, span
from runtime.languages import Phrase


def summary(figures: Figures) -> list[Phrase | str]:
    """The caption of the chart, line by line."""
    zone, census = _zone(figures.at), figures.census
    return [
        Phrase("Figures of {at} ({zone})", at=f"{figures.at:%d.%m.%Y %H:%M}", zone=zone),
        "",
        *figures.lines,
        *([_active(figures)] if census.active else []),
        Phrase("Blocked the bot: {blocked}, banned: {banned}", blocked=census.blocked, banned=census.banned),
        Phrase(
            "Queue: {chats} chats wait for an answer, {held} updates for a save",
            chats=figures.waiting,
            held=figures.held,
        ),
        *_kept(figures),
        Phrase("Durability: {durability}", durability=_durability(figures)),
        *_auto_delete(figures.auto_delete),
        Phrase("Running for {time}, memory: {memory}", time=_span(figures.uptime), memory=size(figures.memory)),
        "",
        Phrase("The picture shows the day by hours, time {zone}; the last hour is not over.", zone=zone),
    ]


def _kept(figures: Figures) -> list[Phrase]:
    if figures.server:
        return [server_texts.kept(figures.server)]
    return [
        Phrase("Save: {saved}", saved=_saved(figures)),
        Phrase("Check of the copy: {at}", at=_moment(figures.drilled_at)),
    ]


def _zone(at: datetime) -> str:
    """The offset, as in UTC, UTC+3 or UTC+5:30."""
    minutes = int((at.utcoffset() or timedelta()).total_seconds()) // 60
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02}" if rest else "")


def _active(figures: Figures) -> Phrase:
    active, noted = " / ".join(map(str, figures.census.active)), figures.noted_since
    if noted is None:
        return Phrase("Active in 1 / 7 / 30 days: {active}", active=active)
    return Phrase(
        "Active in 1 / 7 / 30 days: {active} (counted since {at})", active=active, at=f"{noted:%d.%m.%Y %H:%M}"
    )


def _saved(figures: Figures) -> Phrase:
    if figures.saved_at is None:
        return Phrase("generation {generation}", generation=figures.generation)
    return Phrase(
        "generation {generation}, {at}, {size}",
        generation=figures.generation,
        at=_moment(figures.saved_at),
        size=copy_size(figures.document_bytes, figures.parts_bytes),
    )


def _moment(at: datetime | None) -> Phrase | str:
    return f"{at.astimezone(UTC):%d.%m.%Y %H:%M:%S} UTC" if at else Phrase("not yet")


def _durability(figures: Figures) -> Phrase:
    if figures.server:
        return server_texts.durability(is_exact=figures.is_exact)
    if figures.is_overloaded:
        return Phrase("overloaded, a failure may lose one interval at most")
    if figures.is_exact:
        return Phrase("exact, nothing gets lost")
    return Phrase("by intervals, a failure may lose one interval at most")


def _auto_delete(seconds: int) -> list[Phrase]:
    if not seconds:
        return []
    return [
        Phrase(
            "Copies at risk: Telegram deletes messages of this chat after {time}, turn auto-delete off",
            time=span(seconds),
        )
    ]


def _span(uptime: timedelta) -> Phrase:
    hours, minutes = divmod(int(uptime.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    if days:
        return Phrase("{days} d {hours} h", days=days, hours=hours)
    return Phrase("{hours} h {minutes} min", hours=hours, minutes=minutes)
