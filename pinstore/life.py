"""The store's life: opened, opened again when another process has come between, and closed."""

import asyncio
import logging
from contextlib import suppress

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from pinstore.chat.methods import CALL_TIME
from pinstore.chat.pointer import Place
from pinstore.chat.retry import TRANSIENT, patiently, reason
from pinstore.errors import ChatError, NotSetUpError, OtherBotError, OvertakenError, OwnershipLostError
from pinstore.keeping.code import Code
from pinstore.keeping.expiry import Expiry
from pinstore.keeping.keeper import Keeper
from pinstore.keeping.opening import Opening
from pinstore.keeping.timer import Timer
from pinstore.listener import Listener
from pinstore.updates.polling import Poll

log = logging.getLogger(__name__)

CALM = 1.0
"""Seconds for handlers that still run when the store is closed."""


BEAT = 5.0
"""Seconds between two looks whether a save is late."""


class Life:
    """From the first call to Telegram to the last confirmed update."""

    def __init__(
        self,
        bot: Bot,
        keeper: Keeper,
        opening: Opening,
        polling: Poll,
        listener: Listener,
        code: Code,
        interval: float,
    ) -> None:
        self._bot = bot
        self._keeper = keeper
        self._opening = opening
        self._polling = polling
        self._window = polling.window
        self._listener = listener
        self._code = code
        self._interval = interval
        self._tasks: set[asyncio.Task[None]] = set()
        self._reopening: asyncio.Task[None] | None = None
        self._is_closed = False
        self.expiry = Expiry(keeper, opening, listener.auto_delete, self.end)
        self.timer: Timer | None = None
        self.why: Exception | None = None
        """Why this process may not go on."""
        self.ended = asyncio.Event()
        """Set when there is such a reason."""

    @property
    def is_open(self) -> bool:
        """True from the first opening on."""
        return self.timer is not None

    async def open(self) -> None:
        """Meet Telegram, restore and claim, for as long as it takes; without a backup chat the code is announced.

        Raises OwnershipLostError, or TelegramAPIError for a final refusal.
        """
        if self.is_open:
            return
        await patiently(self._bot.me, what="getMe")
        await patiently(self._bot.delete_webhook, what="deleteWebhook")
        await self._open()
        self._tasks.add(asyncio.create_task(self._look_again(), name="look again"))
        self._tasks.add(asyncio.create_task(self._opening.retire(), name="retire"))
        self._tasks.add(asyncio.create_task(self._watch_saves(), name="watch saves"))
        self._tasks.add(asyncio.create_task(self.expiry.run(), name="expiry"))

    async def _open(self) -> None:
        try:
            await self._opening.open(self._listener.not_restored)
        except NotSetUpError:
            self._code.announce()
        else:
            self._window.restored()
            self._listener.opened(self._opening.faults)
            self.expiry.opened()
        self.timer = Timer(
            self._keeper,
            self._interval,
            exact=self._window.is_exact,
            on_trouble=self._listener.trouble,
            on_bad_drill=self._listener.bad_drill,
            on_end=self.end,
        )
        self.timer.start()
        self._polling.gate.set()

    async def adopt(self, place: Place) -> None:
        """Restore and claim the document of this bot that lies here, which had no chat so far."""
        await self._opening.adopt(place)
        self._window.adopted()
        self._listener.opened(self._opening.faults)
        self.expiry.opened()
        await self._listener.moved(self._keeper.place, asked=True)

    def end(self, why: Exception) -> None:
        """The work with these tables ends: for good, or until they are restored again."""
        if self.why or self._is_closed:
            return
        if isinstance(why, OvertakenError):
            if self._reopening is None:
                self._reopening = asyncio.create_task(self._reopen(), name="reopen")
            return
        self.why = why
        self._polling.gate.clear()
        self._keeper.owner.resign()  # whoever is refused cannot save either
        self.ended.set()
        self._listener.ended(why)

    async def _reopen(self) -> None:
        """Another process has saved before we did: forget the tables and begin again."""
        self._polling.gate.clear()
        try:
            if self.timer:
                await self.timer.abandon()
            self._keeper.database.drop()
            await self._open()
        except (OwnershipLostError, OtherBotError, TelegramAPIError) as error:
            self.end(error)
        finally:
            self._reopening = None

    def touch(self, is_full: bool) -> None:
        """Data changed; `is_full`: the window of unconfirmed updates is nearly full."""
        if self.timer:
            self.timer.touch(is_full=is_full)

    async def close(self, seconds: float) -> None:
        """Save once more, give the ownership up, confirm what is stored; `seconds` in all. Whoever has lost does not.

        Raises why this process may not go on, or why the last save was not done.
        """
        if self._is_closed:
            return
        self._is_closed = True
        for task in (*self._tasks, self._reopening):
            if task:
                task.cancel()
        if self.timer is None:
            return
        await self._window.calm(CALM)
        if self._keeper.owns:
            await self.timer.stop(seconds * 2 / 3)
        else:
            await self.timer.abandon()
        await self._confirm(seconds / 6)
        if why := self.why or (self.timer.failed if self._keeper.owns else None):
            raise why

    async def _confirm(self, seconds: float) -> None:
        """The last batch, which aiogram never confirms, would come again after the next start."""
        if not self._keeper.owner.has_lost:
            with suppress(*TRANSIENT, TelegramAPIError, TimeoutError):  # it comes again, then, and is recognised
                await asyncio.wait_for(self._polling.confirm(self._bot), seconds)

    async def _look_again(self) -> None:
        """A save without an answer, or of a process that was killed, may land late, and then nobody may tap."""
        while True:
            await self._keeper.stored.doubt.wait()
            self._keeper.stored.doubt.clear()
            await asyncio.sleep(CALL_TIME)
            await self.check_owner()

    async def _watch_saves(self) -> None:
        """Whoever has to know hears of a save that is late, even if nothing has failed yet."""
        while True:
            await asyncio.sleep(BEAT)
            if self.timer:
                self.timer.look()

    async def check_owner(self) -> None:
        """Another process polls, or one did: if it has claimed the backup, this one ends."""
        try:
            await self._keeper.check_owner()
            if self._keeper.stored.is_dirty:
                self.touch(is_full=False)
        except (OwnershipLostError, OvertakenError) as error:
            self.end(error)
        except (ChatError, TelegramAPIError, *TRANSIENT) as error:
            log.warning("The owner of the backup could not be checked: %s", reason(error))
