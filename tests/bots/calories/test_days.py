"""Days by the clock on the wall, over changes of clocks as well: each moment has one day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.calories.days import CITIES, begins, day_of, local, next_at, zone_named

ZONES = ("Europe/Berlin", "Europe/Moscow", "America/New_York", "Asia/Kathmandu", "America/Sao_Paulo", "Pacific/Apia")


def at(text: str) -> int:
    """A moment, told in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("moment", "zone", "hour", "expected"),
    [
        ("2026-11-28T20:59:59", "Europe/Moscow", 0, "2026-11-28"),
        ("2026-11-28T21:00:00", "Europe/Moscow", 0, "2026-11-29"),
        ("2026-11-28T21:30:00", "Europe/Moscow", 4, "2026-11-28"),
        # Berlin's clocks go back from 03:00 to 02:00 on 25 October 2026, at 01:00 UTC.
        ("2026-10-25T00:30:00", "Europe/Berlin", 3, "2026-10-24"),
        ("2026-10-25T01:30:00", "Europe/Berlin", 3, "2026-10-24"),
        ("2026-10-25T02:00:00", "Europe/Berlin", 3, "2026-10-25"),
        ("2026-10-25T00:30:00", "Europe/Berlin", 2, "2026-10-25"),
        ("2026-10-25T01:30:00", "Europe/Berlin", 2, "2026-10-25"),
        # They leap from 02:00 to 03:00 on 29 March 2026, at 01:00 UTC.
        ("2026-03-29T00:59:59", "Europe/Berlin", 2, "2026-03-28"),
        ("2026-03-29T01:00:00", "Europe/Berlin", 2, "2026-03-29"),
    ],
)
def test_a_moment_belongs_to_a_day(moment: str, zone: str, hour: int, expected: str) -> None:
    """That of its author's clock."""
    assert day_of(at(moment), zone, hour) == date.fromisoformat(expected)


@given(
    st.integers(at("2000-01-01"), at("2035-01-01")),
    st.sampled_from(ZONES),
    st.integers(0, 6),
)
def test_days_follow_each_other(moment: int, zone: str, hour: int) -> None:
    """A moment lies between the beginning of its day and that of the next; a day is not far from the calendar's."""
    day = day_of(moment, zone, hour)
    assert begins(day, zone, hour) <= moment
    later = [begins(day + timedelta(days=step), zone, hour) for step in (1, 2, 3)]
    assert moment < later[0] or later[0] == begins(day, zone, hour)
    assert abs((day - local(moment, zone).date()).days) <= 1


@given(
    st.integers(at("2000-01-01"), at("2035-01-01")),
    st.sampled_from(ZONES),
    st.integers(0, 24 * 60 - 1),
)
def test_the_next_time_comes_within_two_days(moment: int, zone: str, minute: int) -> None:
    """And after the moment."""
    assert moment < next_at(moment, zone, minute) <= moment + 49 * 3600


def test_zones_and_cities_are_found_in_any_letter_case() -> None:
    """Nothing else is one."""
    assert zone_named("europe/BERLIN") == "Europe/Berlin"
    assert zone_named("нью-йорк") == "America/New_York"
    assert all(zone_named(zone) == zone for zone in CITIES.values())
    assert [zone_named(text) for text in ("", "../../etc/passwd", "Europe", "UTC+3")] == [None] * 4
