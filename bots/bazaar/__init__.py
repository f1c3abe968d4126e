"""The bazaar: ads with moderation, a channel, reposts and a search."""

from bots.bazaar import texts
from bots.bazaar.settings import BazaarSettings
from bots.bazaar.tables import TABLES
from runtime.app import App, Total
from runtime.errands import ERRANDS

app = App(
    name="bazaar",
    tables=(*TABLES, ERRANDS),
    routers=lambda: (),
    locales=texts.LOCALES,
    totals=(Total("users", "people", "People."), Total("ads", "ads", "Ads.")),
    settings=BazaarSettings,
    without=frozenset({"top", "player"}),
)
