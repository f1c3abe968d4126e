"""Finds the table: where it lies, restored and claimed, and tries again what may pass."""

import asyncio
import logging
import time
from collections.abc import Callable

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramNetworkError

from pinstore.chat.pointer import EXPIRES, RETIRED, Place, Pointer
from pinstore.chat.retry import TRANSIENT, delay, is_long, patiently, reason
from pinstore.chat.vault import DocumentMessage, Vault
from pinstore.errors import ChatError, NotRestoredError, NotSetUpError, OvertakenError
from pinstore.keeping.expiry import deletes
from pinstore.keeping.history import History, Lengths
from pinstore.keeping.keeper import Keeper
from pinstore.memory.database import Database

log = logging.getLogger(__name__)

TRIES = 3

MOST_RETIRED = 20
"""Messages of owners before that are remembered: each start deletes them. A line holds that many ids."""

MANY_RETIRED = 3
"""So many are deleted before anybody is served: a process that never lives longer than that would leave them all."""

FALL_BACK_AFTER = 20.0
"""Seconds of readings that are not good before an older copy is taken: a damaged download is no damaged copy."""


LATE = 40.0
"""Seconds after which it is news that an opening fails, whatever with; that it is slow is none."""

Tell = Callable[[int, str], None]
"""Gets the backup chat, and why the table is not there."""


