"""The store's life: opened, opened again when another process has come between, and closed."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramNotFound

from pinstore.chat.notes import Place
from pinstore.chat.refusals import is_unknown
from pinstore.chat.retry import TRANSIENT, patiently, within
from pinstore.errors import MovedError, NotSetUpError, OtherBotError, OwnershipLostError
from pinstore.keeping.code import Code
from pinstore.keeping.expiry import Expiry
from pinstore.keeping.guard import Guard
from pinstore.keeping.opening import Opening
from pinstore.keeping.renewal import renew
from pinstore.keeping.saver import Saver
from pinstore.keeping.schedule import Schedule
from pinstore.keeping.timer import Timer
from pinstore.updates.polling import Poll

CALM = 1.0
"""Seconds for handlers that still run when the store is closed."""

BEAT = 5.0
"""Seconds between two looks whether a save is late."""


class Life:
    """From the first call to Telegram to the last confirmed update."""

    def __init__(
        self,
        opening: Opening,
        saver: Saver,
        expiry: Expiry,
        polling: Poll,
        guard: Guard,
        schedule: Schedule,
        code: Code,
    ) -> None:
        self._opening = opening
        self._saver = saver
        self._expiry = expiry
        self._polling = polling
        self._guard = guard
        self._schedule = schedule
        self._code = code
        self._listener = saver.listener
        self._tasks: set[asyncio.Task[None]] = set()
        self.timer: Timer | None = None

    async def open(self, bot: Bot) -> None:
        """Meet Telegram, restore and claim, for as long as it takes; without a backup chat the code is announced.

        Raises OwnershipLostError, or TelegramAPIError for a final refusal.
        """
        if self.timer:
            return
        await patiently(bot.me, what="getMe")
        await self._end_webhook(bot)
        await self._open()
        for name, work in (
            ("look again", self._guard.look_again()),
            ("retire", self._saver.locator.retire()),
            ("watch saves", self._watch_saves()),
            ("expiry", renew(self._expiry, self._saver, self._guard)),
            ("reopen", self._reopen_whenever()),
        ):
            self._tasks.add(asyncio.create_task(work, name=name))

    async def _end_webhook(self, bot: Bot) -> None:
        try:
            await patiently(bot.delete_webhook, what="deleteWebhook")
        except TelegramNotFound as error:
            if not is_unknown(error):
                raise

    async def _open(self) -> None:
        try:
            await self._opening.open()
        except NotSetUpError:
            self._code.announce()
        else:
            self._polling.window.restored()
            self.opened(self._opening.faults)
        self.timer = Timer(self._saver, self._schedule, self._listener, self._guard)
        self.timer.start()
        self._guard.gate.set()

    def opened(self, faults: Sequence[str]) -> None:
        """There are other tables, in spite of these faults."""
        self._listener.opened(faults)
        self._expiry.opened()

    async def adopt(self, place: Place) -> None:
        """Restore and claim the document of this bot that lies here, which had no chat so far."""
        await self._opening.adopt(place)
        self._polling.window.adopted()
        self.opened(self._opening.faults)
        await self._listener.moved(self._saver.stored.place, asked=True)

    async def _reopen_whenever(self) -> None:
        """Whenever another process has saved before we did: forget the tables and begin again."""
        while True:
            await self._guard.overtaken.wait()
            try:
                if self.timer:
                    await self.timer.abandon()
                self._saver.stored.database.drop()
                await self._open()
            except (OwnershipLostError, OtherBotError, MovedError, TelegramAPIError) as error:
                self._guard.end(error)
            finally:
                self._guard.overtaken.clear()

    async def close(self, bot: Bot, seconds: float) -> None:
        """Save once more, give the ownership up, confirm what is stored; `seconds` in all. Whoever has lost does not.

        Raises why this process may not go on, or why the last save was not done.
        """
        guard, stored = self._guard, self._saver.stored
        if guard.is_closed:
            return
        guard.is_closed = True
        for task in self._tasks:
            task.cancel()
        if self.timer is None:
            return
        await self._polling.window.calm(CALM)
        if stored.owns:
            await self.timer.stop(seconds * 2 / 3)
        else:
            await self.timer.abandon()
        if not stored.owner.has_lost:
            await self._confirm(bot, seconds / 6)
        if why := guard.why or (self.timer.failed if stored.owns else None):
            raise why

    async def _confirm(self, bot: Bot, seconds: float) -> None:
        """The last batch, which aiogram never confirms, would come again after the next start."""
        with suppress(*TRANSIENT, TelegramAPIError, TimeoutError):  # it comes again, then, and is recognised
            await within(seconds, self._polling.confirm(bot))

    async def _watch_saves(self) -> None:
        """Whoever has to know hears of a save that is late, even if nothing has failed yet."""
        while True:
            await asyncio.sleep(BEAT)
            if self.timer:
                self.timer.look()
