"""The moderators' group: Telegram gives one that becomes a supergroup another id than the settings have."""

from bots.bazaar import cards, counters
from bots.bazaar.settings import BazaarSettings
from bots.bazaar.tables import GROUP_IS, GROUP_WAS
from pinstore import Tables


def of(tables: Tables, settings: BazaarSettings) -> int | None:
    """Its id now; None if ads are decided in private chats."""
    group = settings.moderation_id
    return counters.value(tables, GROUP_IS) if group and group == counters.value(tables, GROUP_WAS) else group


def moved(tables: Tables, settings: BazaarSettings, to: int) -> None:
    """It has this id from now on; what was open is shown there again."""
    group = of(tables, settings)
    if group is None or group == to:
        return
    counters.turn(tables, GROUP_WAS, settings.moderation_id or 0)
    counters.turn(tables, GROUP_IS, to)
    cards.move(tables, group, to)
