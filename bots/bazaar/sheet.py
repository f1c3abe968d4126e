"""A sheet of ads: the columns of `ads.csv`, and an ad as a row of it."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple, TextIO

from bots.bazaar import fields
from bots.bazaar.ads import BUY, CATEGORIES, NEGOTIABLE, SELL, SERVICE, Ad, Photo
from bots.bazaar.drafts import MOST_PHOTOS

COLUMNS = [
    "id",
    "state",
    "kind",
    "category",
    "title",
    "year",
    "mileage",
    "rooms",
    "area",
    "condition",
    "price",
    "currency",
    "place",
    "description",
    "contact",
    "user_id",
    "created",
    "published",
    "photos",
    "message_id",
]
NEEDED = ("kind", "category", "title", "contact")
AGREEMENT = "келишилади"

MOST_ID = 2**52
"""Above this no person has an id (Bot API, User)."""
MOST_MESSAGE = 2**31 - 1

_FIELDS = ("title", "year", "mileage", "rooms", "area", "condition", "place", "description", "contact")
_FILE = re.compile(r"[A-Za-z0-9_-]{1,255}", re.ASCII)
_LONGEST = 1 << 24


class SheetError(Exception):
    """What was sent is no such sheet; the sentence says what it lacks."""


class Refused(NamedTuple):
    """A row that is not taken."""

    row: int
    """As a spreadsheet counts, the heading being the first."""
    why: str
    """The column that is not accepted."""


def write_heading(file: TextIO) -> None:
    """The first row."""
    csv.writer(file).writerow(COLUMNS)


def write(file: TextIO, ad: Ad) -> None:
    """A row; what an ad lacks is empty."""
    price = "" if ad.price is None else AGREEMENT if ad.price == NEGOTIABLE else ad.price
    numbers = {name: "" if value is None else value for name in _FIELDS for value in [getattr(ad, name)]}
    values: dict[str, object] = {
        **numbers,
        "id": ad.number,
        "state": ad.state,
        "kind": ad.kind,
        "category": ad.category,
        "price": price,
        "currency": ad.currency,
        "user_id": ad.owner or "",
        "created": _time(ad.created),
        "published": _time(ad.published),
        "photos": " ".join(photo.file for photo in ad.photos),
        "message_id": ad.message or "",
    }
    csv.writer(file).writerow([values[name] for name in COLUMNS])


def _time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds // 1000, UTC).isoformat() if milliseconds else ""


def survey(content: bytes) -> int:
    """See that it is a sheet from its beginning to its end; the highest `message_id` in it. Raises SheetError."""
    csv.field_size_limit(_LONGEST)
    try:
        rows = _rows(content)
        missing = [name for name in NEEDED if name not in (rows.fieldnames or ())]
        if missing:
            raise SheetError(", ".join(missing))
        return max((fields.number_in(row.get("message_id") or "", 1, MOST_MESSAGE) or 0 for row in rows), default=0)
    except UnicodeDecodeError:
        raise SheetError("UTF-8") from None
    except csv.Error as error:
        raise SheetError(str(error)) from None


def read(content: bytes, year: int, done: int = 0) -> Iterator[Ad | Refused]:
    """The ads of a sheet after so many, or what is wrong with a row, in its order; `year` is this one.

    One by one: ten thousand at once have the collector of garbage look at all of them.
    """
    for number, row in islice(enumerate(_rows(content), 2), done, None):
        yield _read(number, row, year)


def _rows(content: bytes) -> "csv.DictReader[str]":
    """Letters are made of bytes piece by piece: megabytes at once are a moment in which no other thread may run."""
    return csv.DictReader(io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline=""), strict=True)


def _read(number: int, row: Mapping[str | None, object], year: int) -> Ad | Refused:
    said = {name: value.strip() for name, value in row.items() if name in COLUMNS and isinstance(value, str)}
    ad = Ad(kind=said.get("kind", ""), category=said.get("category", ""))
    wrong = next(_wrong(ad, {str(name): value for name, value in said.items()}, year), None)
    return Refused(number, wrong) if wrong else ad


def _wrong(ad: Ad, said: Mapping[str, str], year: int) -> Iterator[str]:
    """Fill an ad; the columns that are not accepted."""
    if ad.kind not in (SELL, BUY, SERVICE):
        yield "kind"
    if ad.category not in CATEGORIES or (ad.kind == SERVICE) != (ad.category == SERVICE):
        yield "category"
    for name in _FIELDS:
        if said.get(name) or name in NEEDED:
            yield from _filled(ad, name, fields.read(name, said.get(name, ""), year))
    if price := said.get("price"):
        yield from _filled(ad, "price", _priced(price, said.get("currency", ""), year))
    if owner := said.get("user_id"):
        yield from _filled(ad, "user_id", _numbered("owner", owner, MOST_ID))
    if message := said.get("message_id"):
        yield from _filled(ad, "message_id", _numbered("message", message, MOST_MESSAGE))
    files = said.get("photos", "").split()
    if len(files) > MOST_PHOTOS or not all(_FILE.fullmatch(file) for file in files):
        yield "photos"
    ad.photos = tuple(Photo(file) for file in files)


def _priced(price: str, currency: str, year: int) -> fields.Values | None:
    values = fields.read("price", price, year)
    if currency and (values is None or values["price"] != NEGOTIABLE):
        return fields.read("price", f"{price} {currency}", year)
    return values


def _numbered(name: str, text: str, most: int) -> fields.Values | None:
    number = fields.number_in(text, 1, most)
    return None if number is None else {name: number}


def _filled(ad: Ad, column: str, values: fields.Values | None) -> Iterator[str]:
    if values is None:
        yield column
    for name, value in (values or {}).items():
        setattr(ad, name, value)
