"""Pages of a list: some lines, and buttons to the pages around."""

from collections.abc import Iterable
from typing import NamedTuple

from bots.bazaar import card
from bots.bazaar.ads import Ad

A_PAGE = 5

Keys = list[list[tuple[str, str]]]
"""Rows of inline buttons as (text, data)."""


class Page(NamedTuple):
    """A page of something that has so many entries."""

    number: int
    """From 1 on."""
    of: int
    """How many pages there are."""

    @property
    def offset(self) -> int:
        """The entries before it."""
        return (self.number - 1) * A_PAGE

    def around(self, data: str) -> Keys:
        """Buttons to its neighbours; `data` is what stands before their numbers."""
        back = [("⬅️", f"{data}{self.number - 1}")] if self.number > 1 else []
        on = [("➡️", f"{data}{self.number + 1}")] if self.number < self.of else []
        return [[*back, *on]] if back or on else []


def page(number: int, count: int) -> Page:
    """The page of this number, or the nearest that there is."""
    of = max(1, -(-count // A_PAGE))
    return Page(min(max(number, 1), of), of)


def listed(head: str, found: Iterable[Ad]) -> tuple[str, Keys]:
    """A page's text, and a button for each of its ads."""
    some = list(found)
    lines = [f"№{ad.number} {ad.title}" + (f" - {card.price(ad)}" if card.price(ad) else "") for ad in some]
    return "\n".join([head, "", *lines]), [[(f"№{ad.number}", f"show:{ad.number}") for ad in some]]
