"""Subscriptions: who hears of new ads of a category."""

from aiogram.types import InlineKeyboardMarkup

from bots.bazaar import notices, texts
from bots.bazaar.ads import CATEGORIES, Ad
from bots.bazaar.visit import Visit
from pinstore import Tables
from runtime.keyboards import inline

_WHO = "SELECT person FROM subscriptions WHERE category = ? AND person <> ? ORDER BY person"
_HIS = "SELECT category FROM subscriptions WHERE person = ?"
_ADD = "INSERT INTO subscriptions (person, category) VALUES (?, ?) ON CONFLICT DO NOTHING"
_DROP = "DELETE FROM subscriptions WHERE person = ? AND category = ?"


def announce(tables: Tables, ad: Ad) -> None:
    """Have everybody told who wants to hear of it."""
    for (person,) in tables.execute(_WHO, (ad.category, ad.owner)).fetchall():
        notices.write(tables, person, notices.NEWS, ad.number)


def is_on(tables: Tables, person: int, category: str) -> bool:
    """Whether somebody hears of a category."""
    return (category,) in tables.execute(_HIS, (person,)).fetchall()


def begin(visit: Visit, category: str) -> None:
    """Let somebody hear of a category."""
    visit.tables.execute(_ADD, (visit.me.id, category))
    visit.alert = visit.say(texts.SUBSCRIBED_TO, category=texts.CATEGORIES[category])


def end(visit: Visit, category: str) -> None:
    """Let him hear of it no more."""
    visit.tables.execute(_DROP, (visit.me.id, category))


def show(visit: Visit) -> None:
    """Show somebody what he hears of."""
    text, keys = _list(visit)
    visit.tell(text, keys)


def redraw(visit: Visit) -> None:
    """As `show`, in the place of the message."""
    text, keys = _list(visit)
    visit.turn(text, keys)


def _list(visit: Visit) -> tuple[str, InlineKeyboardMarkup | None]:
    his = {row[0] for row in visit.tables.execute(_HIS, (visit.me.id,)).fetchall()}
    keys = [(f"🔕 {visit.say(texts.CATEGORIES[name])}", f"leave:{name}") for name in CATEGORIES if name in his]
    if not keys:
        return visit.say(texts.NO_SUBSCRIPTIONS), None
    return visit.say(texts.SUBSCRIPTIONS), inline(*([key] for key in keys))
