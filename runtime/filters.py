"""Which messages a handler takes. Each filter is a coroutine function, as aiogram runs any other one in a thread."""

from collections.abc import Collection

from aiogram.filters import Filter
from aiogram.types import Message


class Private(Filter):
    """A message in a private chat."""

    async def __call__(self, message: Message) -> bool:
        return message.chat.type == "private"


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
