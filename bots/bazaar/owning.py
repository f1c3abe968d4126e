"""What owners do with their ads: look at them, withdraw them, say that they are sold, change them."""

from aiogram.types import InlineKeyboardMarkup

from bots.bazaar import ads, asking, boards, card, drafts, endings, giving, texts
from bots.bazaar.ads import Ad
from bots.bazaar.pages import A_PAGE, page
from bots.bazaar.visit import Visit
from runtime.keyboards import inline

_COUNT = "SELECT count(*) FROM ads WHERE owner = ?"
_PAGE = "SELECT number, title, state FROM ads WHERE owner = ? ORDER BY number DESC LIMIT ? OFFSET ?"


def my(visit: Visit) -> None:
    """Show somebody his ads, the newest first."""
    text, keys = _page(visit, 1)
    visit.tell(text, keys)


def turn(visit: Visit, number: int) -> None:
    """Show another page in the place of one."""
    text, keys = _page(visit, number)
    visit.turn(text, keys)


def _page(visit: Visit, number: int) -> tuple[str, InlineKeyboardMarkup | None]:
    count = int(visit.tables.execute(_COUNT, (visit.me.id,)).fetchone()[0])
    if not count:
        return visit.say(texts.NO_ADS), None
    here = page(number, count)
    rows = visit.tables.execute(_PAGE, (visit.me.id, A_PAGE, here.offset)).fetchall()
    lines = [visit.say(texts.MY_AD, n=one, title=title, state=texts.STATES[state]) for one, title, state in rows]
    keys = [(f"№{one}", f"own:show:{one}") for one, _, _ in rows]
    return "\n".join(lines), inline(keys, *here.around("own:page:"))


def show(visit: Visit, ad: Ad) -> None:
    """Show one whole, with what its state allows."""
    keys = [(endings.done(ad), "sold")] if endings.is_asked(ad) else []
    keys += [(texts.CHANGE, "change")] if endings.can_be_changed(ad) else []
    keys += [(texts.DELETE, "delete")] if endings.can_be_deleted(ad) else []
    shown = card.whole(ad, visit.bazaar.username, ad.number)
    rows = [[(visit.say(phrase), f"own:{deed}:{ad.number}")] for phrase, deed in keys]
    visit.show(ad.photos, shown.text, shown.entities, inline(*rows) if rows else None)


def delete(visit: Visit, ad: Ad) -> None:
    """Withdraw it."""
    if not endings.can_be_deleted(ad):
        visit.warn(texts.GONE)
        return
    endings.close(visit.tables, ad)
    _thank(visit)


def sold(visit: Visit, ad: Ad) -> None:
    """It is sold, or found."""
    if not endings.is_asked(ad):
        visit.warn(texts.GONE)
        return
    endings.sell(visit.tables, ad)
    _thank(visit)


def change(visit: Visit, ad: Ad) -> None:
    """Make a draft of it."""
    if draft := drafts.find(visit.tables, visit.me.id):
        giving.tell_of(visit, draft)
    elif not endings.can_be_changed(ad):
        visit.warn(texts.GONE)
    else:
        asking.ask(visit, drafts.of_ad(ad))


def _thank(visit: Visit) -> None:
    visit.strip()
    visit.tell(texts.THANKS, boards.START)


DEEDS = {"show": show, "delete": delete, "sold": sold, "change": change}


def pressed(visit: Visit, deed: str, number: int) -> None:
    """A button of somebody's own ads."""
    if deed == "page":
        turn(visit, number)
        return
    ad = ads.find(visit.tables, number)
    if ad is None or ad.owner != visit.me.id or deed not in DEEDS:
        visit.warn(texts.GONE)
    else:
        DEEDS[deed](visit, ad)


def answered(visit: Visit, answer: str, number: int) -> None:
    """An answer to the question whether it is sold."""
    ad = ads.find(visit.tables, number)
    if ad is None or ad.owner != visit.me.id or not endings.is_asked(ad):
        visit.warn(texts.GONE)
        visit.strip()
    elif answer == "yes":
        ad.question = 0
        endings.sell(visit.tables, ad)
        visit.turn(visit.say(texts.THANKS))
    else:
        endings.put_off(visit.tables, ad, visit.now)
        visit.turn(visit.say(texts.LATER))
