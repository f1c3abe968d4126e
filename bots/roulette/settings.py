"""The random chat's own variables."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import Field

from runtime.settings import Settings
from runtime.values import EXPECTED

Minutes = Annotated[float, Field(gt=0, le=10_000_000, allow_inf_nan=False)]


class RouletteSettings(Settings):
    """What a developer may set beside what all bots have."""

    expected: ClassVar[Mapping[str, str]] = {
        **EXPECTED,
        "SEARCH_MINUTES": "minutes until a search that finds nobody ends, a number above 0",
        "IDLE_MINUTES": "minutes until a chat in which nobody writes ends, a number above 0",
        "AUTOBAN_REPORTERS": "how many people have to report somebody for a ban, a whole number, 0 for never",
    }

    search_minutes: Minutes = 10.0
    idle_minutes: Minutes = 60.0
    autoban_reporters: Annotated[int, Field(ge=0, le=1_000_000)] = 3
