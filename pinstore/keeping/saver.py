"""How a save goes: the tables are read, rendered and committed, and whoever has to know is told."""

import asyncio
import logging
import threading
from collections.abc import Coroutine, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from pinstore.chat.held import DocumentMessage
from pinstore.chat.vault import Vault
from pinstore.copies.compaction import DOCUMENT_ROWS
from pinstore.copies.document import Part, Stamp
from pinstore.copies.draft import Draft, Taken, empty
from pinstore.copies.drill import compare_copy
from pinstore.copies.part_file import Piece
from pinstore.copies.reader import Reader
from pinstore.copies.rendering import Describe, Layout, Rendered, render
from pinstore.copies.stamp import caption
from pinstore.errors import OwnershipLostError
from pinstore.keeping.expiry import Expiry
from pinstore.keeping.locator import Locator
from pinstore.keeping.pinned import Pinned
from pinstore.keeping.stored import Stored
from pinstore.keeping.tally import Tally
from pinstore.listener import Listener
from pinstore.memory.changes import begin_run, changed_rows, forget_changes
from pinstore.updates.window import Window

NOTED = 2 * DOCUMENT_ROWS
"""Rows of which a change is noted while a document holds all there are; more of them have to be gone again."""

log = logging.getLogger(__name__)
T = TypeVar("T")


