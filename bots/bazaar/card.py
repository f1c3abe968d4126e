"""The card: an ad as everybody sees it, in the first language for all."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from bots.bazaar import texts
from bots.bazaar.ads import BUY, NEGOTIABLE, SERVICE, Content
from bots.bazaar.texts import CYRILLIC

TEXT, CAPTION = 4096, 1024
"""UTF-16 units of a text and of a caption (Bot API, sendMessage and sendPhoto)."""
GROUPED = 100_000
"""From here on numbers are shown in thousands."""

_ICONS = (
    ("year", "⚙️ Йили"),
    ("mileage", "🏃 Пробег"),
    ("rooms", "🚪 Хоналар сони"),
    ("area", "📐 Майдони"),
    ("condition", "🔦 Ҳолати"),
    ("price", "💰 Нархи"),
    ("place", "📍 Манзили"),
)


class Card(NamedTuple):
    """A text with its marks (Bot API, MessageEntity)."""

    text: str
    entities: list[dict[str, Any]]


def number(value: int) -> str:
    """A whole number as it is shown."""
    return f"{value:,}".replace(",", "\u00a0") if value >= GROUPED else str(value)


def price(content: Content) -> str:
    """A price as it is shown, "" for none."""
    if content.price is None:
        return ""
    if content.price == NEGOTIABLE:
        return "келишилади"
    return f"{number(content.price)} {content.currency}".strip()


def head(content: Content) -> str:
    """The first line."""
    icon = texts.say(texts.CATEGORIES[content.category], CYRILLIC).partition(" ")[0]
    if content.kind == SERVICE:
        return f"{icon} {content.title}"
    return f"{icon} {content.title} {'олинади' if content.kind == BUY else 'сотилади'}!"


def _lines(content: Content) -> Iterator[str]:
    yield head(content)
    for name, label in _ICONS:
        value = price(content) if name == "price" else getattr(content, name)
        if value not in (None, ""):
            shown = number(value) if isinstance(value, int) and name != "year" else str(value)
            yield f"{label}: {shown} м²" if name == "area" else f"{label}: {shown}"


def whole(content: Content, username: str, ad: int = 0, before: str = "", after: str = "", *, most: int = TEXT) -> Card:
    """The card between two texts; of more than `most` UTF-16 units the description is cut."""
    link = f"https://t.me/{username}?start=ad_{ad}" if ad else f"https://t.me/{username}"
    name = f"Водий бозор №{ad}" if ad else "Водий бозор"
    top = before + "\n".join(_lines(content))
    tail = (f"\n📞 Мурожаат учун: {content.contact}" if content.contact else "") + "\n\n"
    said = f"\n📝 {content.description}" if content.description else ""
    room = most - units(top) - units(tail) - units(name) - units(after)
    if units(said) > room:
        said = cut(said, room)
    text = top + said + tail
    return Card(text + name + after, [{"type": "text_link", "offset": units(text), "length": units(name), "url": link}])


def caption(content: Content, username: str, ad: int, before: str = "") -> Card:
    """The card below a photo."""
    return whole(content, username, ad, before, most=CAPTION)


def units(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, room: int) -> str:
    """At most so many UTF-16 units of a text, with an ellipsis at its end."""
    while text and units(text) + 1 > room:
        text = text[: -max(1, (units(text) + 1 - room) // 2)]
    return text.rstrip() + "…" if text else ""
