"""The bazaar's own variables."""

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from runtime.settings import Settings
from runtime.values import EXPECTED, MAX_ID

HOURS = 24

_CHANNEL = re.compile(r"-100\d{6,13}|@[A-Za-z]\w{3,31}", re.ASCII)

Seconds = Annotated[float, Field(ge=0, le=315_360_000, allow_inf_nan=False)]


def _hours(text: str) -> str:
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text, re.ASCII)
    if not found or max(map(int, found.groups())) > HOURS:
        raise ValueError("no hours")
    return text


class BazaarSettings(Settings):
    """What a developer may set beside what all bots have."""

    expected: ClassVar[Mapping[str, str]] = {
        **EXPECTED,
        "CHANNEL_ID": "the channel for the ads, its id (-100…) or its @name",
        "MODERATION_ID": "the id of the group that moderates, a number below 0",
        "REPOST_INTERVAL": "seconds between reposts, a number from 0 on, 0 for never",
        "SOLD_INTERVAL": "seconds until owners are asked whether it is sold, a number from 0 on, 0 for never",
        "AD_LIFE": "seconds that an ad lives, a number from 0 on, 0 for ever",
        "ADS_PER_DAY": "how many ads a person may give for each category and day, a whole number, 0 for any number",
        "QUIET_HOURS": "whole hours in Tashkent as from-to, such as 23-8; two equal ones for none",
    }

    channel_id: Annotated[str | None, Field(validate_default=True)] = None
    moderation_id: Annotated[int, Field(ge=-MAX_ID, lt=0)] | None = None
    repost_interval: Seconds = 1800.0
    sold_interval: Seconds = 259_200.0
    ad_life: Seconds = 2_592_000.0
    ads_per_day: Annotated[int, Field(ge=0, le=1_000_000)] = 1
    quiet_hours: Annotated[str, AfterValidator(_hours)] = "23-8"

    @field_validator("channel_id")
    @classmethod
    def _channel(cls, text: str | None, info: ValidationInfo) -> str | None:
        """A bot that runs needs one."""
        if text is None and info.data.get("bot_token") is None:
            return None
        if text is None or not _CHANNEL.fullmatch(text):
            raise ValueError("not a channel")
        return text

    @property
    def channel(self) -> int | str:
        """The channel as calls name it."""
        text = self.channel_id or ""
        return text if text.startswith("@") else int(text or 0)

    @property
    def quiet(self) -> tuple[int, int]:
        """From which hour to which one in Tashkent nothing is asked and reposted."""
        begin, _, end = self.quiet_hours.partition("-")
        return int(begin) % HOURS, int(end) % HOURS
