"""The bazaar: a seller, a reader and the moderator, the channel, and ads that are posted once."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from emulator.page.tally import Pinned, Promise
from scenes.cast import Cast, tables

if TYPE_CHECKING:
    from emulator.page.tally import Crowd
    from emulator.state.bots import Bot
    from emulator.state.chats import Json
    from emulator.state.people import Person

CHANNEL = -1001234567890
SOON = (("REPOST_INTERVAL", "60"), ("SOLD_INTERVAL", "180"), ("AD_LIFE", "3600"))
"""Half an hour is a minute here, so that it can be seen."""

PROMISE = Promise(
    ("Одно объявление — один пост", "One ad, one post"),
    {"given": ("Принято", "Allowed"), "posted": ("В канале", "In channel"), "standing": ("Постов", "Posts")},
    "same",
    (
        "Дайте объявление, пропустите его и убейте бота: в канале будет один пост",
        "Give an ad, allow it and kill the bot: there will be one post in the channel",
    ),
)
OF_AD = re.compile(r"[?&]start=ad_(\d+)$")
WITH_A_POST = {"approved", "published", "sold"}


class Ads:
    """A seller's ads that the moderator has allowed, and what stands of them in the channel."""

    promise = PROMISE
    tap: str | None = None

    def __init__(self) -> None:
        nothing: dict[int, int] = {}
        self._stored = Pinned(allowed, nothing)

    def note(self, person: Person, action: str, sent: list[Json]) -> None:
        """Nothing needs to be noted: the channel and the document tell it all."""

    def numbers(self, person: Person, cast: Crowd) -> tuple[int | None, ...]:
        """Ads allowed; of them those that stand in the channel, and how many posts that are."""
        mine = {ad for ad, owner in self._stored.of(cast.admin).items() if owner == person.id}
        standing = Counter(ad for ad in posted(person.bot) if ad in mine)
        return len(mine), len(standing), standing.total()


def allowed(document: bytes) -> dict[int, int]:
    """Owners by the number of each ad that should have a post."""
    return {row["number"]: row["owner"] for row in tables(document).get("ads", []) if row["state"] in WITH_A_POST}


def posted(bot: Bot) -> list[int]:
    """The numbers of ads to which posts in the channel are linked, one for each post."""
    chat = bot.chats.get(CHANNEL)
    messages = [message.data for message in chat.messages.values()] if chat else []
    entities = [one for data in messages for one in (*data.get("entities", ()), *data.get("caption_entities", ()))]
    return [int(found[1]) for one in entities if (found := OF_AD.search(one.get("url", "")))]


BAZAAR = Cast(
    title="Водий бозор",
    line=("Объявления: модератор пропускает, канал показывает", "Ads that a moderator allows and a channel shows"),
    people=("Анна", "Тимур"),
    admin="Мария",
    role="seller",
    tally=Ads,
    clock=True,
    channel=CHANNEL,
    settings=(("CHANNEL_ID", str(CHANNEL)), ("ADS_PER_DAY", "0"), ("QUIET_HOURS", "0-0"), *SOON),
)
