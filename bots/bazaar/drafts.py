"""Drafts as rows: what somebody has said of an ad so far, and which question is open."""

import json
from dataclasses import asdict, dataclass, field

from bots.bazaar.ads import SELL, Ad, Content, Photo
from pinstore import Tables

PHOTOS, READY, PREVIEW, CHANGE = "photos", "ready", "preview", "change"
"""Steps beside the fields: whether there are photos, until they are ready, before it is sent, what to change."""

MOST_PHOTOS = 10

_FIND = "SELECT person, ad, kind, category, step, single, fields, photos FROM drafts WHERE person = ?"
_PUT = """
INSERT INTO drafts (person, ad, kind, category, step, single, fields, photos) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (person) DO UPDATE SET ad = excluded.ad, kind = excluded.kind, category = excluded.category,
step = excluded.step, single = excluded.single, fields = excluded.fields, photos = excluded.photos"""
_DROP = "DELETE FROM drafts WHERE person = ?"
_DROP_OF = "DELETE FROM drafts WHERE ad = ? AND ad <> 0"

_FIELDS = tuple(name for name in Content.__dataclass_fields__ if name not in ("kind", "category", "photos"))


@dataclass
class Draft:
    """One person's."""

    person: int
    content: Content
    step: str
    ad: int = 0
    """The number of the ad that is changed, 0 for a new one."""
    is_single: bool = False
    """Whether one field alone is asked, on the way back to the preview."""
    photos: list[tuple[int, str, str]] = field(default_factory=list)
    """By their messages: (message, file_id, unique_id)."""

    def add_photo(self, message: int, file: str, unique: str) -> bool:
        """Take a photo; whether there was room for it. One that is there already stays where it is."""
        if any(known == unique for _, _, known in self.photos):
            return True
        self.photos = sorted([*self.photos, (message, file, unique)])
        is_full = len(self.photos) > MOST_PHOTOS
        del self.photos[MOST_PHOTOS:]
        self.show_photos()
        return not is_full

    def drop_photos(self) -> None:
        """Begin anew."""
        self.photos = []
        self.show_photos()

    def show_photos(self) -> None:
        """Have the content hold them."""
        self.content.photos = tuple(Photo(file, unique) for _, file, unique in self.photos)


def find(tables: Tables, person: int) -> Draft | None:
    """What this person has begun."""
    row = tables.execute(_FIND, (person,)).fetchone()
    if row is None:
        return None
    _, ad, kind, category, step, single, said, shown = row
    draft = Draft(person, Content(kind, category, **json.loads(said)), step, ad, bool(single))
    draft.photos = [(int(message), file, unique) for message, file, unique in json.loads(shown)]
    draft.show_photos()
    return draft


def put(tables: Tables, draft: Draft) -> None:
    """Keep it."""
    values = asdict(draft.content)
    said = json.dumps({name: values[name] for name in _FIELDS if values[name] not in (None, "")}, ensure_ascii=False)
    content = draft.content
    row = (draft.person, draft.ad, content.kind, content.category, draft.step, int(draft.is_single), said)
    tables.execute(_PUT, (*row, json.dumps(draft.photos)))


def drop(tables: Tables, person: int) -> None:
    """Forget it."""
    tables.execute(_DROP, (person,))


def drop_of(tables: Tables, ad: int) -> None:
    """Forget the change of an ad that has ended."""
    tables.execute(_DROP_OF, (ad,))


def of_ad(ad: Ad) -> Draft:
    """A draft that changes an ad, open at its preview."""
    content = Content(**{name: getattr(ad, name) for name in ("kind", "category", *_FIELDS)})
    draft = Draft(ad.owner, content, PREVIEW, ad.number)
    draft.photos = [(place, *photo) for place, photo in enumerate(ad.photos)]
    draft.show_photos()
    return draft


def asked(kind: str, category: str) -> tuple[str, ...]:
    """The fields of an ad, in the order in which they are asked."""
    has = {
        "year": kind == SELL and category == "auto",
        "mileage": kind == SELL and category == "auto",
        "rooms": kind == SELL and category == "estate",
        "area": kind == SELL and category == "estate",
        "condition": kind == SELL and category != "estate",
        "place": kind == SELL and category in ("auto", "estate"),
        "description": (kind, category) != (SELL, "auto"),
    }
    order = ("title", "year", "mileage", "rooms", "area", "condition", "price", "place", "description", "contact")
    return tuple(name for name in order if has.get(name, True))


def is_optional(name: str, kind: str, category: str) -> bool:
    """Whether a field may be skipped."""
    return name == "description" or (name == "price" and kind != SELL) or (name == "place" and category == "auto")
