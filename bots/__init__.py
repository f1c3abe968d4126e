"""The bots, by the value of BOT: the only file that knows all of them."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtime.app import App

BOTS = {
    "bazaar": "Ads that a moderator allows and a channel shows.",
    "clicker": "People tap and look at the rating.",
    "calories": "A number in, what is left of the day out.",
    "roulette": "Two strangers talk, and neither learns who the other is.",
    "shop": "People buy with Telegram's Stars.",
}
"""Each bot in a line."""

DEFAULT = "clicker"


def load(name: str) -> "App":
    """The bot of this name; it is imported only now, as no other bot's libraries are needed."""
    app: App = import_module(f"bots.{name}").app
    return app
