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
from clicker.backup.pointer import Place
from clicker.backup.reader import Copy, NotRestoredError, Reader
from clicker.backup.snapshot import Taken, begin_run, forget_changes, take
from clicker.backup.vault import Held, MissingError, Vault, VaultError
from clicker.database import Database, Loader
from clicker.patience import AMBIGUOUS, patiently

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
        """Told the document that has just been stored."""
        self._vault: Vault | None = None
        self._place: Held | None = None
        self._told: int | None = None
        self._stamp = Stamp()
        self._owner = secrets.token_hex(6)
        self._parts = Parts()
        self._saved_position = 0
        self._saves = 0
        self._saving = threading.Lock()
        self.has_lost = False
        self.drilled_at: datetime | None = None
        """When the stored copy was last compared with the tables and found good."""
        self._loop = asyncio.get_running_loop()

    @property
    def chat_id(self) -> int | None:
        """The backup chat, once it is known."""
        return self._vault.chat_id if self._vault else None

    @property
    def owns(self) -> bool:
        """True from a claim that stands until the process ends."""
        return self._stamp.owner == self._owner and not self.has_lost

    def resign(self) -> None:
        """Another process owns the backup: nothing is saved any more."""
        self.has_lost = True

    @property
    def place(self) -> Place:
        """Where the document lies. Raises MissingError if there is none."""
        return Place(self._require_vault().chat_id, self._require_place().message_id)

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
        self._vault = vault
        self._adopt(copy)
        return copy

    async def claim(self) -> None:
        """Become the owner. Raises OwnershipLostError, or OvertakenError if the restore has to be repeated."""
        before, restored = self._stamp, self._place
        self._stamp = Stamp(before.generation, before.epoch + 1, self._owner)
        self._saves = 0
        if restored:
            await self._claim_caption(restored)
        if self._place is None:
            await asyncio.to_thread(self.save, force=True)
        if before.owner is not None:
            log.info(
                "The last process did not stop cleanly: waiting %s s for a save of it that may be under way", SETTLE
            )
            await asyncio.sleep(SETTLE)
        seen, _ = await patiently(self._look, TRIES)
        self._check(seen)
        if restored and self._place is restored and (seen is None or seen.unique_id != restored.unique_id):
            raise OvertakenError
        if self._place is restored:
            await asyncio.to_thread(self.save, force=True)
        self._saves = 0

    async def found(self, vault: Vault, update: int, *, adopt: bool) -> Held:
        """Write the first document, of empty tables, and pin it; with `adopt` it becomes the backup of this process."""
        loader = Loader(self._database.tables)
        counts = loader.finish(1)
        stamp = Stamp(1, 1, self._owner) if adopt else Stamp(1)
        empty = Database(self._database.tables)
        empty.replace(loader, {update})
        taken = take(empty, 0)
        rendered = render(stamp, taken.tables, counts, taken.applied)
        held = await self._write_anew(vault, rendered)
        if adopt:
            self._database.replace(loader, {update})
            self._vault, self._place, self._stamp = vault, held, stamp
            self._saved_position = self._database.position
            await self._tell_place(held, asked=True)
            self._on_stored(taken.applied)
        return held

    async def write_anew(self, update: int) -> Held:
        """Store everything in a new message and pin that; the document of `update` will not be written twice."""
        self._database.applied.add(update)
        try:
            await asyncio.to_thread(self.save, force=True, anew=True)
        except Exception:
            self._database.forget([update])  # it changed nothing, so nothing has to wait for a save
            raise
        if self._place is None:
            raise VaultError("the document could not be written")
        return self._place

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
            reader = Reader(self._require_vault(), self._database.tables)
            copy = Database(self._database.tables)
            copy.replace(self._on_loop(reader.newest([self.place.message_id])).loader)
            rows = compare(self._database, copy, mark)
            self.drilled_at = datetime.now(timezone.utc)
            return rows

    def take_over(self, vault: Vault, copy: Copy, highest: Stamp) -> None:
        """Make `copy` the table; the next save writes it anew, above `highest` in generation and epoch."""
        self._vault = vault
        self._adopt(replace(copy, place=None))
        self._stamp = Stamp(highest.generation, highest.epoch + 1, self._owner)

    def _save(self, *, force: bool = False, anew: bool = False, last: bool = False) -> None:
        if self.has_lost:
            raise OwnershipLostError
        whole = self._parts.merge(self._database, self._require_vault(), self._on_loop)
        taken = take(self._database, self._parts.since)
        stamp = Stamp(self._stamp.generation + 1, self._stamp.epoch, None if last else self._owner)
        layout = self._parts.layout(self._place.file_id if self._place else None, self.drilled_at)
        rendered = render(stamp, taken.tables, taken.counts, taken.applied, layout)
        held = self._on_loop(self._commit(rendered, taken, anew=anew))
        if not (force or last):  # a start and a stop have used up the chat's burst of messages
            self._on_loop(self._on_committed(self._require_vault(), held))
        if whole:
            forget_changes(self._database, self._parts.since)

    async def _commit(self, rendered: Rendered, taken: Taken, *, anew: bool) -> Held:
        """The commit point: edit the pinned document, or write it anew where that cannot be."""
        vault = self._require_vault()
        held: Held | None = None
        if self._place is not None:
            seen, pinned = await self._look()
            self._check(seen)
            hidden = pinned is not None and pinned.message_id > self._place.message_id
            if seen and not anew and not hidden:
                held = await self._edit(vault, rendered)
            if held and (pinned is None or pinned.message_id != held.message_id):
                await self._pin(vault, held)
        if held is None:
            held = await self._write_anew(vault, rendered)
        self._place, self._stamp = held, rendered.stamp
        await self._tell_place(held, asked=anew)
        self._saved_position = taken.position
        self._parts.committed()
        self._saves += 1
        log.debug("Saved generation %s, %s bytes", rendered.stamp.generation, len(rendered.content))
        self._on_stored(taken.applied)
        return held

    async def _edit(self, vault: Vault, rendered: Rendered) -> Held | None:
        """Edit the document, recognising a lost answer by reading back; None if its message cannot be edited."""
        place = self._require_place()
        text = self._caption(rendered)
        try:
            return await vault.edit(place.message_id, rendered.name, rendered.content, text)
        except MissingError as error:
            log.warning("The document is written anew: %s", error)
            return None
        except AMBIGUOUS:
            seen, _ = await patiently(self._look, TRIES)
            if seen is None or read_caption(seen.caption).sha256 != rendered.sha256:
                raise
            return seen

    async def _write_anew(self, vault: Vault, rendered: Rendered) -> Held:
        text = self._caption(rendered)
        held = await vault.write(rendered.name, rendered.content, text)
        if vault is self._vault:
            self._place = held  # if pinning fails, the next save edits this message and pins it
        await self._pin(vault, held)
        return held

    def _caption(self, rendered: Rendered) -> str:
        text = self._describe(rendered.counts, rendered.saved_at, self.drilled_at)
        return caption(text, rendered.stamp, rendered.sha256)

    async def _pin(self, vault: Vault, held: Held) -> None:
        await patiently(lambda: vault.pin(held.message_id), TRIES)

    async def _claim_caption(self, place: Held) -> None:
        """Claim without touching the document: whatever lies there at that moment stays whole."""
        vault = self._require_vault()
        checksum = read_caption(place.caption).sha256
        try:
            if checksum is None:
                raise MissingError("its caption holds no checksum")
            text = caption(place.caption.split(" · ")[0], self._stamp, checksum, is_claim=True)
            await patiently(lambda: vault.recaption(place.message_id, text), TRIES)
        except MissingError as error:
            log.warning("The document is written anew: %s", error)
            self._place = None

    async def _look(self) -> tuple[Held | None, Held | None]:
        """Our document as it is now (None: gone) and the pinned message; OwnershipLostError if that one claims more."""
        vault, place = self._require_vault(), self._require_place()
        pinned = await vault.pinned()
        if pinned and pinned.message_id == place.message_id:
            return pinned, pinned
        stamp = read_caption(pinned.caption).stamp if pinned else None
        if stamp and stamp.claim > self._stamp.claim:
            raise OwnershipLostError
        try:
            return await vault.peek(place.message_id), pinned
        except MissingError:
            return None, pinned

    def _check(self, seen: Held | None) -> None:
        """An owner goes on only if the document is its own, or a late write of an owner before."""
        stamp = read_caption(seen.caption).stamp if seen else None
        if stamp is None or stamp.claim == self._stamp.claim:
            return
        if stamp.claim > self._stamp.claim:
            raise OwnershipLostError
        if not self._saves:
            raise OvertakenError
        log.warning("A late save of the process before is written over: this one already holds what it held")

    async def check_owner(self) -> None:
        """Look whether this process still owns the backup. Raises OwnershipLostError or OvertakenError."""
        if self.owns:
            seen, _ = await patiently(self._look, TRIES)
            self._check(seen)

    async def _tell_place(self, held: Held, *, asked: bool) -> None:
        if self._told != held.message_id:
            self._told = held.message_id
            await self._on_moved(self.place, asked)

    def _adopt(self, copy: Copy) -> None:
        document = copy.document
        self._database.replace(copy.loader, document.applied_updates)
        self._place, self._stamp = copy.place, copy.stamp
        self._told = copy.place.message_id if copy.place else None
        self._parts = Parts(Layout(document.parts, document.spare))
        self.drilled_at = document.drilled_at
        self._saved_position = self._database.position
        log.info(
            "Restored generation %s: %s", document.generation, ", ".join(f"{n} {c}" for n, c in document.counts.items())
        )

    def _on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _require_vault(self) -> Vault:
        if self._vault is None:
            raise NotRestoredError("There is no backup chat yet.")
        return self._vault

    def _require_place(self) -> Held:
        if self._place is None:
            raise MissingError("there is no document yet")
        return self._place
