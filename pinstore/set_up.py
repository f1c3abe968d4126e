"""The plain way to give a store its chat: whoever knows the code from the log sends `admin CODE` to the bot."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, cast

from aiogram import BaseMiddleware
from aiogram.types import Message, TelegramObject, Update

from pinstore.chat.notes import Place
from pinstore.chat.retry import TRANSIENT, reason
from pinstore.errors import ChatError, NotSetUpError
from pinstore.keeping.code import read_admin

log = logging.getLogger(__name__)


class ToSetUp(Protocol):
    """What is needed of a store."""

    @property
    def setting_up(self) -> asyncio.Lock:
        """Held while somebody is listened to."""

    @property
    def chat_id(self) -> int | None:
        """The backup chat, once it is known."""

    def accepts(self, chat_id: int, code: str) -> bool:
        """Whether this chat may become the backup chat."""

    async def create(self, chat_id: int) -> Place:
        """Write the first document."""

    async def renew(self) -> Place:
        """Write a fresh one."""


class SetUp(BaseMiddleware):
    """Takes `admin CODE` before there is a backup chat, and `admin` from it; what wants to write before that waits."""

    def __init__(self, store: ToSetUp) -> None:
        self._store = store

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        message = cast("Update", event).message
        if message and message.chat.type == "private" and (code := read_admin(message.text)) is not None:
            async with self._store.setting_up:
                if place := await self._placed(message, code):
                    await message.answer(f"admin_id = {place.chat_id}", parse_mode=None)
                    return await message.answer(f"config_id = {place.message_id}", parse_mode=None)
        try:
            return await handler(event, data)
        except NotSetUpError:
            log.warning("An update is lost, as the bot is not set up yet")

    async def _placed(self, message: Message, code: str) -> Place | None:
        """Where the document lies that this message has asked for; None if it may not, or it cannot be written."""
        store, chat_id = self._store, message.chat.id
        try:
            if store.chat_id is None and store.accepts(chat_id, code):
                return await store.create(chat_id)
            return await store.renew() if store.chat_id == chat_id else None
        except (ChatError, *TRANSIENT) as error:
            log.warning("The document could not be written: %s", reason(error))
            return None