class Opening:
    """From the settings, or from the token alone, to a table that this process owns."""

    def __init__(
        self,
        bot: Bot,
        keeper: Keeper,
        database: Database,
        admin_id: int | None,
        config_id: int | None,
        lengths: Lengths,
    ) -> None:
        self._bot = bot
        self._keeper = keeper
        self._database = database
        self._admin_id = admin_id
        self._config_id = config_id
        self._lengths = lengths
        self.pointer = Pointer(bot)
        self._history = History(lengths, {})
        self._notes: dict[str, list[int]] = {}
        self._not_good_since: float | None = None
        self._told = ""
        self._is_news = asyncio.Event()
        """Set while the last failure is one of which somebody could be told: Telegram answers."""
        self._point_after = float("-inf")
        self._not_pointed = 0
        self._fill_after = float("-inf")
        self._not_filled = 0
        self._is_claiming = self._is_newest = False
        self.is_patient = False
        """True if the place has to be kept at Telegram, however long that takes: no later save makes up for it."""
        self.place: Place | None = None
        """Where the backup was found; message 0 if only the chat is known."""
        self.trouble: str | None = None
        """Why the table is not there yet, if that was tried."""
        self.faults: tuple[str, ...] = ()
        """Why copies were passed over by the last restore."""

    async def open(self, tell: Tell) -> None:
        """Restore and claim, for as long as it takes; `tell` hears why the table is not there if that is news.

        Raises NotSetUpError or OwnershipLostError.
        """
        self.trouble, self._told = None, ""
        self._is_news.clear()
        watching = asyncio.create_task(self._watch(tell), name="watch the opening")
        try:
            await self._open_in_the_end(tell)
        finally:
            watching.cancel()

    async def _open_in_the_end(self, tell: Tell) -> None:
        failures = 0
        while True:
            try:
                return await self._open()
            except OvertakenError:
                log.info("The process before has saved meanwhile: restoring again")
            except (NotRestoredError, ChatError, *TRANSIENT) as error:
                failures += 1
                self._failed(failures, error, tell)
                await asyncio.sleep(delay(failures, error))
            self._database.drop()

    def _failed(self, failures: int, error: Exception, tell: Tell) -> None:
        self.trouble = reason(error)
        log.error(
            "Nothing is served until the table is restored (attempt %s): %s",
            failures,
            self.trouble,
            extra={"attempt": failures},
        )
        if isinstance(error, TelegramNetworkError) and not isinstance(error.__cause__, asyncio.TimeoutError):
            self._is_news.clear()
        else:
            self._is_news.set()
        if isinstance(error, NotRestoredError):
            self._not_good_since = self._not_good_since or time.monotonic()
        if not isinstance(error, TRANSIENT) or (is_long(error) and not self._told):
            self._tell(tell, self.trouble)

    async def _watch(self, tell: Tell) -> None:
        """What passes is news as well if it does not pass for long."""
        await asyncio.sleep(LATE)
        await self._is_news.wait()
        if not self._told:
            self._tell(tell, str(self.trouble))

    def _tell(self, tell: Tell, why: str) -> None:
        chat_id = self.place.chat_id if self.place else self._admin_id
        if chat_id and self._told != why:
            self._told = why
            tell(chat_id, why)

    async def adopt(self, place: Place) -> None:
        """Restore and claim what lies here; one attempt, after which nothing is known of it if it failed."""
        self.place = place
        try:
            await self._open()
        except BaseException:
            self.place = None
            self._keeper.stored.forget()
            self._database.drop()
            raise

    async def restore(self) -> None:
        """What a query calls that found no tables."""
        if self.place is None:
            raise NotSetUpError
        pointed = self.pointer.place
        known = [self.place.message_id] if self.place.message_id else []
        if pointed and pointed.chat_id == self.place.chat_id:
            known.append(pointed.message_id)  # CONFIG_ID in the environment can be older
        falls_back = self._not_good_since and time.monotonic() - self._not_good_since > FALL_BACK_AFTER
        older = self._history.newest_first(time.time()) if falls_back else None
        vault = Vault(self._bot, self.place.chat_id)
        try:
            copy = await self._keeper.restore(vault, known, older)
        except NotRestoredError as error:
            if vault.auto_delete or any(self.noted(EXPIRES)):
                raise NotRestoredError(f"{error} {deletes(vault.auto_delete)}.") from error
            raise
        self._is_newest = copy.place is not None
        is_pointed = pointed and copy.place and copy.place.message_id == pointed.message_id
        self.faults = () if is_pointed else copy.faults  # that CONFIG_ID is older is no news

    def noted(self, name: str) -> list[int]:
        """A further line that is kept at Telegram beside the place, [] if there is none."""
        return self._notes[name] if name in self._notes else self.pointer.rings.get(name, [])

    def will_note(self, name: str, numbers: list[int]) -> None:
        """Change such a line; it is written together with the place."""
        self._notes[name] = numbers

    async def note(self, name: str, numbers: list[int]) -> None:
        """Change such a line, and write it now."""
        self.will_note(name, numbers)
        await self.point(self._keeper.place)

    async def point(self, place: Place) -> None:
        """Keep at Telegram where the document lies; a pinned message and the settings find it as well.

        One attempt, as a save waits for it; a failure is made up for by a later save, not before a 429 allows it.
        """
        if self.place and self.place.chat_id != place.chat_id:  # a group has become a supergroup, with messages anew
            self._history, self._notes = History(self._lengths, {}), {}
        self.place = place
        if self._is_claiming and self._is_newest:
            self._note_retired(place)
        if time.monotonic() < self._point_after:
            return
        lines = {**self._history.rings, **self._notes}
        if self.is_patient:
            await patiently(lambda: self.pointer.write(place, lines))
            return
        try:
            await self.pointer.write(place, lines)
        except (TelegramAPIError, *TRANSIENT) as error:
            self._not_pointed += 1
            self._point_after = time.monotonic() + delay(self._not_pointed, error)
            log.warning("The place of the backup could not be kept at Telegram: %s", reason(error))
        else:
            self._not_pointed = 0

    async def remember(self, vault: Vault, before: DocumentMessage) -> None:
        """Put the document before the newest into the history, so that the two never share a file that may be damaged.

        A failure is made up for by the next save.
        """
        try:
            if time.monotonic() >= self._fill_after:
                await self._history.fill(vault, before.file_id, before.caption, time.time())
                self._not_filled = 0
        except (ChatError, *TRANSIENT) as error:
            self._not_filled += 1
            self._fill_after = time.monotonic() + delay(self._not_filled, error)
            log.warning("The history could not be written: %s", reason(error))
        await self.point(self._keeper.place)

    async def _open(self) -> None:
        self.place = self.place or await self._find()
        await self._database.read(lambda connection: connection.execute("SELECT 1 FROM mark"))
        self._is_claiming = True
        try:
            await self._keeper.claim(self._has_moved)
        finally:
            self._is_claiming = False
        await self.point(self._keeper.place)
        if len(self.noted(RETIRED)) > MANY_RETIRED:
            await self.retire()

    async def _has_moved(self) -> bool:
        """Whether another process has kept another place at Telegram since this one has read it."""
        before = self.pointer.place
        try:
            await patiently(lambda: self.pointer.read(again=True), TRIES)
        except TRANSIENT:
            raise
        except TelegramAPIError as error:
            log.warning("Telegram does not tell where the backup lies: %s", reason(error))
        return self.pointer.place != before

    def _note_retired(self, place: Place) -> None:
        """The owner before may still write to the message that this document has come from: nobody may rely on it."""
        before = self.pointer.place
        if before and before.chat_id == place.chat_id and before.message_id != place.message_id:
            self.will_note(RETIRED, [before.message_id, *self.noted(RETIRED)][:MOST_RETIRED])

    async def retire(self) -> None:
        """Delete the messages that owners before may still write to; what fails is left to the next claim."""
        if self.place and (retired := self.noted(RETIRED)):
            vault = Vault(self._bot, self.place.chat_id)
            try:
                for message_id in retired:
                    if message_id != self.place.message_id:
                        await vault.retire(message_id)
            except TRANSIENT as error:
                log.warning("An old document could not be deleted: %s", reason(error))
            else:
                self.will_note(RETIRED, [0])

    async def _find(self) -> Place:
        """Where the backup lies: the settings win, then what is kept at Telegram itself."""
        try:
            await self.pointer.read()
        except TRANSIENT:
            raise
        except TelegramAPIError as error:
            complaint = f"Telegram does not tell where the backup lies: {reason(error)}"
            if self._admin_id is None:  # "never set up" is only what an empty answer means
                raise NotRestoredError(complaint) from error
            log.warning(complaint)
        known, admin_id = self.pointer.place, self._admin_id
        if admin_id is None and known is None:
            raise NotSetUpError
        if known and admin_id in (None, known.chat_id):
            self._history = History(self._lengths, self.pointer.rings)
            return Place(known.chat_id, self._config_id or known.message_id)
        return Place(admin_id or 0, self._config_id or 0)
