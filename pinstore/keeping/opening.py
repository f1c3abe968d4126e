"""Opening: the tables are found, restored and claimed, and what may pass is tried again."""

import asyncio
import logging
import time
from collections.abc import Sequence

from aiogram.exceptions import TelegramRetryAfter

from pinstore.chat.notes import EXPIRES, Place
from pinstore.chat.retry import TRANSIENT, delay, patiently
from pinstore.chat.vault import Vault
from pinstore.copies.document import moved
from pinstore.copies.found import LoadedCopy
from pinstore.copies.reader import Reader
from pinstore.errors import ChatError, MissingError, NotRestoredError, NotSetUpError, OvertakenError
from pinstore.keeping.complaint import Complaint
from pinstore.keeping.expiry import deletes
from pinstore.keeping.locator import Locator
from pinstore.keeping.saver import Saver

log = logging.getLogger(__name__)

TRIES = 3

REFUSALS = 10
"""Times that the chat may have taken too many messages before a start begins again."""

FALL_BACK_AFTER = 20.0
"""Seconds of readings that are not good before an older copy is taken: a damaged download is no damaged copy."""


class Opening:
    """From the settings, or from the token alone, to tables that this process owns."""

    def __init__(self, saver: Saver, locator: Locator) -> None:
        self._saver = saver
        self._stored = saver.stored
        self._database = saver.stored.database
        self._locator = locator
        self._complaint = Complaint(locator, saver.listener)
        self._not_good_since: float | None = None
        self._is_newest = False
        self.takes_away = False
        """Whether tables are opened that are served from somewhere else: whoever moves them does so."""
        self.faults: tuple[str, ...] = ()
        """Why copies were passed over by the last restore."""

    @property
    def trouble(self) -> str | None:
        """Why the tables are not there yet, if that was tried."""
        return self._complaint.why

    async def open(self) -> None:
        """Restore and claim, for as long as it takes. Raises NotSetUpError or OwnershipLostError."""
        self._complaint.begin()
        watching = asyncio.create_task(self._complaint.watch(), name="watch the opening")
        try:
            await self._open_in_the_end()
        finally:
            watching.cancel()

    async def _open_in_the_end(self) -> None:
        failures = 0
        while True:
            try:
                return await self._open()
            except OvertakenError:
                log.info("The process before has saved meanwhile: restoring again")
            except (NotRestoredError, ChatError, *TRANSIENT) as error:
                failures += 1
                self._complaint.failed(failures, error)
                if isinstance(error, NotRestoredError):
                    self._not_good_since = self._not_good_since or time.monotonic()
                await asyncio.sleep(delay(failures, error))
            self._database.drop()

    async def _open(self) -> None:
        await self._stored.owner.bid.give_way()
        await self._locator.find()
        await self._database.read(lambda tables: tables.execute("SELECT 1 FROM mark"))
        self._locator.leaves_owner = self._is_newest
        try:
            await self._claim()
        finally:
            self._locator.leaves_owner = False
        await self._locator.point(self._stored.place)
        await self._locator.retire_many()

    async def adopt(self, place: Place) -> None:
        """Restore and claim what lies here; one attempt, after which nothing is known of it if it failed."""
        self._locator.place = place
        try:
            await self._open()
        except BaseException:
            self._locator.place = None
            self._stored.forget()
            self._database.drop()
            raise

    async def restore(self) -> None:
        """What a query calls that found no tables. Raises NotSetUpError, NotRestoredError or ChatError."""
        if self._locator.place is None:
            raise NotSetUpError
        falls_back = self._not_good_since and time.monotonic() - self._not_good_since > FALL_BACK_AFTER
        vault = Vault(self._locator.notes.bot, self._locator.place.chat_id)
        try:
            copy = await self._load(vault, falls_back=bool(falls_back))
        except NotRestoredError as error:
            if vault.auto_delete or any(self._locator.noted(EXPIRES)):
                raise NotRestoredError(f"{error} {deletes(vault.auto_delete)}.") from error
            raise
        self._is_newest = copy.held is not None
        self.faults = () if self._locator.is_noted(copy.held) else copy.faults  # that CONFIG_ID is older is no news

    async def _load(self, vault: Vault, *, falls_back: bool) -> LoadedCopy:
        """Load the newest good copy, of the pinned message and those that are known.

        What others have pinned is a copy of ours only if the bot itself has written none of those.
        """
        self._saver.enter_loop()
        known = self._locator.known()
        pinned = await patiently(vault.pinned, TRIES)
        is_shown = pinned and pinned.file_id and (pinned.is_own or not await _has_own(vault, known))
        shown = [pinned.message_id] if pinned and is_shown else []
        candidates = list(dict.fromkeys([*shown, *known]))
        if not candidates:
            raise NotSetUpError
        reader = Reader(vault, self._database.tables, self._database.name)
        copy = await reader.newest(candidates, self._locator.older() if falls_back else None)
        if (away := copy.document.away) and not self.takes_away:
            copy.close()
            raise moved(away)
        if copy.is_outdated:
            copy.loader.outdate()
        self._stored.adopt(vault, copy)
        return copy

    async def _claim(self) -> None:
        """Become the owner. Raises OwnershipLostError, or OvertakenError if the restore has to be repeated."""
        owner = self._stored.owner
        await owner.claim(self._stored.pinned, self._save, self._locator.has_moved)
        if owner.has_waited:
            self._stored.doubt.set()

    async def _save(self, anew: bool) -> None:
        """Store the tables as ours."""
        for left in reversed(range(REFUSALS)):
            if left < REFUSALS - 1:
                await self._stored.owner.bid.give_way()
            try:
                await asyncio.to_thread(self._saver.save, force=True, anew=anew)
            except TelegramRetryAfter as error:  # a restore would only use up more of the chat's messages
                if not left:
                    raise
                await asyncio.sleep(delay(1, error))
            else:
                return


async def _has_own(vault: Vault, message_ids: Sequence[int]) -> bool:
    """Whether one of these is the bot's own; what is gone may have been."""
    for message_id in message_ids:
        try:
            if (await vault.peek(message_id)).is_own:
                return True
        except MissingError:
            return True
    return False
