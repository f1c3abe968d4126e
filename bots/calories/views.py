"""The day, the week and the month, as text; the pictures are drawn elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bots.calories import days, texts
from bots.calories.diary import Diary, Noted, Person
from bots.calories.entries import half_up
from bots.calories.texts import filled, number, say

SHOWN = 50
"""Entries of a day that are shown, the last ones."""


@dataclass(frozen=True)
class Period:
    """Some days until today: their sums in tenths, None for a day without entries, and the words below the picture."""

    caption: str
    norm: int
    sums: Sequence[tuple[date, int | None]]


def today(diary: Diary, person: Person, now: int) -> str:
    """What was eaten on this day."""
    code, day = person.code, person.today(now)
    noted = diary.of_day(person, day)
    total = sum(entry.tenths for entry in noted)
    lines = [filled(texts.TODAY_HEAD, code, day=f"{day:%d.%m}")]
    if noted:
        lines += ["…"] if len(noted) > SHOWN else []
        lines += [_line(entry, person) for entry in noted[-SHOWN:]]
        lines.append(filled(texts.TOTAL, code, n=number(total, code), norm=person.norm))
    else:
        lines.append(say(texts.NO_ENTRIES, code))
    return "\n".join([*lines, texts.left(person.norm, total, code)])


def _line(entry: Noted, person: Person) -> str:
    label = f"{entry.label} " if entry.label else ""
    return f"{days.local(entry.at, person.zone):%H:%M} {label}{number(entry.tenths, person.code)}"


def week(diary: Diary, person: Person, now: int) -> Period | None:
    """The seven days that end today; None without entries."""
    sums = _sums(diary, person, now, 7)
    known = [tenths for _, tenths in sums if tenths is not None]
    if not known:
        return None
    code = person.code
    lines = [filled(texts.WEEK_HEAD, code, first=f"{sums[0][0]:%d.%m}", last=f"{sums[-1][0]:%d.%m}")]
    for day, tenths in sums:
        told = "—" if tenths is None else number(tenths, code)
        lines.append(f"{day:%d.%m} {say(texts.WEEKDAYS[day.weekday()], code)}: {told}")
    return Period("\n".join([*lines, *_mean(known, person)]), person.norm, sums)


def month(diary: Diary, person: Person, now: int) -> Period | None:
    """The thirty days that end today; None without entries."""
    sums = _sums(diary, person, now, 30)
    known = [tenths for _, tenths in sums if tenths is not None]
    if not known:
        return None
    code = person.code
    head = filled(texts.MONTH_HEAD, code, first=f"{sums[0][0]:%d.%m}", last=f"{sums[-1][0]:%d.%m}")
    lines = [head, filled(texts.DAYS_WITH, code, n=len(known)), *_mean(known, person)]
    return Period("\n".join(lines), person.norm, sums)


def _sums(diary: Diary, person: Person, now: int, number_of_days: int) -> list[tuple[date, int | None]]:
    last = person.today(now)
    listed = [last - timedelta(days=back) for back in range(number_of_days - 1, -1, -1)]
    found = diary.sums(person, listed)
    return [(day, found.get(day.isoformat())) for day in listed]


def _mean(known: Sequence[int], person: Person) -> list[str]:
    mean, good = half_up(sum(known), 10 * len(known)), sum(tenths <= person.norm * 10 for tenths in known)
    return [
        filled(texts.MEAN, person.code, n=mean),
        filled(texts.WITHIN, person.code, good=good, days=len(known)),
    ]
