"""How ads end: closed by their owners, sold, or when their time is over."""

from bots.bazaar import ads, cards, drafts, notices, posts, texts
from bots.bazaar.ads import APPROVED, BUY, CLOSED, EXPIRED, PENDING, PUBLISHED, SERVICE, SOLD, Ad
from pinstore import Tables
from runtime.languages import Phrase

_OF = "SELECT number FROM ads WHERE owner = ? AND state NOT IN ('sold', 'closed') ORDER BY number"


def close(tables: Tables, ad: Ad, why: Phrase = texts.WITHDRAWN) -> None:
    """Take it away from everywhere."""
    _end_question(tables, ad)
    posts.take_down(tables, ad)
    ad.state = CLOSED
    ads.put(tables, ad)
    drafts.drop_of(tables, ad.number)
    cards.end(tables, ad.number, texts.say(why, texts.CYRILLIC))


def close_all(tables: Tables, owner: int, why: Phrase = texts.WITHDRAWN) -> None:
    """Close all ads of somebody that are not closed yet."""
    for (number,) in tables.execute(_OF, (owner,)).fetchall():
        if ad := ads.find(tables, number):
            close(tables, ad, why)


def sell(tables: Tables, ad: Ad) -> None:
    """It is sold, or found: the post says so and stays."""
    _end_question(tables, ad)
    posts.mark(tables, ad)
    drafts.drop_of(tables, ad.number)


def expire(tables: Tables, ad: Ad) -> None:
    """Its time is over."""
    _end_question(tables, ad)
    posts.take_down(tables, ad)
    ad.state = EXPIRED
    ads.put(tables, ad)
    notices.write(tables, ad.owner, notices.EXPIRED, ad.number)


def ask(tables: Tables, ad: Ad, now: int) -> None:
    """Ask whether it is sold; the question before loses its buttons."""
    _end_question(tables, ad)
    ad.asks, ad.asked = ad.asks + 1, now
    ads.put(tables, ad)
    notices.write(tables, ad.owner, notices.QUESTION, ad.number)


def put_off(tables: Tables, ad: Ad, now: int) -> None:
    """It is not sold yet: ask again later."""
    ad.asks, ad.asked, ad.question = 0, now, 0
    ads.put(tables, ad)


def _end_question(tables: Tables, ad: Ad) -> None:
    if ad.question:
        notices.write(tables, ad.owner, notices.OVER, ad.number, str(ad.question))
        ad.question = 0


def is_asked(ad: Ad) -> bool:
    """Whether it makes sense to ask for it: somebody who sells or buys, while it stands in the channel."""
    return ad.state == PUBLISHED and ad.kind != SERVICE


def can_be_deleted(ad: Ad) -> bool:
    """Whether its owner may withdraw it."""
    return ad.state not in (SOLD, CLOSED)


def can_be_changed(ad: Ad) -> bool:
    """Whether its owner may make a draft of it."""
    return ad.state not in (PENDING, APPROVED, SOLD, CLOSED)


def done(ad: Ad) -> Phrase:
    """The button by which its owner says that it is sold."""
    return texts.FOUND if ad.kind == BUY else texts.SOLD
