"""The webhook of one replica: set, and served until the end."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import orjson
from aiogram import Bot
from aiohttp import web

from runtime.outbox.outbox import Outbox
from runtime.settings import Settings
from runtime.webhook.address import path_of
from runtime.webhook.announcing import Address, Announcing
from runtime.webhook.receiver import NotNowError, Receiver, Update

if TYPE_CHECKING:
    from pinstore import ServerStore

HOLD = 3.0
"""Seconds for which an update is held whose answer is on its way."""

MOST_HELD = 10
"""Updates that are held at once: of a hundred connections others need most."""

LAST = 2.0
"""Seconds in which what is in when the process ends may still be answered."""

CLOSING = 0.5
"""Seconds for what comes by connections that are kept, once nobody can open another one."""


class Hook:
    """Takes what Telegram brings to the store."""

    def __init__(self, bot: Bot, settings: Settings, store: "ServerStore", outbox: Outbox) -> None:
        self._bot = bot
        self._outbox = outbox
        self._held = 0
        self._settings = settings
        self._store = store
        self.receiver = Receiver(settings.secret_word, self._take)
        self.sites: list[web.BaseSite] = []
        """Where it is reached."""

    def serve(self, application: web.Application) -> None:
        """Be there, beside what is there already."""
        self.receiver.serve(application, path_of(self._settings.webhook_url or ""))

    async def announce(self, allowed: Sequence[str]) -> None:
        """Have Telegram bring these kinds of updates, until cancelled. Raises TelegramAPIError if it refuses that."""
        settings = self._settings
        address = Address(
            settings.webhook_url or "", settings.secret_word, settings.webhook_connections, tuple(allowed)
        )
        await Announcing(self._bot, self._store, address).run()

    async def close(self) -> None:
        """Answer what is in, then close the port."""
        await self.receiver.calm(LAST)
        self.receiver.give_up()
        for site in self.sites:
            await site.stop()
        await self.receiver.calm(CLOSING)

    async def drain(self, seconds: float) -> None:
        """Tell what could not ride on an answer, for at most `seconds`."""
        if self._store.many:
            await self._store.many.drain(seconds)

    async def _take(self, update: Update) -> bytes | None:
        many = self._store.many
        if many is None or not many.is_serving:
            raise NotNowError
        if saying := await many.take(update):
            return orjson.dumps({"method": "sendMessage", **saying})
        await self._hold(update)
        return None

    async def _hold(self, update: Update) -> None:
        """The next update of this person may meet another replica, which is not to answer before this one has.

        In a rush, when answers wait for Telegram's pace, order is not worth the connections that this would take.
        """
        match update:
            case {"message": {"chat": {"id": int(chat), "type": "private"}}} if self._held < MOST_HELD:
                self._held += 1
                try:
                    await self._outbox.told(chat, HOLD)
                finally:
                    self._held -= 1
