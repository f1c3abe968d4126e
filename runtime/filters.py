"""Which messages a handler takes. Each filter is a coroutine function, as aiogram runs any other one in a thread."""

from collections.abc import Collection

from aiogram.enums import ContentType
from aiogram.filters import Filter
from aiogram.types import Message

from pinstore import Keeper

SENT = frozenset(
    {
        ContentType.TEXT,
        ContentType.PHOTO,
        ContentType.LIVE_PHOTO,
        ContentType.VIDEO,
        ContentType.ANIMATION,
        ContentType.AUDIO,
        ContentType.DOCUMENT,
        ContentType.VOICE,
        ContentType.VIDEO_NOTE,
        ContentType.STICKER,
        ContentType.CONTACT,
        ContentType.LOCATION,
        ContentType.VENUE,
        ContentType.POLL,
        ContentType.DICE,
        ContentType.GAME,
        ContentType.STORY,
        ContentType.PAID_MEDIA,
        ContentType.INVOICE,
        ContentType.CHECKLIST,
        ContentType.RICH_MESSAGE,
        ContentType.GIVEAWAY,
        ContentType.GIVEAWAY_WINNERS,
        ContentType.UNKNOWN,
    }
)
"""What people send (Bot API, Message); everything else are lines of Telegram's own."""


class Private(Filter):
    """A message in a private chat."""

    async def __call__(self, message: Message) -> bool:
        return message.chat.type == "private"


class Sent(Filter):
    """Something that a person has sent, while there is a place where its effect can be kept."""

    async def __call__(self, message: Message, store: Keeper) -> bool:
        return store.chat_id is not None and message.from_user is not None and message.content_type in SENT


class Said(Filter):
    """A message with exactly one of these texts."""

    def __init__(self, wanted: Collection[str]) -> None:
        self._wanted = wanted

    async def __call__(self, message: Message) -> bool:
        return message.text in self._wanted


class Text(Filter):
    """A message with any text; photos, stickers and service messages have none."""

    async def __call__(self, message: Message) -> bool:
        return message.text is not None


class InGroup(Filter):
    """A message in a group."""

    async def __call__(self, message: Message) -> bool:
        return message.chat.type in ("group", "supergroup")
