"""Who plays on the demo's page with each bot: the only place that knows all of them, a file a bot."""

from scenes.bazaar import BAZAAR
from scenes.calories import CALORIES
from scenes.cast import Cast
from scenes.clicker import CLICKER
from scenes.roulette import ROULETTE
from scenes.shop import SHOP

CASTS: dict[str, Cast] = {
    "clicker": CLICKER,
    "shop": SHOP,
    "bazaar": BAZAAR,
    "roulette": ROULETTE,
    "calories": CALORIES,
}
"""By the value of BOT, in the order of the page."""
