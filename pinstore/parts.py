"""What a store is made of; each part is made once, here, and holds those that it calls."""

from collections.abc import Sequence

from aiogram import Bot

from pinstore.chat.notes import Notes, Register
from pinstore.copies.rendering import Describe
from pinstore.errors import OwnershipLostError
from pinstore.keeping.code import Code
from pinstore.keeping.expiry import Expiry, deletes
from pinstore.keeping.guard import Guard
from pinstore.keeping.history import Lengths
from pinstore.keeping.locator import Locator
from pinstore.keeping.opening import Opening
from pinstore.keeping.saver import Saver
from pinstore.keeping.schedule import Schedule
from pinstore.keeping.stored import Stored
from pinstore.life import Life
from pinstore.listener import Listener
from pinstore.memory.database import Database
from pinstore.memory.table import Table
from pinstore.status import Status
from pinstore.updates.fast import Lane
from pinstore.updates.polling import Poll
from pinstore.updates.window import Window


class Parts:
    """All parts of one store."""

    def __init__(  # noqa: PLR0913 - as many as the settings of a store
        self,
        *,
        bot: Bot,
        tables: Sequence[Table],
        name: str,
        place: tuple[int | None, int | None],
        schedule: Schedule,
        lengths: Lengths,
        caption: Describe,
        listener: Listener,
    ) -> None:
        """`place` is what the settings say; raises nothing, and needs no running loop."""
        self.bot = bot
        self.code = Code(place[0])
        self.schedule = schedule
        self.database = Database(tables, name)
        self.stored = Stored(self.database, Register(bot))
        self.locator = Locator(Notes(bot), place, lengths)
        self.guard = Guard(self.stored, schedule, listener)
        self.window = Window(self.database, schedule, listener, exact=schedule.exact)
        self.lane = Lane(self.stored)
        self.polling = Poll(self.window, self.lane, self.guard)
        self.expiry = Expiry(self.stored, self.locator, listener)
        self.saver = Saver(self.stored, self.locator, self.expiry, self.window, listener, caption)
        self.opening = self.database.source = Opening(self.saver, self.locator)
        self.life = Life(self.opening, self.saver, self.expiry, self.polling, self.guard, self.schedule, self.code)

    def status(self) -> Status:
        """How they are now."""
        stored, window, life, seconds = self.stored, self.window, self.life, self.expiry.seconds
        tally = self.saver.tally
        return Status(
            place=stored.place if stored.has_place else None,
            generation=stored.owner.stamp.generation,
            owns=stored.owns,
            is_lost=isinstance(self.guard.why, OwnershipLostError),
            follows_a_crash=stored.owner.follows_a_crash,
            trouble=life.timer.trouble if life.timer else self.opening.trouble,
            auto_delete=seconds,
            at_risk=deletes(seconds) if seconds else "",
            is_exact=window.is_exact,
            is_overloaded=window.overloaded,
            held=window.held,
            received=self.polling.received,
            polled_at=self.polling.answered_at,
            claimed_at=stored.owner.claimed_at,
            confirmed_at=stored.at,
            written=self.database.position,
            stored=stored.position,
            saves=tally.stored,
            failed_saves=tally.failed,
            save_seconds=tally.seconds,
            saved_bytes=tally.bytes,
            document_bytes=tally.last_bytes,
            parts_bytes=stored.parts.bytes,
            saved_at=tally.last_at,
            drilled_at=stored.drilled_at,
        )
