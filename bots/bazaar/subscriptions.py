"""Subscriptions: who hears of new ads of a category."""

from bots.bazaar.ads import Ad
from bots.bazaar.visit import Visit
from pinstore import Tables


def announce(tables: Tables, ad: Ad) -> None:
    """Have everybody told who wants to hear of it."""


def show(visit: Visit) -> None:
    """Show somebody what he hears of."""
