"""What people write for what they eat, read: a number, a name with a number, a food that is known, several lines."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from unicodedata import normalize

from runtime.names import one_line

MOST_LINES = 20
LONGEST_NAME = 40
MOST = 20_000
"""Kilocalories of one entry."""

_UNIT = r"(?:\s?(?:ккал|кал|kcal|cal|kkal))?"
_NUMBER = r"(?P<sign>[+\-−–])?(?P<whole>[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+|[0-9]+)(?:[.,](?P<tenth>[0-9]))?"
_ALONE = re.compile(rf"{_NUMBER}{_UNIT}", re.IGNORECASE)
_BEHIND = re.compile(rf"(?P<name>.*?\S)\s+{_NUMBER}{_UNIT}", re.IGNORECASE)
_BEFORE = re.compile(rf"{_NUMBER}{_UNIT}\s+(?P<name>\S.*)", re.IGNORECASE)
_TIMES = re.compile(r"(?P<name>.*?\S)\s+[xх×*]\s?(?P<whole>[0-9]{1,5})(?:[.,](?P<tenth>[0-9]+))?", re.IGNORECASE)
_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of characters, which no table can keep."""


class Fault(Enum):
    """Why a line is no entry."""

    UNCLEAR = "not understood"
    RANGE = "too little or too much"


@dataclass(frozen=True)
class Entry:
    """So many tenths of a kilocalorie, less than 0 for what was used up; `name` is "" for none."""

    name: str
    tenths: int


@dataclass(frozen=True)
class Known:
    """A food by its name, so many tenths of it."""

    name: str
    times: int = 10

    @property
    def folded(self) -> str:
        """The name as it is compared."""
        return folded(self.name)

    def entry(self, tenths: int) -> Entry | Fault:
        """With the food's calories."""
        return _ranged(self.name, half_up(tenths * self.times, 10))


Line = Entry | Known | Fault


def read(text: str) -> Mapping[int, Line]:
    """What each line means that is not empty, by its place; one fault for a text that has too many."""
    lines = {place: line for place, line in enumerate(map(str.strip, text.splitlines()), 1) if line}
    if not lines or len(lines) > MOST_LINES:
        return {1: Fault.UNCLEAR}
    return {place: read_line(line) for place, line in lines.items()}


def read_line(line: str) -> Line:
    """What one line means."""
    if found := _ALONE.fullmatch(line):
        return _ranged("", _tenths(found))
    if found := _TIMES.fullmatch(line):
        named, tenth = _name(found["name"]), found["tenth"] or "0"
        times = int(found["whole"]) * 10 + int(tenth[0])
        return Known(named, times) if named and times and len(tenth) == 1 else Fault.UNCLEAR
    for pattern in (_BEHIND, _BEFORE):
        if (found := pattern.fullmatch(line)) and (name := _name(found["name"])):
            return _ranged(name, _tenths(found))
    known = _name(line)
    return Known(known) if known else Fault.UNCLEAR


def norm(text: str) -> int | None:
    """A norm: whole kilocalories from 500 to 10000; None for any other text."""
    found = re.fullmatch(rf"(?P<number>[0-9]{{3,5}}){_UNIT}", text.strip(), re.IGNORECASE)
    number = int(found["number"]) if found else 0
    return number if 500 <= number <= 10_000 else None


def folded(name: str) -> str:
    """A name as it is compared: letter case, ё and spaces make no difference, nor how an accent is put together."""
    return " ".join(normalize("NFC", name.casefold()).replace("ё", "е").split())


def half_up(number: int, by: int) -> int:
    """The quotient, rounded half up to a whole number."""
    return (2 * number + by) // (2 * by)


def _name(text: str) -> str:
    """A name as it is kept, on one line; "" for one that is none."""
    if len(" ".join(text.split())) > LONGEST_NAME or _HALVES.search(text):
        return ""
    name = one_line(text, "")
    return name if any(letter.isalpha() for letter in name) else ""


def _tenths(found: re.Match[str]) -> int:
    number = int(re.sub(r"[^0-9]", "", found["whole"])[:9]) * 10 + int(found["tenth"] or 0)
    return -number if found["sign"] and found["sign"] != "+" else number


def _ranged(name: str, tenths: int) -> Entry | Fault:
    return Entry(name, tenths) if 10 <= abs(tenths) <= MOST * 10 else Fault.RANGE
