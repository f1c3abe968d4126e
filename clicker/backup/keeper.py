"""Save and restore: what is stored under which generation."""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any, TypeVar

from clicker.backup.caption import caption
from clicker.backup.document import Stamp
from clicker.backup.drill import compare
from clicker.backup.found import Copy
from clicker.backup.owner import SETTLE, Owner, OwnershipLostError
from clicker.backup.parts import Parts
from clicker.backup.pinned import Pinned, Seen
from clicker.backup.pointer import Place
from clicker.backup.reader import NotRestoredError, Reader
from clicker.backup.refusals import MissingError
from clicker.backup.register import Register
from clicker.backup.rendering import Layout, Rendered, TableText, render
from clicker.backup.snapshot import Taken, begin_run, forget_changes, take
from clicker.backup.tally import Tally
from clicker.backup.vault import Held, Vault
from clicker.database import Database
from clicker.loader import Loader
from clicker.patience import AMBIGUOUS, patiently

log = logging.getLogger(__name__)
T = TypeVar("T")

TRIES = 3

NEVER = -1
"""No position of a database: what is stored is not what any of them held."""


EXCHANGES = 5
"""Saves before an exchange, at most, until one is not overtaken by a tap."""


class NothingStoredError(Exception):
    """There is a backup chat and nothing was ever stored in it, as far as anything shows."""


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
        on_committed: Callable[[Vault, Held], Coroutine[Any, Any, None]],
        on_saving: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._describe = describe
        self._on_stored = on_stored
        """Told which updates a committed save holds."""
        self._on_moved = on_moved
        """Told when the document lies in a new message, and whether somebody asked for that."""
        self._on_committed = on_committed
        """Told the document that was stored until now, after a regular save."""
        self._on_saving = on_saving
        """Told before the tables are read for a save, in the thread that does it."""
        self._pinned: Pinned | None = None
        self._told: int | None = None
        self._owner = Owner(register)
        self._parts = Parts()
        self._saved_position = 0
        self._is_exchanged = False
        """True until a table that has taken the place of another one is stored, in a message of its own."""
        self._era = 0
        """Grows when marks of what has changed in the tables are dropped, or the tables themselves."""
        self.stored_at = float("-inf")
        """When this process has last stored something, by the monotonic clock: it owned the backup then."""
        self.claimed_at = float("-inf")
        """When the claim of this process came to stand, by the monotonic clock."""
        self._saving = threading.Lock()
        self.tally = Tally()
        self.drilled_at: datetime | None = None
        """When the stored copy was last compared with the tables and found good."""
        self.doubt = asyncio.Event()
        """Set when a save may land later than anybody waits for it: ours without an answer, or one of the dead."""
        self._loop = asyncio.get_running_loop()

    @property
    def chat_id(self) -> int | None:
        """The backup chat, once it is known."""
        return self._pinned.vault.chat_id if self._pinned else None

    @property
    def owns(self) -> bool:
        """True from a claim that stands until the process ends."""
        return self._owner.owns

    @property
    def has_lost(self) -> bool:
        """True if another process owns the backup."""
        return self._owner.has_lost

    def resign(self) -> None:
        """Another process owns the backup: nothing is saved any more."""
        self._owner.has_lost = True

    @property
    def place(self) -> Place:
        """Where the document lies. Raises MissingError if there is none."""
        return Place(self._require_pinned().vault.chat_id, self._require_place().message_id)

    @property
    def generation(self) -> int:
        """The generation stored last."""
        return self._owner.stamp.generation

    @property
    def parts_bytes(self) -> int:
        """The size of the parts that the document refers to."""
        return self._parts.bytes

    @property
    def is_dirty(self) -> bool:
        """True if something changed that is not stored."""
        return self.owns and self._database.position != self._saved_position

    @property
    def stored_position(self) -> int:
        """The position of the database that is stored."""
        return self._saved_position

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
        if copy.document.generation < copy.stamp.generation:
            copy.loader.outdate()
        self._adopt(vault, copy)
        return copy

    async def claim(self) -> None:
        """Become the owner. Raises OwnershipLostError, or OvertakenError if the restore has to be repeated."""
        await self._owner.claim(self._require_pinned(), lambda: asyncio.to_thread(self.save, force=True))
        self.claimed_at = time.monotonic()
        if self._owner.follows_a_crash:
            self.claimed_at -= SETTLE
            self.doubt.set()

    async def found(self, vault: Vault, update: int, *, adopt: bool) -> Held:
        """Write the first document, of empty tables, and pin it; with `adopt` it becomes the backup of this process."""
        tables = {table.name: TableText(table.columns, "", ()) for table in self._database.tables}
        counts = {name: 0 for table in self._database.tables for name in (table.name, *table.sums)}
        rendered = render(self._owner.first if adopt else Stamp(1), tables, counts, {update})
        pinned = Pinned(vault, None)
        with self.tally.save() if adopt else nullcontext():
            held = await pinned.write(rendered, self._caption(rendered))
        if adopt:
            self.tally.written(len(rendered.content))
            loader = Loader(self._database.tables)
            loader.finish(1)
            self._database.replace(loader.connection, {update})
            self._owner.found()
            self._pinned, self._saved_position = pinned, self._database.position
            self._on_stored(frozenset({update}))
            log.info("The first document is stored: chat %s, message %s", vault.chat_id, held.message_id)
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

    def exchange(self, copy: Copy, on_exchanged: Callable[[int], None]) -> None:
        """Make `copy` the table of this process, which owns the backup; blocks. The next save writes it anew.

        What it replaces is stored before and stays in its message, whose id `on_exchanged` gets, in this thread.
        Raises what `save` raises; then nothing has changed.
        """
        copy.loader.outdate()
        with self._saving:
            for left in reversed(range(EXCHANGES)):
                if self.is_dirty:
                    self._save(force=True)
                replaced = self.place.message_id
                if self._database.exchange(copy.loader.connection, self._saved_position if left else None):
                    break
            self._era += 1
            self._saved_position, self._is_exchanged = NEVER, True
            self._parts = Parts(Layout(copy.document.parts))
            self._owner.exceed(copy.stamp.generation)
            self.drilled_at = copy.document.drilled_at
            on_exchanged(replaced)

    def copy_rows(self, copy: Callable[[], None]) -> Taken:
        """Have `copy` read all rows in short turns, and return what has changed since it began; blocks.

        Both together are exact at one instant. `copy` is called again if marks of what changed were dropped meanwhile.
        """
        while True:
            with self._saving:
                era, mark = self._era, begin_run(self._database)
            copy()
            with self._saving:
                if era == self._era:
                    return take(self._database, mark)

    def drill(self) -> int:
        """Save, download what is stored into a second database, compare; blocks, and returns the rows compared.

        Raises DrillError, or what `save` and a restore raise.
        """
        with self._saving:
            mark = begin_run(self._database)
            self._save(force=True)
            reader = Reader(self._require_pinned().vault, self._database.tables)
            with closing(self._on_loop(reader.newest([self.place.message_id])).loader) as loader:
                copy = Database(self._database.tables)
                copy.replace(loader.connection)
                rows = compare(self._database, copy, mark)
            self.drilled_at = datetime.now(timezone.utc)
            return rows

    async def take_over(self, vault: Vault, copy: Copy, highest: Stamp) -> None:
        """Make `copy` the table; the next save writes it anew, above `highest` in generation and epoch."""
        copy.loader.outdate()
        self._adopt(vault, replace(copy, place=None))
        await self._owner.take_over(highest)

    def _save(self, *, force: bool = False, anew: bool = False, last: bool = False) -> None:
        with self.tally.save():
            self._store(force=force, anew=anew, last=last)

    def _store(self, *, force: bool, anew: bool, last: bool) -> None:
        if self._owner.has_lost:
            raise OwnershipLostError
        self._on_saving()
        pinned = self._require_pinned()
        whole = self._parts.merge(self._database, pinned.vault, self._on_loop)
        taken = take(self._database, self._parts.since)
        layout = self._parts.layout(pinned.place.file_id if pinned.place else None, self.drilled_at)
        rendered = render(self._owner.following(last=last), taken.tables, taken.counts, taken.applied, layout)
        before = self._on_loop(self._commit(rendered, taken, anew=anew))
        if before and not (force or last):  # a start and a stop have used up the chat's burst of messages
            self._on_loop(self._on_committed(pinned.vault, before))
        if whole:
            self._era += 1
            forget_changes(self._database, self._parts.since)

    async def _commit(self, rendered: Rendered, taken: Taken, *, anew: bool) -> Held | None:
        """The commit point: the document that the pinned message holds from here on is the stored table.

        Returns the document that it held before.
        """
        pinned, started = self._require_pinned(), time.monotonic()
        seen = await pinned.look()
        if pinned.place:
            self._check(seen)
        try:
            held = await pinned.put(rendered, self._caption(rendered), seen, anew=anew or self._is_exchanged)
        except AMBIGUOUS:
            self.doubt.set()
            raise
        await self._owner.check_slow_save(time.monotonic() - started)
        self._owner.stored(rendered.stamp)
        self._saved_position, self._is_exchanged = taken.position, False
        self.stored_at = started
        self._parts.committed()
        self.tally.written(len(rendered.content))
        log.debug("Saved generation %s, %s bytes", rendered.stamp.generation, len(rendered.content))
        self._on_stored(taken.applied)
        await self._tell_place(held, asked=anew)
        return seen.document

    def _caption(self, rendered: Rendered) -> str:
        text = self._describe(rendered.counts, rendered.saved_at, self.drilled_at)
        return caption(text, rendered.stamp, rendered.sha256)

    async def check_owner(self) -> None:
        """Look whether this process still owns the backup. Raises OwnershipLostError or OvertakenError."""
        if self.owns:
            self._check(await patiently(self._require_pinned().look, TRIES))

    def _check(self, seen: Seen) -> None:
        if self._owner.check(seen):
            self._saved_position = NEVER

    async def _tell_place(self, held: Held, *, asked: bool) -> None:
        if self._told != held.message_id:
            self._told = held.message_id
            await self._on_moved(self.place, asked)

    def _adopt(self, vault: Vault, copy: Copy) -> None:
        document = copy.document
        self._database.replace(copy.loader.connection, document.applied_updates)
        self._owner.restored(copy.stamp)
        self._pinned = Pinned(vault, copy.place)
        self._told = copy.place.message_id if copy.place else None
        self._era += 1
        self._parts = Parts(Layout(document.parts, document.spare))
        self.drilled_at = document.drilled_at
        self._saved_position = self._database.position
        log.info(
            "Restored generation %s: %s",
            document.generation,
            ", ".join(f"{name} {count}" for name, count in document.counts.items()),
            extra={"generation": document.generation},
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
