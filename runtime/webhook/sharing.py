"""Messages that several replicas send together: one pace for all of them, and one for each chat."""

import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError, TelegramRetryAfter

from pinstore import retry
from runtime.outbox.answer import Answer, Say
from runtime.outbox.gate import Gate
from runtime.settings import Settings

if TYPE_CHECKING:
    from pinstore import ServerStore

log = logging.getLogger(__name__)


SLOW = 0.8
"""Seconds that a number may be on its way without another replica telling a newer one meanwhile, see `told.AGAIN`."""


class SharedGate(Gate):
    """The gate of one replica; a 429 holds all of them."""

    def __init__(
        self, bot: Bot, store: "ServerStore", settings: Settings, on_refused: Callable[[int], Awaitable[None]]
    ) -> None:
        """`on_refused` hears of a chat that takes no messages."""
        self._slots = store.share(rate_of(settings), Saying(bot, self.heed, on_refused))
        self._store = store
        self._granted: dict[int, float] = {}
        """By chat, when the turn of its number has come that is on its way."""
        super().__init__(self._slots, settings.messages_per_second)

    def heed(self, chat_id: int, seconds: float, begun: float | None = None) -> None:
        """A 429 holds whoever sends, wherever."""
        super().heed(chat_id, seconds, begun)
        self._slots.halt(seconds)

    async def turn(self, chat_id: int, answer: Answer) -> None:
        """Wait until the chat may have a message, whichever replica has sent the last one; it tells what is true then.

        Another replica may have counted, and told it, while this one waited.
        """
        if self._store.many:
            await self._store.many.turn(chat_id, is_number=answer.is_number)
            if answer.is_number:
                self._granted[chat_id] = time.monotonic()
                await answer.renew(chat_id)

    async def is_overtaken(self, chat_id: int, answer: Answer) -> bool:
        """Of a number that was slow, if there is a newer one by now."""
        granted = self._granted.pop(chat_id, None)
        return granted is not None and time.monotonic() - granted > SLOW and await answer.renew(chat_id)


class Saying:
    """Tells a chat what could not ride on the answer to its update."""

    def __init__(
        self, bot: Bot, heed: Callable[[int, float], None], on_refused: Callable[[int], Awaitable[None]]
    ) -> None:
        """`heed` hears of a 429, `on_refused` of a chat that takes no messages."""
        self._bot = bot
        self._heed = heed
        self._on_refused = on_refused

    async def __call__(self, chat_id: int, saying: Mapping[str, Any]) -> float:
        """Call; the seconds to wait before it is tried again, 0 if it is done with."""
        try:
            await self._bot(Say(**saying))
        except retry.TRANSIENT as error:
            pause = retry.delay(1, error)
            if isinstance(error, TelegramRetryAfter):
                self._heed(chat_id, pause)
            return pause
        except TelegramForbiddenError:
            await self._on_refused(chat_id)
        except TelegramAPIError as error:
            log.warning("Chat %s refused an answer: %s", chat_id, error.message)
        return 0.0


def rate_of(settings: Settings) -> float:
    """Messages a second of all replicas together: it is not felt for more where many would do so at once."""
    return settings.messages_per_second if settings.answers_per_second == "auto" else settings.answers_per_second
