"""A fresh document before the timer of the chat deletes the one that counts, and the news that bring it about."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, cast

from aiogram import BaseMiddleware
from aiogram.exceptions import TelegramAPIError
from aiogram.types import TelegramObject, Update

from pinstore.chat.retry import TRANSIENT, delay, reason
from pinstore.errors import ChatError, OvertakenError, OwnershipLostError
from pinstore.keeping.expiry import Expiry
from pinstore.keeping.guard import Guard
from pinstore.keeping.saver import Saver
from pinstore.keeping.stored import Stored

log = logging.getLogger(__name__)


async def renew(expiry: Expiry, saver: Saver, guard: Guard) -> None:
    """Look when there are news, and again and again while a timer is on; for ever."""
    failures = 0
    while True:
        await expiry.wait()
        try:
            if await expiry.look():
                await asyncio.to_thread(saver.renew)
                log.info("The document is in a fresh message: message %s", saver.stored.place.message_id)
            failures = 0
        except (OwnershipLostError, OvertakenError) as error:
            guard.end(error)
        except (ChatError, TelegramAPIError, *TRANSIENT) as error:
            log.warning("The timer of the backup chat could not be minded: %s", reason(error))
            failures += 1
            await asyncio.sleep(delay(failures, error))
            expiry.look_again()


class Hearing(BaseMiddleware):
    """Sees the line in the backup chat that says that its timer was changed, and passes everything on."""

    def __init__(self, stored: Stored, expiry: Expiry) -> None:
        self._stored = stored
        self._expiry = expiry

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Look and pass on."""
        update = cast("Update", event)
        message = update.message or update.channel_post
        if message and message.message_auto_delete_timer_changed and message.chat.id == self._stored.chat_id:
            self._expiry.heard()
        return await handler(event, data)
