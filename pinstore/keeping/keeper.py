"""Save and restore: what is stored under which generation."""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from aiogram.exceptions import TelegramRetryAfter

from pinstore.chat.pointer import Place
from pinstore.chat.register import Register
from pinstore.chat.retry import delay, patiently
from pinstore.chat.vault import DocumentMessage, Vault
from pinstore.copies.document import Stamp
from pinstore.copies.drill import compare_copy
from pinstore.copies.found import LoadedCopy
from pinstore.copies.reader import Reader
from pinstore.errors import MissingError, NotSetUpError
from pinstore.keeping.owner import SETTLE
from pinstore.keeping.saver import Hooks, Saver
from pinstore.keeping.stored import Stored
from pinstore.memory.changes import begin_run
from pinstore.memory.database import Database

log = logging.getLogger(__name__)

TRIES = 3

REFUSALS = 10
"""Times that the chat may have taken too many messages before a start begins again."""


class Keeper:
    """One document in one chat, and its parts."""

    def __init__(
        self,
        database: Database,
        register: Register,
        *,
        describe: Callable[[Mapping[str, int], datetime, datetime | None], str],
        on_stored: Callable[[frozenset[int]], None],
        on_moved: Callable[[Place, bool], Awaitable[None]],
        on_committed: Callable[[Vault, DocumentMessage], Coroutine[Any, Any, None]],
        on_saving: Callable[[], None] = lambda: None,
    ) -> None:
        self.database = database
        self.stored = Stored(database, register)
        self.owner = self.stored.owner
        hooks = Hooks(describe, on_stored, on_moved, on_committed, on_saving)
        self._saver = Saver(database, self.stored, hooks)
        self._saving = threading.Lock()
        self.tally = self._saver.tally
        self.claimed_at = float("-inf")
        """When the claim of this process came to stand, by the monotonic clock."""

    @property
    def chat_id(self) -> int | None:
        """The backup chat, once it is known."""
        return self.stored.chat_id

    @property
    def place(self) -> Place:
        """Where the document lies. Raises MissingError if there is none."""
        return self.stored.place

    @property
    def owns(self) -> bool:
        """True from a claim that stands until the process ends."""
        return self.owner.owns

    @property
    def generation(self) -> int:
        """The generation stored last."""
        return self.owner.stamp.generation

    @property
    def parts_bytes(self) -> int:
        """The size of the parts that the document refers to."""
        return self.stored.parts.bytes

    @property
    def sent(self) -> int:
        """How many parts this process has stored since it has its tables."""
        return self.stored.parts.sent

    @property
    def drilled_at(self) -> datetime | None:
        """When the stored copy was last compared with the tables and found good."""
        return self.stored.drilled_at

    async def restore(self, vault: Vault, known: Sequence[int], older: Iterable[int] | None = None) -> LoadedCopy:
        """Load the newest good copy, of the pinned message and those in `known`; `older` as for `Reader.newest`.

        What others have pinned is a copy of ours only if the bot itself has written none of those.
        Raises NotSetUpError, NotRestoredError or ChatError.
        """
        self._saver.enter_loop()
        pinned = await patiently(vault.pinned, TRIES)
        is_shown = pinned and pinned.file_id and (pinned.is_own or not await _has_own(vault, known))
        shown = [pinned.message_id] if pinned and is_shown else []
        candidates = list(dict.fromkeys([*shown, *known]))
        if not candidates:
            raise NotSetUpError
        copy = await Reader(vault, self.database.tables, self.database.name).newest(candidates, older)
        if copy.is_outdated:
            copy.loader.outdate()
        self._adopt(vault, copy)
        return copy

    async def claim(self, has_moved: Callable[[], Awaitable[bool]]) -> None:
        """Become the owner; `has_moved` tells whether the document has gone to another message since it was read.

        Raises OwnershipLostError, or OvertakenError if the restore has to be repeated.
        """

        async def save(anew: bool) -> None:
            for left in reversed(range(REFUSALS)):
                try:
                    await asyncio.to_thread(self.save, force=True, anew=anew)
                except TelegramRetryAfter as error:  # a restore would only use up more of the chat's messages
                    if not left:
                        raise
                    await asyncio.sleep(delay(1, error))
                else:
                    return

        await self.owner.claim(self.stored.pinned, save, has_moved)
        self.claimed_at = time.monotonic()
        if self.owner.has_waited:
            self.claimed_at -= SETTLE
            self.stored.doubt.set()

    async def found(self, vault: Vault, update: int, *, adopt: bool) -> DocumentMessage:
        """Write the first document, of empty tables, and pin it; with `adopt` it becomes the backup of this process."""
        self._saver.enter_loop()
        return await self._saver.found(vault, update, adopt=adopt)

    async def write_anew(self, update: int) -> DocumentMessage:
        """Store everything in a new message and pin that; the document of `update` will not be written twice."""
        self.database.hold(update)
        try:
            await asyncio.to_thread(self.save, force=True, anew=True)
        except Exception:
            self.database.forget([update])  # it changed nothing, so nothing has to wait for a save
            raise
        return self.stored.held

    def save(self, *, force: bool = False, anew: bool = False, last: bool = False) -> None:
        """Serialize in this thread and store from the event loop; blocks until it is stored.

        Nothing changed: nothing is sent, unless `force`. `last` gives up the ownership with the save.
        Raises OwnershipLostError, OvertakenError, ChatError, or an error of `patience.TRANSIENT`.
        """
        with self.turn() as saver:
            if force or last or self.stored.is_dirty:
                saver.save(force=force, anew=anew, last=last)

    def renew(self) -> None:
        """Put document and parts into new messages, as the old ones will be deleted; blocks, and raises as `save`."""
        with self.turn() as saver:
            saver.on_loop(self.stored.parts.refresh(self.stored.pinned.vault))
            saver.save(force=True, anew=True)

    @contextmanager
    def turn(self) -> Iterator[Saver]:
        """While this lasts nobody else saves."""
        with self._saving:
            yield self._saver

    def drill(self) -> int:
        """Save, download what is stored into a second database, compare; blocks, and returns the rows compared.

        Raises DrillError, or what `save` and a restore raise.
        """
        with self.turn() as saver:
            mark = begin_run(self.database)
            saver.save(force=True)
            reader = Reader(self.stored.pinned.vault, self.database.tables, self.database.name)
            copy = saver.on_loop(reader.newest([self.place.message_id]))
            rows = compare_copy(self.database, copy.loader, mark)
            self.stored.drilled_at = datetime.now(UTC)
            return rows

    async def take_over(self, vault: Vault, copy: LoadedCopy, highest: Stamp) -> None:
        """Make `copy` the table; the next save writes it anew, above `highest` in generation and epoch."""
        self._saver.enter_loop()
        copy.loader.outdate()
        self._adopt(vault, replace(copy, place=None))
        await self.owner.take_over(highest)

    async def take(self, vault: Vault, copy: LoadedCopy) -> DocumentMessage:
        """Make a copy that lies in somebody else's message the table, in a new document of this process."""
        await self.take_over(vault, copy, copy.stamp)
        await asyncio.to_thread(self.save, force=True, anew=True)
        self.owner.taken()
        return self.stored.held

    async def check_owner(self) -> None:
        """Look whether this process still owns the backup. Raises OwnershipLostError or OvertakenError."""
        if self.owns:
            self.stored.check(await patiently(self.stored.pinned.look, TRIES))

    def _adopt(self, vault: Vault, copy: LoadedCopy) -> None:
        self.stored.adopt(vault, copy)
        document = copy.document
        log.info(
            "Restored generation %s: %s",
            document.generation,
            ", ".join(f"{name} {count}" for name, count in document.counts.items()),
            extra={"generation": document.generation},
        )


async def _has_own(vault: Vault, message_ids: Sequence[int]) -> bool:
    """Whether one of these is the bot's own; what is gone may have been."""
    for message_id in message_ids:
        try:
            if (await vault.peek(message_id)).is_own:
                return True
        except MissingError:
            return True
    return False
