"""What is known of the stored document: where it lies, what it holds, and who may write the next one."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from pinstore.chat.held import DocumentMessage
from pinstore.chat.notes import Place, Register
from pinstore.chat.retry import AMBIGUOUS
from pinstore.chat.vault import Vault
from pinstore.copies.document import Away, Rank, Stamp
from pinstore.copies.found import LoadedCopy
from pinstore.copies.rendering import Layout, Rendered
from pinstore.errors import MigratedError, MissingError, NotRestoredError
from pinstore.keeping.owner import Owner
from pinstore.keeping.parts import Parts
from pinstore.keeping.pinned import Pinned, Seen
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader

log = logging.getLogger(__name__)

NEVER = -1
"""No position of a database: what is stored is not what any of them held."""


class Stored:
    """What this process has restored or stored last."""

    def __init__(self, database: Database, register: Register) -> None:
        self.database = database
        self._pinned: Pinned | None = None
        self._is_exchanged = False
        """True until a table that has taken the place of another one is stored, in a message of its own."""
        self.owner = Owner(register)
        self.parts = Parts()
        self.told: int | None = None
        """The message of which others have been told that the document lies there."""
        self.position = 0
        """The position of the database that is stored."""
        self.era = 0
        """Grows when marks of what has changed in the tables are dropped, or the tables themselves."""
        self.at = float("-inf")
        """When this process has last stored something, by the monotonic clock: it owned the backup then."""
        self.away: Away | None = None
        """Where the tables are served from, if not from here."""
        self.drilled_at: datetime | None = None
        """When the stored copy was last compared with the tables and found good."""
        self.doubt = asyncio.Event()
        """Set when a save may land later than anybody waits for it: ours without an answer, or one of the dead."""

    @property
    def owns(self) -> bool:
        """True from a claim that stands until the process ends."""
        return self.owner.owns

    @property
    def is_dirty(self) -> bool:
        """True if something changed that is not stored."""
        return self.owner.owns and self.database.position != self.position

    @property
    def is_current(self) -> bool:
        """True if everything is stored, whoever owns the backup by now."""
        return self.database.position == self.position

    @property
    def chat_id(self) -> int | None:
        """The backup chat, once it is known."""
        return self._pinned.vault.chat_id if self._pinned else None

    @property
    def pinned(self) -> Pinned:
        """The message that counts. Raises NotRestoredError if nobody knows in which chat it is."""
        if self._pinned is None:
            raise NotRestoredError("There is no backup chat yet.")
        return self._pinned

    @property
    def has_place(self) -> bool:
        """Whether there is a document that may be edited."""
        return self._pinned is not None and self._pinned.held is not None

    @property
    def held(self) -> DocumentMessage:
        """The document. Raises MissingError if there is none."""
        held = self.pinned.held
        if held is None:
            raise MissingError("there is no document yet")
        return held

    @property
    def place(self) -> Place:
        """Where it lies. Raises MissingError if there is none."""
        return Place(self.pinned.vault.chat_id, self.held.message_id)

    def begin(self, pinned: Pinned, update: int, stamp: Stamp) -> None:
        """The first document of this process is stored: it holds empty tables, which are those of the database now."""
        loader = Loader(self.database.tables)
        loader.finish(1)
        self.database.replace(loader.connection, {update})
        self.owner.created(stamp)
        self._pinned, self.position = pinned, self.database.position

    def adopt(self, vault: Vault, copy: LoadedCopy) -> None:
        """A copy is read: its tables are those of the database now."""
        document = copy.document
        self.database.replace(copy.loader.connection, document.applied_updates)
        self.owner.restored(copy.stamp, max(copy.newest, Rank(document.epoch, document.generation)))
        self._pinned = Pinned(vault, copy.held)
        self.told = copy.held.message_id if copy.held else None
        self.era += 1
        self.parts = Parts(Layout(document.parts, document.spare))
        self.away = document.away
        self.drilled_at = document.drilled_at
        self.position = self.database.position
        log.info(
            "Restored generation %s: %s",
            document.generation,
            ", ".join(f"{name} {count}" for name, count in document.counts.items()),
            extra={"generation": document.generation},
        )

    def forget(self) -> None:
        """What was adopted is not ours: it is as if there were no backup chat yet."""
        self._pinned = None

    def exchange(self, copy: LoadedCopy) -> None:
        """The tables of a copy have taken the place of those in the database; the next save writes them anew."""
        self.era += 1
        self.position, self._is_exchanged = NEVER, True
        self.parts = Parts(Layout(copy.document.parts))
        self.owner.exceed(copy.stamp.generation)
        self.drilled_at = copy.document.drilled_at

    def refill(self, loader: Loader, applied: Iterable[int]) -> None:
        """Tables from a server have taken the place of those in the database; the next save writes them anew."""
        self.database.replace(loader.connection, applied)
        self.era += 1
        self.position, self._is_exchanged = NEVER, True
        self.parts, self.drilled_at = Parts(), None

    def check(self, seen: Seen) -> None:
        """Look whether this process still owns the backup. Raises OwnershipLostError or OvertakenError."""
        if self.owner.check(seen):
            self.position = NEVER

    async def commit(
        self,
        rendered: Rendered,
        text: str,
        position: int,
        *,
        anew: bool,
        on_put: Callable[[DocumentMessage], Awaitable[None]],
    ) -> DocumentMessage | None:
        """The commit point: the document that the pinned message holds from here on is the stored table.

        `on_put` is told where it lies before it counts. Returns the message as it was before.
        """
        pinned, started = self.pinned, time.monotonic()
        try:
            seen = await pinned.look(hidden=not self.owner.is_moving)
        except MigratedError as error:
            pinned.follow(error.chat_id)
            self.parts.leave_messages()
            raise
        if pinned.held:
            self.check(seen)
        try:
            held = await pinned.put(rendered, text, seen, self.owner.check_claim, anew=anew or self._is_exchanged)
        except Exception as error:
            self.owner.exceed(rendered.stamp.generation)  # it may be there: nothing else gets its number
            if isinstance(error, AMBIGUOUS):
                self.doubt.set()
            raise
        await on_put(held)
        await self.owner.check_claim()
        self.owner.stored(rendered.stamp)
        self.position, self._is_exchanged = position, False
        self.at = started
        self.parts.committed()
        return seen.document
