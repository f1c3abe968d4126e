"""Searching by words."""

from bots.bazaar.visit import Visit


def begin(visit: Visit, query: str) -> None:
    """Show the first page of what is found."""
