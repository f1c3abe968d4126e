"""Where the document lies: found at a start, and told to Telegram whenever it has moved."""

import logging
import time
from collections.abc import Iterator

from aiogram.exceptions import TelegramAPIError

from pinstore.chat.held import DocumentMessage
from pinstore.chat.notes import RETIRED, Notes, Place
from pinstore.chat.refusals import is_unknown
from pinstore.chat.retry import TRANSIENT, delay, patiently, reason
from pinstore.chat.vault import Vault
from pinstore.errors import ChatError, NotRestoredError, NotSetUpError
from pinstore.keeping.history import History, Lengths

log = logging.getLogger(__name__)

TRIES = 3

MOST_RETIRED = 20
"""Messages of owners before that are remembered: each start deletes them. A line holds that many ids."""

MANY_RETIRED = 3
"""So many are deleted before anybody is served: a process that never lives longer than that would leave them all."""


class Locator:
    """Knows the place, and the messages that hold the history."""

    def __init__(self, notes: Notes, place: tuple[int | None, int | None], lengths: Lengths) -> None:
        """`place` is what the settings say."""
        self.notes = notes
        self._admin_id, self._config_id = place
        self._lengths = lengths
        self._history = History(lengths, {})
        self._changed: dict[str, list[int]] = {}
        """Lines that differ from what was read, or may."""
        self._point_after = float("-inf")
        self._not_pointed = 0
        self._fill_after = float("-inf")
        self._not_filled = 0
        self.leaves_owner = False
        """True while the document moves from the message of an owner before, who may still write there."""
        self.is_patient = False
        """True if the place has to be kept at Telegram, however long that takes: no later save makes up for it."""
        self.place: Place | None = None
        """Where the backup was found; message 0 if only the chat is known."""

    @property
    def chat_id(self) -> int | None:
        """The backup chat, as far as anything shows."""
        return self.place.chat_id if self.place else self._admin_id

    def noted(self, name: str) -> list[int]:
        """A further line that is kept at Telegram beside the place, [] if there is none."""
        return self._changed[name] if name in self._changed else self.notes.rings.get(name, [])

    def will_note(self, name: str, numbers: list[int]) -> None:
        """Change such a line; it is written together with the place."""
        self._changed[name] = numbers

    async def note(self, name: str, numbers: list[int]) -> None:
        """Change such a line, and write it now."""
        self.will_note(name, numbers)
        if self.place:
            await self.point(self.place)

    async def find(self) -> None:
        """Look where the backup lies: the settings win, then what is kept at Telegram itself.

        Whoever looks again sees where another process has put it meanwhile, and forgets nothing.
        Raises NotSetUpError, NotRestoredError, or an error of `retry.TRANSIENT`.
        """
        if self.place:
            await self._read_again()
            return
        try:
            await self.notes.read()
        except TRANSIENT:
            raise
        except TelegramAPIError as error:
            complaint = f"Telegram does not tell where the backup lies: {reason(error)}"
            if self._admin_id is None and not is_unknown(error):  # "never set up" is only what an empty answer means
                raise NotRestoredError(complaint) from error
            log.warning(complaint)
        known, admin_id = self.notes.place, self._admin_id
        if admin_id is None and known is None:
            raise NotSetUpError
        if known and admin_id in (None, known.chat_id):
            self._history = History(self._lengths, self.notes.rings)
            self.place = Place(known.chat_id, self._config_id or known.message_id)
        else:
            self.place = Place(admin_id or 0, self._config_id or 0)

    def known(self) -> list[int]:
        """Messages that may hold the document, beside the pinned one."""
        pointed, place = self.notes.place, self.place
        known = [place.message_id] if place and place.message_id else []
        if pointed and place and pointed.chat_id == place.chat_id:
            known.append(pointed.message_id)  # CONFIG_ID in the environment can be older
        return known

    def older(self) -> Iterator[int]:
        """Messages that hold older copies, newest first."""
        return self._history.newest_first(time.time())

    def is_noted(self, held: DocumentMessage | None) -> bool:
        """Whether the document lies where Telegram says."""
        return bool(held and self.notes.place and held.message_id == self.notes.place.message_id)

    async def has_moved(self) -> bool:
        """Whether another process has kept another place at Telegram since this one has read it."""
        before = self.notes.place
        await self._read_again()
        return self.notes.place != before

    async def _read_again(self) -> None:
        try:
            await patiently(lambda: self.notes.read(again=True), TRIES)
        except TRANSIENT:
            raise
        except TelegramAPIError as error:
            log.warning("Telegram does not tell where the backup lies: %s", reason(error))

    async def point(self, place: Place) -> None:
        """Keep at Telegram where the document lies; a pinned message and the settings find it as well.

        One attempt, as a save waits for it; a failure is made up for by a later save, not before a 429 allows it.
        """
        if self.place and self.place.chat_id != place.chat_id:  # a group has become a supergroup, with messages anew
            self._history, self._changed = History(self._lengths, {}), {}
        self.place = place
        if self.leaves_owner:
            self._note_retired(place)
        if self.is_patient:
            await patiently(lambda: self._write(place))
        elif time.monotonic() >= self._point_after:
            try:
                await self._write(place)
            except (TelegramAPIError, *TRANSIENT) as error:
                self._not_pointed += 1
                self._point_after = time.monotonic() + delay(self._not_pointed, error)
                log.warning("The place of the backup could not be kept at Telegram: %s", reason(error))
            else:
                self._not_pointed = 0

    async def _write(self, place: Place) -> None:
        await self.notes.write(place, {**self._history.rings, **self._changed})

    async def remember(self, vault: Vault, before: DocumentMessage, place: Place) -> None:
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
        await self.point(place)

    def _note_retired(self, place: Place) -> None:
        """The owner before may still write to the message that this document has come from: nobody may rely on it."""
        before = self.notes.place
        if before and before.chat_id == place.chat_id and before.message_id != place.message_id:
            self.will_note(RETIRED, [before.message_id, *self.noted(RETIRED)][:MOST_RETIRED])

    async def retire_many(self) -> None:
        """As `retire`, if there are many."""
        if len(self.noted(RETIRED)) > MANY_RETIRED:
            await self.retire()

    async def retire(self) -> None:
        """Delete the messages that owners before may still write to; what fails is left to the next claim."""
        retired = [number for number in self.noted(RETIRED) if number]  # without one the newest pin would be let go
        if self.place and retired:
            vault = Vault(self.notes.bot, self.place.chat_id)
            try:
                for message_id in retired:
                    if message_id != self.place.message_id:
                        await vault.retire(message_id)
            except TRANSIENT as error:
                log.warning("An old document could not be deleted: %s", reason(error))
            else:
                self.will_note(RETIRED, [0])
