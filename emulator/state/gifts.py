"""Telegram's gifts: which there are, what they cost, how many are left. Source: Client.cpp, JsonGift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.state.errors import bad_request

if TYPE_CHECKING:
    from emulator.state.files import Files, StoredFile

PREMIUM = {3: 1000, 6: 1500, 12: 2500}
"""Months of Telegram Premium and their price (Bot API, giftPremiumSubscription)."""


@dataclass(eq=False)
class Gift:
    """One kind of gift; remaining None: there is no end of it."""

    id: str
    stars: int
    sticker: StoredFile
    total: int = 0
    remaining: int | None = None


class Gifts:
    """All kinds, in the order of the list."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.all: dict[str, Gift] = {}
        for number, stars in enumerate((15, 25, 50, 100)):
            self.add(str(5170145012310081615 + number), stars)

    def add(self, gift_id: str, stars: int, total: int = 0) -> Gift:
        """Put a gift on the list; total: how many there are of it, 0 for no end."""
        sticker = self._files.store(b"gift", "stickers", "gift.tgs")
        self.all[gift_id] = Gift(gift_id, stars, sticker, total, total or None)
        return self.all[gift_id]

    def find(self, gift_id: str) -> Gift:
        """A gift that can be sent now. Names of refusals: core.telegram.org, payments.sendStarsForm."""
        gift = self.all.get(gift_id)
        if gift is None:
            raise bad_request("STARGIFT_INVALID")
        if gift.remaining == 0:
            raise bad_request("STARGIFT_USAGE_LIMITED")
        return gift
