"""Fields of an ad: what is accepted, and as what it is kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from phonenumbers import NumberParseException, PhoneNumberFormat, format_number, is_valid_number, parse

from bots.bazaar.ads import NEGOTIABLE
from bots.bazaar.letters import folded

Values = dict[str, str | int | None]

REGION = "UZ"
EMPTY: Mapping[str, Values] = {
    "price": {"price": None, "currency": ""},
    "place": {"place": ""},
    "description": {"description": ""},
}
"""Fields that may be skipped, and what is kept then."""

_LONGEST = {"title": 100, "condition": 100, "place": 100}
_LINES = 2_000
_RANGES = {"mileage": (0, 9_999_999), "rooms": (1, 99), "area": (1, 999_999)}
_UNITS = {
    "mileage": re.compile(r"\s*(км|km)\.?$", re.IGNORECASE),
    "area": re.compile(r"\s*(м²|m²|м2|m2)$", re.IGNORECASE),
}
_MOST = 10**12
_PLAIN = re.compile(r"[0-9]+", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:([ .,'\u00a0])[0-9]{3})(?:\1[0-9]{3})*", re.ASCII)
_DOLLARS = ("$", "usd", "доллар", "dollar", "у.е.")
_SUMS = ("сўм", "сум", "so'm", "soʻm", "so‘m", "so’m", "soʼm", "so`m", "sum", "uzs")
_CURRENCIES = {**dict.fromkeys(_DOLLARS, "$"), **dict.fromkeys(_SUMS, "сўм")}
_PHONE = re.compile(r"[0-9 +()\-]+", re.ASCII)
_NAME = re.compile(r"@[A-Za-z][A-Za-z0-9_]{4,31}", re.ASCII)
_AGREEMENT = folded("келишилади")


def number_in(text: str, least: int = 0, most: int = 10**15) -> int | None:
    """A whole number, in thousands if one likes."""
    text = text.strip()
    if not (_PLAIN.fullmatch(text) or _GROUPED.fullmatch(text)):
        return None
    digits = re.sub(r"[^0-9]", "", text)
    number = int(digits) if len(digits) <= len(str(most)) + 3 else most + 1
    return number if least <= number <= most else None


def read(name: str, text: str, year: int) -> Values | None:
    """The values of a field that a text gives; None if it is not accepted. `year` is this one."""
    if name == "price":
        return _price(text)
    if name == "contact":
        contact = _contact(text)
        return {name: contact} if contact else None
    if name == "description":
        lines = text.replace("\r", "").strip()
        return {name: lines} if 1 <= len(lines) <= _LINES else None
    if name in _LONGEST:
        line = " ".join(text.split())
        return {name: line} if 1 <= len(line) <= _LONGEST[name] else None
    least, most = _RANGES.get(name, (1900, year + 1))
    number = number_in(_UNITS[name].sub("", text.strip()) if name in _UNITS else text, least, most)
    return None if number is None else {name: number}


def _price(text: str) -> Values | None:
    line = " ".join(text.split())
    if folded(line) == _AGREEMENT:
        return {"price": NEGOTIABLE, "currency": ""}
    small, currency = line.casefold(), ""
    for word, known in _CURRENCIES.items():
        if small.startswith(word) or small.endswith(word):
            line = line[len(word) :] if small.startswith(word) else line[: -len(word)]
            currency = known
            break
    number = number_in(line, 1, _MOST)
    return None if number is None else {"price": number, "currency": currency}


def _contact(text: str) -> str:
    text = text.strip()
    if _NAME.fullmatch(text):
        return text
    if not _PHONE.fullmatch(text):
        return ""
    try:
        number = parse(text, REGION)
    except NumberParseException:
        return ""
    return str(format_number(number, PhoneNumberFormat.E164)) if is_valid_number(number) else ""


def shared(phone: str) -> str:
    """The number of a contact that somebody shares, which Telegram knows to be right."""
    return _contact(phone) or "+" + re.sub(r"[^0-9]", "", phone)


@dataclass
class Line:
    """A car in one line."""

    values: Values = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


_ORDER = ("title", "year", "mileage", "condition", "price", "contact")


def is_line(text: str) -> bool:
    """Whether it begins like a car in one line."""
    before, colon, _ = text.partition(":")
    return bool(colon) and len(before) < 20 and folded(before) == "avto"


def read_line(text: str, year: int) -> Line:
    """All fields of a car; those that are not accepted, or not there, by their names."""
    parts = text.partition(":")[2].split(",", 4)
    rest = parts.pop() if len(parts) == 5 else ""
    price, _, contact = rest.rpartition(",")
    said = dict(zip(_ORDER, [*parts, *[""] * (4 - len(parts)), price, contact], strict=True))
    line = Line()
    for name, value in said.items():
        found = read(name, value, year)
        if found is None:
            line.wrong.append(name)
        else:
            line.values |= found
    return line
