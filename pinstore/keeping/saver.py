"""How a save goes: the tables are read, rendered and committed, and whoever has to know is told."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from pinstore.chat.pointer import Place
from pinstore.chat.vault import DocumentMessage, Vault
from pinstore.copies.document import Stamp
from pinstore.copies.rendering import Rendered, render
from pinstore.copies.snapshot import Taken, empty, take
from pinstore.copies.stamp import caption
from pinstore.errors import OwnershipLostError
from pinstore.keeping.pinned import Pinned
from pinstore.keeping.stored import Stored
from pinstore.keeping.tally import Tally
from pinstore.memory.changes import forget_changes
from pinstore.memory.database import Database

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Hooks:
    """Who is asked and told when something is saved."""

    describe: Callable[[Mapping[str, int], datetime, datetime | None], str]
    """Asked for the words in the caption; gets counts, when they are saved, and when the last good drill was."""
    on_stored: Callable[[frozenset[int]], None]
    """Told which updates a committed save holds."""
    on_moved: Callable[[Place, bool], Awaitable[None]]
    """Told when the document lies in a new message, and whether somebody asked for that."""
    on_committed: Callable[[Vault, DocumentMessage], Coroutine[Any, Any, None]]
    """Told the document that was stored until now, after a regular save."""
    on_saving: Callable[[], None]
    """Told before the tables are read for a save, in the thread that does it."""


class Saver:
    """Saves one after the other; whoever calls sees to that."""

    def __init__(self, database: Database, stored: Stored, hooks: Hooks) -> None:
        self._database = database
        self._stored = stored
        self._hooks = hooks
        self._loop: asyncio.AbstractEventLoop | None = None
        self.tally = Tally()

    async def found(self, vault: Vault, update: int, *, adopt: bool) -> DocumentMessage:
        """As `Keeper.found`."""
        taken = empty(self._database.tables, update)
        stamp = await self._stored.owner.first() if adopt else Stamp(1)
        rendered = render(stamp, taken.tables, taken.counts, taken.applied, bot=self._database.name)
        pinned = Pinned(vault, None)
        with self.tally.save() if adopt else nullcontext():
            held = await pinned.write(rendered, self._caption(rendered))
        if adopt:
            self.tally.written(len(rendered.content))
            self._stored.begin(pinned, update, stamp)
            self._hooks.on_stored(taken.applied)
            log.info("The first document is stored: chat %s, message %s", vault.chat_id, held.message_id)
            await self._tell_place(held, asked=True)
        return held

    def save(self, *, force: bool = False, anew: bool = False, last: bool = False) -> None:
        """As `Keeper.save`, whether anything has changed or not."""
        with self.tally.save():
            self._save(force=force, anew=anew, last=last)

    def _save(self, *, force: bool, anew: bool, last: bool) -> None:
        stored = self._stored
        if stored.owner.has_lost:
            raise OwnershipLostError
        self._hooks.on_saving()
        pinned = stored.pinned
        store = stored.parts.store
        whole = stored.parts.merge(self._database, lambda piece, run: self.on_loop(store(pinned.vault, piece, run)))
        taken = take(self._database, stored.parts.since)
        layout = stored.parts.layout(pinned.place.file_id if pinned.place else None, stored.drilled_at)
        rendered = render(
            stored.owner.following(last=last), taken.tables, taken.counts, taken.applied, layout, self._database.name
        )
        before = self.on_loop(self._commit(rendered, taken, anew=anew))
        if before and not (force or last):  # a start and a stop have used up the chat's burst of messages
            self.on_loop(self._hooks.on_committed(pinned.vault, before))
        if whole:
            stored.era += 1
            forget_changes(self._database, stored.parts.oldest)

    async def _commit(self, rendered: Rendered, taken: Taken, *, anew: bool) -> DocumentMessage | None:
        """Store a document; returns the one that was stored before."""
        _, before = await self._stored.commit(
            rendered, self._caption(rendered), taken.position, anew=anew, on_put=partial(self._tell_place, asked=anew)
        )
        self.tally.written(len(rendered.content))
        log.debug("Saved generation %s, %s bytes", rendered.stamp.generation, len(rendered.content))
        self._hooks.on_stored(taken.applied)
        return before

    def _caption(self, rendered: Rendered) -> str:
        text = self._hooks.describe(rendered.counts, rendered.saved_at, self._stored.drilled_at)
        return caption(text, rendered.stamp, rendered.sha256)

    async def _tell_place(self, held: DocumentMessage, *, asked: bool) -> None:
        if self._stored.told != held.message_id:
            self._stored.told = held.message_id
            await self._hooks.on_moved(self._stored.place, asked)

    def on_loop(self, work: Coroutine[Any, Any, T]) -> T:
        """Have the event loop do it, and wait for that in this thread."""
        if self._loop is None:
            raise RuntimeError("nothing was restored or created yet, so there is nothing to save")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def enter_loop(self) -> None:
        """Saves speak to Telegram in the event loop that runs now."""
        self._loop = asyncio.get_running_loop()
