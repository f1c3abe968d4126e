"""Reading: categories, their pages, and ads shown whole."""

from aiogram.types import InlineKeyboardMarkup

from bots.bazaar import ads, card, search, subscriptions, texts
from bots.bazaar.ads import CATEGORIES, PUBLISHED, Ad
from bots.bazaar.fields import number_in
from bots.bazaar.pages import A_PAGE, listed, page
from bots.bazaar.visit import Visit
from runtime.keyboards import inline

_COUNTS = "SELECT category, count(*) FROM ads WHERE state = 'published' GROUP BY category"
_COUNT = "SELECT count(*) FROM ads WHERE state = 'published' AND category = ?"
_PAGE = (
    f"SELECT {ads.LISTED} FROM ads WHERE state = 'published' AND category = ? "
    "ORDER BY published DESC, number DESC LIMIT ? OFFSET ?"
)


def begin(visit: Visit) -> None:
    """Show the categories."""
    visit.tell(texts.ASK_READ, _categories(visit))


def _categories(visit: Visit) -> InlineKeyboardMarkup:
    counts = dict(visit.tables.execute(_COUNTS).fetchall())
    keys = [(f"{visit.say(texts.CATEGORIES[name])} ({counts.get(name, 0)})", f"read:{name}:1") for name in CATEGORIES]
    return inline(*([key] for key in keys))


def show(visit: Visit, number: int) -> None:
    """Show an ad whole, if it is published."""
    ad = ads.find(visit.tables, number)
    if ad is None or ad.state != PUBLISHED:
        visit.tell(texts.GONE)
    else:
        _show(visit, ad)


def _show(visit: Visit, ad: Ad) -> None:
    shown = card.whole(ad, visit.bazaar.username, ad.number)
    visit.show(ad.photos, shown.text, shown.entities)


def turn(visit: Visit, category: str, number: int) -> None:
    """Show a page of a category in the place of the message."""
    count = int(visit.tables.execute(_COUNT, (category,)).fetchone()[0])
    here = page(number, count)
    rows = visit.tables.execute(_PAGE, (category, A_PAGE, here.offset)).fetchall()
    name = visit.say(texts.CATEGORIES[category])
    if rows:
        head = visit.say(texts.CATEGORY_PAGE, category=name, count=count, page=here.number, pages=here.of)
        text, keys = listed(head, [ads.read(row) for row in rows])
    else:
        text, keys = visit.say(texts.CATEGORY_EMPTY, category=name), []
    is_on = subscriptions.is_on(visit.tables, visit.me.id, category)
    bell = (texts.UNSUBSCRIBE, "unsub") if is_on else (texts.SUBSCRIBE, "sub")
    keys += here.around(f"read:{category}:")
    keys += [[(visit.say(bell[0]), f"{bell[1]}:{category}:{here.number}")], [(visit.say(texts.TO_KINDS), "read")]]
    visit.turn(text, inline(*keys))


def pressed(visit: Visit, data: str) -> bool:
    """Take a button of a page; False for one that is of none."""
    kind, _, rest = data.partition(":")
    name, _, argument = rest.partition(":")
    number = number_in(argument or rest) or 0
    if kind == "show":
        ad = ads.find(visit.tables, number)
        if ad is None or ad.state != PUBLISHED:
            visit.warn(texts.GONE)
        else:
            _show(visit, ad)
    elif data == "read":
        visit.turn(visit.say(texts.ASK_READ), _categories(visit))
    elif kind == "find":
        search.turn(visit, number_in(name) or 0, number)
    elif name in CATEGORIES and kind in ("read", "sub", "unsub", "leave"):
        _of_category(visit, kind, name, number)
    else:
        return False
    return True


def _of_category(visit: Visit, kind: str, category: str, number: int) -> None:
    if kind == "sub":
        subscriptions.begin(visit, category)
    elif kind in ("unsub", "leave"):
        subscriptions.end(visit, category)
    if kind == "leave":
        subscriptions.redraw(visit)
    else:
        turn(visit, category, number)
