"""The bazaar: a seller, a reader and the moderator, the channel, and ads that are posted once."""

from __future__ import annotations

from scenes.cast import Cast

CHANNEL = -1001234567890
SOON = (("REPOST_INTERVAL", "60"), ("SOLD_INTERVAL", "180"), ("AD_LIFE", "3600"))
"""Half an hour is a minute here, so that it can be seen."""

BAZAAR = Cast(
    title="Водий бозор",
    line=("Объявления: модератор пропускает, канал показывает", "Ads that a moderator allows and a channel shows"),
    people=("Анна", "Тимур"),
    admin="Мария",
    role="seller",
    clock=True,
    channel=CHANNEL,
    settings=(("CHANNEL_ID", str(CHANNEL)), ("ADS_PER_DAY", "0"), ("QUIET_HOURS", "0-0"), *SOON),
)
