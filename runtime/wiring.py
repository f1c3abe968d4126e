"""What the bot is made of, and who tells whom."""

import asyncio
import logging
from pathlib import Path

from aiogram.exceptions import TelegramAPIError

from bots.clicker import texts
from bots.clicker.players import Players
from bots.clicker.tables import TABLES
from bots.clicker.taps import Taps
from pinstore.chat.methods import CALL_TIME
from pinstore.chat.pointer import BEFORE, Place
from pinstore.chat.refusals import VaultError
from pinstore.chat.register import Register
from pinstore.chat.retry import TRANSIENT, reason
from pinstore.chat.vault import Held, Vault
from pinstore.keeping.history import Lengths
from pinstore.keeping.keeper import Keeper
from pinstore.keeping.opening import Opening
from pinstore.keeping.owner import OvertakenError, OwnershipLostError
from pinstore.keeping.timer import Timer
from pinstore.memory.database import Database
from pinstore.updates.polling import Poll
from pinstore.updates.window import Window
from runtime.admin.hours import Hours
from runtime.admin.restoring import Restoring
from runtime.admin.set_up import SetUp
from runtime.broadcast.broadcaster import Broadcaster
from runtime.broadcast.broadcasts import Broadcasts
from runtime.broadcast.means import Means
from runtime.jobs import Jobs
from runtime.menus import show_menus
from runtime.outbox.outbox import Outbox
from runtime.outbox.pace import Pace
from runtime.people import Standing
from runtime.session import new_bot
from runtime.settings import Settings, remember

log = logging.getLogger(__name__)

REPLACED = 5
"""Copies that a restore from the chat has replaced and that stay listed, newest first."""


class Wiring:
    """All parts of one bot."""

    def __init__(self, settings: Settings, env_file: Path) -> None:
        self.settings, self.env_file = settings, env_file
        self.loop = asyncio.get_running_loop()
        self.bot = new_bot(settings)
        self.database = Database(TABLES, self.restore)
        self.players = Players(self.database)
        self.hours = Hours(self.database)
        self.pace = Pace(settings.messages_per_second)
        self.standing = Standing(self.players, on_change=self.on_change, may_count=self.may_count)
        self.outbox = Outbox(self.bot, self.pace, is_shared=self.is_backup_chat, on_refused=self.standing.refused)
        self.exact = settings.durability == "exact"
        self.window = Window(self.database, exact=self.exact, on_change=self.on_change, on_overload=self.on_overload)
        self.keeper = Keeper(
            self.database,
            Register(self.bot),
            describe=texts.backup_caption,
            on_stored=self.on_stored,
            on_moved=self.on_moved,
            on_committed=self.on_committed,
            on_saving=self.hours.note,
        )
        self.broadcasts = Broadcasts(self.database)
        self.broadcaster = Broadcaster(
            Means(
                self.bot,
                self.broadcasts,
                self.outbox,
                self.pace,
                self.keeper,
                on_refused=self.standing.refused,
                on_change=self.on_change,
            )
        )
        self.setup = SetUp(settings.admin_id)
        self.opening = Opening(
            self.bot, self.keeper, self.database, settings.admin_id, settings.config_id, Lengths.read(settings.history)
        )
        self.jobs = Jobs()
        self.restoring = Restoring(
            self.bot, self.database, self.keeper, self.outbox, self.jobs, on_exchanged=self.on_exchanged
        )
        self.begin_again()
        self.polls = Poll(
            self.window,
            Taps(self.players, self.outbox, may_count=self.may_count),
            on_backlog=self.pace.hold,
            on_conflict=self.on_conflict,
            on_refusal=self.on_end,
        )
        self.bot.session.middleware(self.polls)

    def begin_again(self) -> None:
        """Forget the table and whatever ended the work with it."""
        self.database.drop()
        self.hours.forget()
        self.restoring.forget()
        self.ended: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        self.timer = Timer(
            self.keeper,
            self.settings.backup_interval,
            exact=self.exact,
            on_trouble=self.on_trouble,
            on_bad_drill=lambda why: self.tell(texts.drill_failed(why)),
            on_end=self.on_end,
        )

    def may_count(self) -> bool:
        """Tell whether there is a place where what changes can be kept."""
        return self.keeper.chat_id is not None

    def is_backup_chat(self, chat_id: int) -> bool:
        """Tell whether this is the admin's chat, in which the backup lies."""
        return chat_id == self.keeper.chat_id

    async def restore(self) -> None:
        """What a query calls that found no tables."""
        await self.opening.restore()

    async def on_conflict(self) -> None:
        """Another process polls, or one did: if it has claimed the backup, this one ends."""
        try:
            await self.keeper.check_owner()
            if self.keeper.stored.is_dirty:
                self.timer.touch(is_full=False)
        except (OwnershipLostError, OvertakenError) as error:
            self.on_end(error)
        except (VaultError, TelegramAPIError, *TRANSIENT) as error:
            log.warning("The owner of the backup could not be checked: %s", reason(error))

    async def tend(self) -> None:
        """All that goes on beside the polls."""
        if self.database.is_there:
            self.hours.begin()
        if self.keeper.chat_id is not None:
            self._show_menus(self.keeper.chat_id)
        await asyncio.gather(self.look_again(), self.hours.run(), self.opening.retire())

    async def look_again(self) -> None:
        """A save without an answer, or of a process that was killed, may land late, and then nobody may tap."""
        while True:
            await self.keeper.stored.doubt.wait()
            self.keeper.stored.doubt.clear()
            await asyncio.sleep(CALL_TIME)
            await self.on_conflict()

    def on_end(self, error: Exception) -> None:
        """The work with this table ends."""
        if isinstance(error, OwnershipLostError):
            self.keeper.owner.resign()
        if not self.ended.done():
            self.ended.set_result(error)

    def on_change(self, is_full: bool) -> None:
        """Data changed."""
        self.timer.touch(is_full=is_full)

    def on_stored(self, updates: frozenset[int]) -> None:
        """A save has been committed."""
        self.window.stored(updates)
        self.broadcaster.wake()

    def on_overload(self, overloaded: bool) -> None:
        """Exactness was given up for a while, or is back."""
        self.tell(texts.OVERLOADED if overloaded else texts.EXACT_AGAIN)

    def on_trouble(self, reason: str | None) -> None:
        """Saves keep failing, or work again."""
        self.tell(texts.SAVES_WORK if reason is None else texts.saves_fail(reason))

    async def on_committed(self, vault: Vault, before: Held) -> None:
        """A document was stored over `before`."""
        await self.opening.remember(vault, before)

    async def on_moved(self, place: Place, asked: bool) -> None:
        """The document lies in a new message."""
        self.hours.turn()
        remember(self.env_file, place.chat_id, place.message_id)
        await self.opening.point(place)
        self._show_menus(place.chat_id)
        if not asked:
            self.tell(texts.config_id(place.message_id))

    def on_exchanged(self, replaced: int) -> None:
        """Other tables have taken the place of those whose document lies in message `replaced`; in any thread."""
        self.opening.will_note(BEFORE, [replaced, *self.opening.noted(BEFORE)][:REPLACED])
        self.hours.begin()
        self.loop.call_soon_threadsafe(self.on_change, False)

    def _show_menus(self, chat_id: int) -> None:
        """In the background, as nothing waits for it."""
        self.jobs.begin("menus", show_menus(self.bot, self.opening, chat_id))

    def tell(self, text: str) -> None:
        """Write to the admin."""
        if self.keeper.chat_id is not None:
            self.outbox.send(self.keeper.chat_id, text)
