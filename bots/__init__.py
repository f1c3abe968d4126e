"""The bots, by the value of BOT: the only file that knows all of them."""

BOTS = {"clicker": "People tap and look at the rating."}
"""Each bot in a line."""

DEFAULT = "clicker"
