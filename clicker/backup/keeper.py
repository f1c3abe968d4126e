"""Save, restore, claim: what is stored under which generation, and who owns it."""

import asyncio
import logging
import secrets
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, TypeVar

from clicker.backup.document import Layout, Rendered, Stamp, caption, read_caption, render
from clicker.backup.drill import compare
from clicker.backup.parts import Parts
from clicker.backup.pinned import Pinned, Seen
from clicker.backup.pointer import Place
from clicker.backup.reader import Copy, NotRestoredError, Reader
from clicker.backup.snapshot import Taken, begin_run, forget_changes, take
from clicker.backup.vault import Held, MissingError, Vault
from clicker.database import Database
from clicker.loader import Loader
from clicker.patience import patiently

log = logging.getLogger(__name__)
T = TypeVar("T")

SETTLE = 3.0
"""Seconds between a claim and the look whether it stands: longer than a save of the owner before takes."""

TRIES = 3


class NothingStoredError(Exception):
    """There is a backup chat and nothing was ever stored in it, as far as anything shows."""


class OwnershipLostError(Exception):
    """Another process has claimed the backup; this one must not save, confirm or answer any more."""


class OvertakenError(Exception):
    """A save of the owner before landed on our claim before we saved anything: restore and claim again."""


class Keeper:
    """One document in one chat, its parts, and the right to write them."""

    def __init__(
        self,
        database: Database,
        *,
        describe: Callable[[Mapping[str, int], datetime, datetime | None], str],
        on_stored: Callable[[frozenset[int]], None],
        on_moved: Callable[[Place, bool], Awaitable[None]],
        on_committed: Callable[[Vault, Held], Coroutine[Any, Any, None]],
    ) -> None:
        self._database = database
        self._describe = describe
        self._on_stored = on_stored
        """Told which updates a committed save holds."""
        self._on_moved = on_moved
        """Told when the document lies in a new message, and whether somebody asked for that."""
        self._on_committed = on_committed
        """Told the document that was stored until now, after a regular save."""
        self._pinned: Pinned | None = None
        self._told: int | None = None
        self._stamp = Stamp()
        self._restored = 0
        """The generation that was restored; a higher one of another owner was written since."""
        self._owner = secrets.token_hex(6)
        self._parts = Parts()
        self._saved_position = 0
        self._saves = 0
        self._saving = threading.Lock()
        self._has_claimed = False
        self.follows_a_crash = False
        """Whether the owner before did not stop cleanly."""
        self.has_lost = False
        self.drilled_at: datetime | None = None
        """When the stored copy was last compared with the tables and found good."""
        self._loop = asyncio.get_running_loop()

    @property
    def chat_id(self) -> int | None:
        """The backup chat, once it is known."""
        return self._pinned.vault.chat_id if self._pinned else None

    @property
    def owns(self) -> bool:
        """True from a claim that stands until the process ends."""
        return self._has_claimed and self._stamp.owner == self._owner and not self.has_lost

    def resign(self) -> None:
        """Another process owns the backup: nothing is saved any more."""
        self.has_lost = True

    @property
    def place(self) -> Place:
        """Where the document lies. Raises MissingError if there is none."""
        return Place(self._require_pinned().vault.chat_id, self._require_place().message_id)

    @property
    def generation(self) -> int:
        """The generation stored last."""
        return self._stamp.generation

    @property
    def is_dirty(self) -> bool:
        """True if something changed that is not stored."""
        return self.owns and self._database.position != self._saved_position

    async def restore(self, vault: Vault, known: Sequence[int], older: Iterable[int] | None = None) -> Copy:
        """Load the newest good copy, of the pinned message and those in `known`; `older` as for `Reader.newest`.

        Raises NothingStoredError, NotRestoredError or VaultError.
        """
        pinned = await patiently(vault.pinned, TRIES)
        shown = [pinned.message_id] if pinned and pinned.file_id else []
        candidates = list(dict.fromkeys([*shown, *known]))
        if not candidates:
            raise NothingStoredError
        copy = await Reader(vault, self._database.tables).newest(candidates, older)
        self._adopt(vault, copy)
        return copy

    async def claim(self) -> None:
        """Become the owner. Raises OwnershipLostError, or OvertakenError if the restore has to be repeated."""
        pinned, before = self._require_pinned(), self._stamp
        restored, self.follows_a_crash = pinned.place, before.owner is not None
        self._stamp, self._saves = Stamp(before.generation, before.epoch + 1, self._owner), 0
        try:
            await pinned.claim(self._stamp)
        except MissingError as error:
            log.warning("The document is written anew: %s", error)
            pinned.place = restored = None
            self._check(await patiently(pinned.look, TRIES))
            await asyncio.to_thread(self.save, force=True)
        if self.follows_a_crash:
            log.info("The last process did not stop cleanly: waiting %s s for a save that may be under way", SETTLE)
            await asyncio.sleep(SETTLE)
        seen = await patiently(pinned.look, TRIES)
        self._check(seen)
        if restored:
            if seen.document is None or seen.document.unique_id != restored.unique_id:
                raise OvertakenError
            await asyncio.to_thread(self.save, force=True)
        self._saves, self._has_claimed = 0, True

    async def found(self, vault: Vault, update: int, *, adopt: bool) -> Held:
        """Write the first document, of empty tables, and pin it; with `adopt` it becomes the backup of this process."""
        loader = Loader(self._database.tables)
        counts = loader.finish(1)
        stamp = Stamp(1, 1, self._owner) if adopt else Stamp(1)
        empty = Database(self._database.tables)
        empty.replace(loader.connection, {update})
        taken = take(empty, 0)
        rendered = render(stamp, taken.tables, counts, taken.applied)
        pinned = Pinned(vault, None)
        held = await pinned.write(rendered, self._caption(rendered))
        if adopt:
            self._database.replace(loader.connection, {update})
            self._pinned, self._stamp, self._has_claimed = pinned, stamp, True
            self._saved_position = self._database.position
            self._on_stored(taken.applied)
            await self._tell_place(held, asked=True)
        return held

    async def write_anew(self, update: int) -> Held:
        """Store everything in a new message and pin that; the document of `update` will not be written twice."""
        self._database.applied.add(update)
        try:
            await asyncio.to_thread(self.save, force=True, anew=True)
        except Exception:
            self._database.forget([update])  # it changed nothing, so nothing has to wait for a save
            raise
        return self._require_place()

    def save(self, *, force: bool = False, anew: bool = False, last: bool = False) -> None:
        """Serialize in this thread and store from the event loop; blocks until it is stored.

        Nothing changed: nothing is sent, unless `force`. `last` gives up the ownership with the save.
        Raises OwnershipLostError, OvertakenError, VaultError, or an error of `patience.TRANSIENT`.
        """
        with self._saving:
            if force or last or self.is_dirty:
                self._save(force=force, anew=anew, last=last)

    def drill(self) -> int:
        """Save, download what is stored into a second database, compare; blocks, and returns the rows compared.

        Raises DrillError, or what `save` and a restore raise.
        """
        with self._saving:
            mark = begin_run(self._database)
            self._save(force=True)
            reader = Reader(self._require_pinned().vault, self._database.tables)
            copy = Database(self._database.tables)
            copy.replace(self._on_loop(reader.newest([self.place.message_id])).loader.connection)
            rows = compare(self._database, copy, mark)
            self.drilled_at = datetime.now(timezone.utc)
            return rows

    def take_over(self, vault: Vault, copy: Copy, highest: Stamp) -> None:
        """Make `copy` the table; the next save writes it anew, above `highest` in generation and epoch."""
        self._adopt(vault, replace(copy, place=None))
        self._stamp = Stamp(highest.generation, highest.epoch + 1, self._owner)
        self._restored = highest.generation

    def _save(self, *, force: bool = False, anew: bool = False, last: bool = False) -> None:
        if self.has_lost:
            raise OwnershipLostError
        pinned = self._require_pinned()
        whole = self._parts.merge(self._database, pinned.vault, self._on_loop)
        taken = take(self._database, self._parts.since)
        stamp = Stamp(self._stamp.generation + 1, self._stamp.epoch, None if last else self._owner)
        layout = self._parts.layout(pinned.place.file_id if pinned.place else None, self.drilled_at)
        rendered = render(stamp, taken.tables, taken.counts, taken.applied, layout)
        before = self._on_loop(self._commit(rendered, taken, anew=anew))
        if before and not (force or last):  # a start and a stop have used up the chat's burst of messages
            self._on_loop(self._on_committed(pinned.vault, before))
        if whole:
            forget_changes(self._database, self._parts.since)

    async def _commit(self, rendered: Rendered, taken: Taken, *, anew: bool) -> Held | None:
        """The commit point: the document that the pinned message holds from here on is the stored table.

        Returns the document that it held before.
        """
        pinned = self._require_pinned()
        seen = await pinned.look()
        if pinned.place:
            self._check(seen)
        held = await pinned.put(rendered, self._caption(rendered), seen, anew=anew)
        self._stamp = rendered.stamp
        self._saved_position = taken.position
        self._parts.committed()
        self._saves += 1
        log.debug("Saved generation %s, %s bytes", rendered.stamp.generation, len(rendered.content))
        self._on_stored(taken.applied)
        await self._tell_place(held, asked=anew)
        return seen.document

    def _caption(self, rendered: Rendered) -> str:
        text = self._describe(rendered.counts, rendered.saved_at, self.drilled_at)
        return caption(text, rendered.stamp, rendered.sha256)

    def _check(self, seen: Seen) -> None:
        """An owner goes on only if the document is its own, or a late write of an owner before, there or in a new one.

        Raises OwnershipLostError or OvertakenError.
        """
        others = [stamp for stamp in seen.stamps if stamp.claim != self._stamp.claim]
        if any(stamp.claim > self._stamp.claim for stamp in others):
            raise OwnershipLostError
        stamp = read_caption(seen.document.caption).stamp if seen.document else None
        if stamp not in others and all(other.generation <= self._restored for other in others):
            return
        if not self._saves:
            raise OvertakenError
        log.warning("A late save of the process before is written over: this one already holds what it held")
        self._saved_position = -1  # also if nobody taps

    async def check_owner(self) -> None:
        """Look whether this process still owns the backup. Raises OwnershipLostError or OvertakenError."""
        if self.owns:
            self._check(await patiently(self._require_pinned().look, TRIES))

    async def _tell_place(self, held: Held, *, asked: bool) -> None:
        if self._told != held.message_id:
            self._told = held.message_id
            await self._on_moved(self.place, asked)

    def _adopt(self, vault: Vault, copy: Copy) -> None:
        document = copy.document
        self._database.replace(copy.loader.connection, document.applied_updates)
        self._pinned, self._stamp, self._has_claimed = Pinned(vault, copy.place), copy.stamp, False
        self._told, self._restored = copy.place.message_id if copy.place else None, copy.stamp.generation
        self._parts = Parts(Layout(document.parts, document.spare))
        self.drilled_at = document.drilled_at
        self._saved_position = self._database.position
        log.info(
            "Restored generation %s: %s", document.generation, ", ".join(f"{n} {c}" for n, c in document.counts.items())
        )

    def _on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _require_pinned(self) -> Pinned:
        if self._pinned is None:
            raise NotRestoredError("There is no backup chat yet.")
        return self._pinned

    def _require_place(self) -> Held:
        place = self._require_pinned().place
        if place is None:
            raise MissingError("there is no document yet")
        return place
