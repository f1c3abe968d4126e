"""Ads as rows: what an ad consists of, and every statement about one."""

from dataclasses import dataclass, fields
from typing import NamedTuple

from bots.bazaar import words
from pinstore import Tables

SELL, BUY, SERVICE = "sell", "buy", "service"
"""Kinds; that of services is their category as well."""

CATEGORIES = ("auto", "estate", "appliances", "household", "clothes", "sports", "phones", SERVICE)

PENDING, APPROVED, PUBLISHED, REJECTED = "pending", "approved", "published", "rejected"
SOLD, CLOSED, EXPIRED = "sold", "closed", "expired"
STATES = (PENDING, APPROVED, PUBLISHED, REJECTED, SOLD, CLOSED, EXPIRED)

NEGOTIABLE = -1
"""The price of what is a matter of agreement."""


class Photo(NamedTuple):
    """A photo at Telegram."""

    file: str
    """file_id"""
    unique: str = ""
    """file_unique_id; "" for one that was imported."""


@dataclass(slots=True)
class Content:
    """What people say in an ad or in a draft of one; None or "" is what it lacks."""

    kind: str
    category: str
    title: str = ""
    year: int | None = None
    mileage: int | None = None
    rooms: int | None = None
    area: int | None = None
    condition: str = ""
    price: int | None = None
    """NEGOTIABLE, or a sum."""
    currency: str = ""
    """"$", "сўм" or none."""
    place: str = ""
    description: str = ""
    contact: str = ""
    photos: tuple[Photo, ...] = ()


@dataclass(slots=True)
class Ad(Content):
    """A row of `ads`."""

    number: int = 0
    owner: int = 0
    state: str = PENDING
    version: int = 1
    day: int = 0
    created: int = 0
    approved: int = 0
    published: int = 0
    asked: int = 0
    asks: int = 0
    question: int = 0
    bag: int = 0
    message: int = 0


COLUMNS = tuple(field.name for field in fields(Ad))
LISTED = ", ".join(COLUMNS)
"""The columns of an `Ad` in its order, for statements."""

_ONE = f"SELECT {LISTED} FROM ads WHERE number = ?"
_WRITTEN = (*COLUMNS, "words")
_SET = (
    f"INSERT INTO ads ({', '.join(_WRITTEN)}) VALUES ({', '.join('?' * len(_WRITTEN))}) "
    f"ON CONFLICT (number) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _WRITTEN)}"
)


def read(row: tuple[object, ...]) -> Ad:
    """A row of `LISTED` columns."""
    values = dict(zip(COLUMNS, row, strict=True))
    return Ad(**{**values, "photos": photos_in(str(values["photos"]))})  # type: ignore[arg-type]


def find(tables: Tables, number: int) -> Ad | None:
    """An ad by its number."""
    row = tables.execute(_ONE, (number,)).fetchone()
    return read(row) if row else None


def put(tables: Tables, ad: Ad) -> None:
    """Write all of an ad, new or not."""
    values = [photos_text(ad.photos) if name == "photos" else getattr(ad, name) for name in COLUMNS]
    said = (ad.condition, ad.place, ad.description)
    tables.execute(_SET, [*values, words.of(ad.title, ad.category, *said)])


def photos_in(text: str) -> tuple[Photo, ...]:
    """Photos as the column has them."""
    return tuple(Photo(*one.split(":", 1)) for one in text.split())


def photos_text(photos: tuple[Photo, ...]) -> str:
    """The column for them."""
    return " ".join(f"{file}:{unique}" for file, unique in photos)
