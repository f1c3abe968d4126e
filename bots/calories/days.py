"""Which day a moment belongs to: days begin at an hour by the clock on the wall of a person's zone."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

CITIES = {
    "Калининград": "Europe/Kaliningrad",
    "Москва": "Europe/Moscow",
    "Самара": "Europe/Samara",
    "Екатеринбург": "Asia/Yekaterinburg",
    "Омск": "Asia/Omsk",
    "Новосибирск": "Asia/Novosibirsk",
    "Красноярск": "Asia/Krasnoyarsk",
    "Иркутск": "Asia/Irkutsk",
    "Якутск": "Asia/Yakutsk",
    "Владивосток": "Asia/Vladivostok",
    "Магадан": "Asia/Magadan",
    "Камчатка": "Asia/Kamchatka",
    "Минск": "Europe/Minsk",
    "Киев": "Europe/Kiev",
    "Тбилиси": "Asia/Tbilisi",
    "Ереван": "Asia/Yerevan",
    "Баку": "Asia/Baku",
    "Ташкент": "Asia/Tashkent",
    "Алматы": "Asia/Almaty",
    "Бишкек": "Asia/Bishkek",
    "Берлин": "Europe/Berlin",
    "Лондон": "Europe/London",
    "Нью-Йорк": "America/New_York",
}
"""Cities to choose from."""


NO_ZONES = frozenset(["localtime", "posixrules", "Factory"])
"""Files among the zones that stand for the computer's own, or for none."""


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    return {name.casefold(): name for name in sorted(available_timezones() - NO_ZONES)}


def iana(text: str) -> str | None:
    """The IANA name of a zone that was given in any letter case; None for anything else."""
    return _zones().get(" ".join(text.split()).casefold())


def zone_named(text: str) -> str | None:
    """The zone of an IANA name, or of a city of the list."""
    named = {city.casefold(): zone for city, zone in CITIES.items()}
    return iana(text) or named.get(" ".join(text.split()).casefold())


def local(at: int, zone: str) -> datetime:
    """What clock and calendar show there at a moment (Unix time)."""
    return datetime.fromtimestamp(at, ZoneInfo(zone))


def begins(day: date, zone: str, hour: int) -> int:
    """When a day begins (Unix time): when the clock first shows the hour, or leaps over it."""
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC).timestamp())


def day_of(at: int, zone: str, hour: int) -> date:
    """The day of a moment: the last one that has begun."""
    day = local(at, zone).date() + timedelta(days=1)
    while begins(day, zone, hour) > at:
        day -= timedelta(days=1)
    return day


def next_at(after: int, zone: str, minute: int) -> int:
    """When the clock next shows this minute of a day, after a moment; both Unix time."""
    day = local(after, zone).date() - timedelta(days=1)
    while True:
        hours, minutes = divmod(minute, 60)
        wall = datetime(day.year, day.month, day.day, hours, minutes, tzinfo=ZoneInfo(zone))
        if (at := int(wall.astimezone(UTC).timestamp())) > after:
            return at
        day += timedelta(days=1)
