"""Which day a moment belongs to: days begin at an hour by the clock on the wall of a person's zone."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, available_timezones

from tzfpy import get_tz

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

QUARTER = 900
"""Seconds: days begin at whole hours, and clocks differ from UTC by whole quarters."""

_named = cache(ZoneInfo)
"""Kept all, as zoneinfo itself keeps the last eight; there are some hundred."""


@cache
def _zones() -> Mapping[str, str]:
    return {name.casefold(): name for name in sorted(available_timezones() - NO_ZONES)}


def prepare() -> None:
    """Load what takes a tenth of a second each, before anybody waits: the names of all zones, and where they lie."""
    _zones()
    zone_at(0, 0)


def iana(text: str) -> str | None:
    """The IANA name of a zone that was given in any letter case; None for anything else."""
    return _zones().get(" ".join(text.split()).casefold())


def zone_named(text: str) -> str | None:
    """The zone of an IANA name, or of a city of the list."""
    named = {city.casefold(): zone for city, zone in CITIES.items()}
    return iana(text) or named.get(" ".join(text.split()).casefold())


def zone_at(longitude: float, latitude: float) -> str | None:
    """The zone of a place on the earth."""
    return iana(get_tz(longitude, latitude))


def local(at: int, zone: str) -> datetime:
    """What clock and calendar show there at a moment (Unix time)."""
    return datetime.fromtimestamp(at, _named(zone))


def begins(day: date, zone: str, hour: int) -> int:
    """When a day begins (Unix time): when the clock first shows the hour, or leaps over it."""
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=_named(zone)).astimezone(UTC).timestamp())


def day_of(at: int, zone: str, hour: int) -> date:
    """The day of a moment: the last one that has begun."""
    return _day_of(at // QUARTER * QUARTER, zone, hour)


@lru_cache(maxsize=4096)
def _day_of(at: int, zone: str, hour: int) -> date:
    day = local(at, zone).date() + timedelta(days=1)
    while begins(day, zone, hour) > at:
        day -= timedelta(days=1)
    return day


def next_at(after: int, zone: str, minute: int) -> int:
    """When the clock next shows this minute of a day, after a moment; both Unix time."""
    day = local(after, zone).date() - timedelta(days=1)
    while True:
        wall = datetime(day.year, day.month, day.day, *divmod(minute, 60), tzinfo=_named(zone))
        if (at := int(wall.astimezone(UTC).timestamp())) > after:
            return at
        day += timedelta(days=1)
