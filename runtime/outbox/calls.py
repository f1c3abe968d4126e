"""What a chat gets beside texts: copies of messages, and any other call whose turn comes in the chat's line."""

import logging
from dataclasses import dataclass
from itertools import count
from typing import Any, ClassVar

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import TelegramMethod
from aiogram.types import MessageId

from pinstore import PlainMethod, retry
from runtime.outbox.answer import Answer

log = logging.getLogger(__name__)

_numbers = count()


class Copy(PlainMethod[MessageId]):
    """copyMessage."""

    __returning__ = MessageId
    __api_method__ = "copyMessage"

    chat_id: int
    from_chat_id: int
    message_id: int
    disable_notification: bool | None = None
    reply_parameters: dict[str, Any] | None = None


class Copies(PlainMethod[list[MessageId]]):
    """copyMessages, which keeps an album together and takes no reply (tdlib/telegram-bot-api #741)."""

    __returning__ = list[MessageId]
    __api_method__ = "copyMessages"

    chat_id: int
    from_chat_id: int
    message_ids: list[int]


@dataclass(slots=True)
class Alone(Answer):
    """An answer that no other one replaces."""

    stands_alone: ClassVar[bool] = True

    def __post_init__(self) -> None:
        self.kind = f"{self.kind} {next(_numbers)}"


@dataclass(slots=True)
class Passing(Alone):
    """An answer that may be left out when newer ones of its kind wait."""

    most: ClassVar[int] = 3


@dataclass(slots=True)
class Call(Alone):
    """Any method, for instance a copy."""

    kind: str = "call"
    method: TelegramMethod[Any] | None = None

    async def deliver(self, bot: Bot, chat_id: int) -> None:  # noqa: ARG002 - the method names its chat
        """Call it."""
        if self.method is not None:
            await bot(self.method)


@dataclass(slots=True)
class Edit(Answer):
    """A change of a message that is there; of those to one message that wait (`kind`), the newest counts."""

    stands_alone: ClassVar[bool] = True

    method: TelegramMethod[Any] | None = None

    async def deliver(self, bot: Bot, chat_id: int) -> None:
        """Change it, if it is there and is not like this already."""
        try:
            if self.method is not None:
                await bot(self.method)
        except TelegramBadRequest as error:
            log.debug("A message in chat %s stays as it is: %s", chat_id, retry.reason(error))