class Saver:
    """Saves one after the other, from whichever threads."""

    def __init__(
        self, stored: Stored, locator: Locator, expiry: Expiry, window: Window, listener: Listener, describe: Describe
    ) -> None:
        """`describe` is asked for the words in the caption."""
        self.stored = stored
        self.locator = locator
        self.listener = listener
        self._database = stored.database
        self._draft = Draft(stored.database)
        self._expiry = expiry
        self._window = window
        self._describe = describe
        self._loop: asyncio.AbstractEventLoop | None = None
        self._saving = threading.Lock()
        self.tally = Tally()

    @property
    def owns(self) -> bool:
        """Whether this process may save."""
        return self.stored.owns

    @property
    def sent(self) -> int:
        """How many parts were stored since the tables are there."""
        return self.stored.parts.sent

    @property
    def drilled_at(self) -> datetime | None:
        """When the stored copy was last compared with the tables and found good."""
        return self.stored.drilled_at

    async def create(self, vault: Vault, update: int, *, adopt: bool) -> DocumentMessage:
        """Write the first document, of empty tables, and pin it; with `adopt` it becomes the backup of this process."""
        self.enter_loop()
        taken = empty(self._database.tables, update)
        stamp = await self.stored.owner.first() if adopt else Stamp(1)
        layout = Layout(away=self.stored.away)
        rendered = render(stamp, taken.tables, taken.counts, taken.applied, layout, self._database.name)
        pinned = Pinned(vault, None)
        with self.tally.save() if adopt else nullcontext():
            held = await pinned.write(rendered, self._caption(rendered))
        if adopt:
            self.stored.begin(pinned, update, stamp)
            log.info("The first document is stored: chat %s, message %s", vault.chat_id, held.message_id)
            self._tell_stored(rendered, taken)
            await self._tell_place(held, asked=True)
        return held

    async def write_anew(self, update: int) -> None:
        """Store everything in a new message and pin that; the document of `update` will not be written twice."""
        self._database.hold(update)
        try:
            await asyncio.to_thread(self.save, force=True, anew=True)
        except Exception:
            self._database.forget([update])  # it changed nothing, so nothing has to wait for a save
            raise

    def save(self, *, force: bool = False, anew: bool = False, last: bool = False) -> None:
        """Serialize in this thread and store from the event loop; blocks until it is stored.

        Nothing changed: nothing is sent, unless `force`. `last` gives up the ownership with the save.
        Raises OwnershipLostError, OvertakenError, ChatError, or an error of `retry.TRANSIENT`.
        """
        with self.turn():
            if force or last or self.stored.is_dirty:
                self.store(force=force, anew=anew, last=last)

    def renew(self) -> None:
        """Put document and parts into new messages, as the old ones will be deleted; blocks, and raises as `save`."""
        with self.turn():
            self.on_loop(self.stored.parts.refresh(self.stored.pinned.vault))
            self.store(force=True, anew=True)

    def drill(self) -> int:
        """Save, download what is stored into a second database, compare; blocks, and returns the rows compared.

        Raises DrillError, or what `save` and a restore raise.
        """
        with self.turn():
            mark = begin_run(self._database)
            self.store(force=True)
            reader = Reader(self.stored.pinned.vault, self._database.tables, self._database.name)
            copy = self.on_loop(reader.newest([self.stored.place.message_id]))
            rows = compare_copy(self._database, copy.loader, mark)
            self.stored.drilled_at = datetime.now(UTC)
            return rows

    @contextmanager
    def turn(self) -> Iterator[None]:
        """While this lasts nobody else saves."""
        with self._saving:
            yield

    def store(self, *, force: bool = False, anew: bool = False, last: bool = False) -> None:
        """As `save` in a turn that has begun, whether anything has changed or not."""
        stored = self.stored
        with self.tally.save():
            if stored.owner.has_lost:
                raise OwnershipLostError
            self._database.transact(None, self.listener.saving)
            whole = stored.parts.merge(self._database, self._store_part)
            taken = self._draft.take(stored.parts.since)
            before = self.on_loop(self._commit(self._render(taken, last=last), taken, anew=anew))
            if before and not (force or last):  # a start and a stop have used up the chat's burst of messages
                self.on_loop(self.locator.remember(stored.pinned.vault, before, stored.place))
            if whole or (not stored.parts.since and changed_rows(self._database, 1) > NOTED):
                stored.era += 1
                forget_changes(self._database, stored.parts.oldest if whole else self._draft.mark)

    def _store_part(self, piece: Piece, run: int) -> Future[Part]:
        return self._begin(self.stored.parts.store(self.stored.pinned.vault, piece, run))

    def _render(self, taken: Taken, *, last: bool) -> Rendered:
        stored, held = self.stored, self.stored.pinned.held
        layout = stored.parts.layout(held.file_id if held else None, stored.drilled_at)._replace(away=stored.away)
        stamp = stored.owner.following(last=last)
        return render(stamp, taken.tables, taken.counts, taken.applied, layout, self._database.name)

    async def _commit(self, rendered: Rendered, taken: Taken, *, anew: bool) -> DocumentMessage | None:
        """Store a document; returns the one that was stored before."""
        text, on_put = self._caption(rendered), partial(self._tell_place, asked=anew)
        before = await self.stored.commit(rendered, text, taken.position, anew=anew, on_put=on_put)
        log.debug("Saved generation %s, %s bytes", rendered.stamp.generation, len(rendered.content))
        self._tell_stored(rendered, taken)
        return before

    def _caption(self, rendered: Rendered) -> str:
        text = self._describe(rendered.counts, rendered.saved_at, self.stored.drilled_at)
        return caption(text, rendered.stamp, rendered.sha256)

    def _tell_stored(self, rendered: Rendered, taken: Taken) -> None:
        self.tally.written(len(rendered.content))
        self._window.stored(taken.applied)
        self._expiry.saved()
        self.listener.saved()

    async def _tell_place(self, held: DocumentMessage, *, asked: bool) -> None:
        stored = self.stored
        if stored.told != held.message_id:
            stored.told = held.message_id
            self._expiry.moved(stored.place)
            await self.locator.point(stored.place)
            await self.listener.moved(stored.place, asked=asked)

    def on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        """Have the event loop do it, and wait for that in this thread."""
        return self._begin(work).result()

    def _begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        if self._loop is None:
            raise RuntimeError("nothing was restored or created yet, so there is nothing to save")
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop)
        except RuntimeError:  # it is closed, as a stop does not wait for the end of a save that hangs
            work.close()
            raise CancelledError from None

    def enter_loop(self) -> None:
        """Saves speak to Telegram in the event loop that runs now."""
        self._loop = asyncio.get_running_loop()
