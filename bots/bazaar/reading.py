"""Reading: categories, their pages, and ads shown whole."""

from bots.bazaar.visit import Visit


def begin(visit: Visit) -> None:
    """Show the categories."""


def show(visit: Visit, number: int) -> None:
    """Show an ad whole, if it is published."""


def pressed(visit: Visit, data: str) -> bool:
    """Take a button of a page; False for one that is of none."""
    return not visit.me.id and bool(data)
