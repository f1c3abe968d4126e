"""The calorie counter's own variables."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import AfterValidator

from bots.calories.days import iana
from runtime.settings import Settings
from runtime.values import EXPECTED


def _zone(text: str) -> str:
    found = iana(text)
    if found is None:
        raise ValueError("not a time zone")
    return found


class CaloriesSettings(Settings):
    """What a developer may set beside what all bots have."""

    expected: ClassVar[Mapping[str, str]] = {
        **EXPECTED,
        "DEFAULT_TIMEZONE": "the time zone of people who have not told theirs, an IANA name such as Europe/Moscow",
    }

    default_timezone: Annotated[str, AfterValidator(_zone)] = "Europe/Moscow"
