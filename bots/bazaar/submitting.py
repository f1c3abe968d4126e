"""An ad on its way to the moderators."""

from bots.bazaar import ads, cards, counters, moderation, posts
from bots.bazaar.ads import PENDING, PUBLISHED, Ad, Content
from bots.bazaar.clock import day_of
from bots.bazaar.drafts import Draft
from bots.bazaar.tables import NUMBER
from bots.bazaar.visit import Visit


def submit(visit: Visit, draft: Draft) -> Ad:
    """Make an ad of a draft, or change the one that it is of; its post, if one stands, is taken down."""
    ad = ads.find(visit.tables, draft.ad) if draft.ad else None
    if ad is None:
        ad = Ad(kind=draft.content.kind, category=draft.content.category)
        ad.number, ad.owner = counters.following(visit.tables, NUMBER), visit.me.id
        ad.created, ad.day = visit.now, day_of(visit.date)
    else:
        if ad.state == PUBLISHED:
            posts.take_down(visit.tables, ad)
        ad.version += 1
    for name in Content.__dataclass_fields__:
        setattr(ad, name, getattr(draft.content, name))
    ad.state = PENDING
    ads.put(visit.tables, ad)
    cards.show(visit.tables, moderation.chats(visit), ad.number, ad.version)
    return ad
