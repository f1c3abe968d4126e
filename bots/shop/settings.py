"""The shop's own variables."""

from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from runtime.settings import EXPECTED, Settings


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("not a time zone") from None
    return value


class ShopSettings(Settings):
    """Beside those that all bots have."""

    expected: ClassVar = {
        **EXPECTED,
        "SUPPORT_CONTACT": "the name of somebody at Telegram, @name",
        "TIMEZONE": "a time zone such as Europe/Moscow",
        "ORDER_TTL": "seconds in which an order can be paid, a whole number from 1 to 86400",
    }

    support_contact: Annotated[str, Field(pattern=r"^@[A-Za-z][A-Za-z0-9_]{3,31}$")] | None = None
    timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Moscow"
    order_ttl: Annotated[int, Field(ge=1, le=86400)] = 900

    @property
    def zone(self) -> ZoneInfo:
        """In which dates are told."""
        return ZoneInfo(self.timezone)
