"""The guard: whether this process may go on, for whoever finds out that it may not."""

import asyncio
import logging

from aiogram.exceptions import TelegramAPIError

from pinstore.chat.methods import CALL_TIME
from pinstore.chat.retry import TRANSIENT, patiently, reason
from pinstore.errors import ChatError, OvertakenError, OwnershipLostError
from pinstore.keeping.looks import Looks
from pinstore.keeping.schedule import Schedule
from pinstore.keeping.stored import Stored
from pinstore.listener import Listener

log = logging.getLogger(__name__)

TRIES = 3


class Guard:
    """Stops the polls when another process owns the backup, or has come between."""

    def __init__(self, stored: Stored, schedule: Schedule, listener: Listener) -> None:
        self._stored = stored
        self._schedule = schedule
        self._listener = listener
        self.gate = asyncio.Event()
        """Set while updates may be taken: the tables are there, or wait to be set up."""
        self.overtaken = asyncio.Event()
        """Set when the tables have to be restored again, until that is done."""
        self.ended = asyncio.Event()
        """Set when this process may not go on."""
        self.why: Exception | None = None
        """Why it may not."""
        self.is_closed = False
        """True when it ends anyhow."""
        self._claims = Looks(stored.owner.check_claim)

    def end(self, why: Exception) -> None:
        """The work with these tables ends: for good, or until they are restored again."""
        if self.why or self.is_closed:
            return
        self.gate.clear()
        if isinstance(why, OvertakenError):
            self.overtaken.set()
            return
        self.why = why
        self._stored.owner.resign()  # whoever is refused cannot save either
        self.ended.set()
        self._listener.ended(why)

    async def assure(self) -> None:
        """Return when nobody else had claimed the backup a moment ago.

        Raises OwnershipLostError, OvertakenError, or an error of `retry.TRANSIENT`.
        """
        try:
            await self._claims.shared()  # hundreds of errands may be due at once
        except (OwnershipLostError, OvertakenError) as error:
            self.end(error)
            raise

    async def check(self) -> None:
        """Another process polls, or one did: if it has claimed the backup, this one ends."""
        try:
            if self._stored.owns:
                await self._stored.owner.check_claim()  # a document may be hidden from the other, a claim is not
                self._stored.check(await patiently(self._stored.pinned.look, TRIES))
            if self._stored.is_dirty:
                self._schedule.touch(is_full=False)
        except (OwnershipLostError, OvertakenError) as error:
            self.end(error)
        except (ChatError, TelegramAPIError, *TRANSIENT) as error:
            log.warning("The owner of the backup could not be checked: %s", reason(error))

    async def look_again(self) -> None:
        """A save without an answer, or of a process that was killed, may land late, and then nobody may tap."""
        while True:
            await self._stored.doubt.wait()
            self._stored.doubt.clear()
            await asyncio.sleep(CALL_TIME)
            await self.check()
