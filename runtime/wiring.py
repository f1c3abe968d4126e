"""What the bot is made of, and who tells whom."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from aiogram import Dispatcher

from bots.clicker import texts
from bots.clicker.bans import spread
from bots.clicker.players import Players
from bots.clicker.tables import TABLES
from bots.clicker.taps import Taps
from pinstore import Listener, Place, Store, Tables
from runtime.admin import store_texts
from runtime.admin.hours import Hours
from runtime.admin.restoring import Restoring
from runtime.broadcast.broadcaster import Broadcaster
from runtime.broadcast.broadcasts import Broadcasts
from runtime.broadcast.means import Means
from runtime.env_file import remember
from runtime.jobs import Jobs
from runtime.memory import give_back
from runtime.menus import show_menus
from runtime.outbox.backlog import HoldBack
from runtime.outbox.outbox import Outbox
from runtime.outbox.pace import Pace
from runtime.people import Standing
from runtime.session import new_bot
from runtime.settings import Settings

log = logging.getLogger(__name__)


class Told(Listener):
    """Hears what becomes of the store, and passes it on to whom it concerns."""

    def __init__(self, parts: "Wiring") -> None:
        self._parts = parts

    def opened(self, faults: Sequence[str]) -> None:
        """The tables are there."""
        give_back()
        self._parts.database.transact(None, spread)
        self._parts.hours.begin()
        self._parts.restoring.forget()
        if faults:
            self._parts.tell(store_texts.fell_back("; ".join(faults)))
        self._parts.when_opened()

    def saving(self, tables: Tables) -> None:
        """Hours that have brought something go with the save."""
        self._parts.hours.note(tables)

    def saved(self) -> None:
        """A broadcast may wait for it."""
        self._parts.broadcaster.wake()

    def trouble(self, why: str | None) -> None:
        """Saves keep failing, or work again."""
        self._parts.tell(store_texts.SAVES_WORK if why is None else store_texts.saves_fail(why))

    def overloaded(self, is_overloaded: bool) -> None:
        """Exactness was given up for a while, or is back."""
        self._parts.tell(store_texts.OVERLOADED if is_overloaded else store_texts.EXACT_AGAIN)

    async def moved(self, place: Place, *, asked: bool) -> None:
        """The document lies in a new message."""
        self._parts.hours.turn()
        remember(self._parts.env_file, place.chat_id, place.message_id)
        self._parts.show_menus(place.chat_id)
        if not asked:
            self._parts.tell(store_texts.config_id(place.message_id))

    def auto_delete(self, seconds: int) -> None:
        """Copies are about to vanish, or are safe again."""
        self._parts.tell(store_texts.auto_delete(seconds) if seconds else store_texts.AUTO_DELETE_OFF)

    def bad_drill(self, why: str) -> None:
        """The stored copy is not what it should be."""
        self._parts.tell(store_texts.drill_failed(why))

    def not_restored(self, chat_id: int, why: str) -> None:
        """Nothing is served yet."""
        self._parts.outbox.send(chat_id, store_texts.not_restored(why))

    def exchanged(self, tables: Tables) -> None:
        """What was noted of the hours belongs to tables that are gone."""
        self._parts.hours.begin_with(tables)

    def ended(self, _: Exception) -> None:
        """The process ends."""
        self._parts.ended.set()


class Wiring:
    """All parts of one bot."""

    def __init__(self, settings: Settings, env_file: Path) -> None:
        self.settings, self.env_file = settings, env_file
        self.bot = new_bot(settings)
        self.ended = asyncio.Event()
        """Set when this process may not go on."""
        self.store = Store(
            self.bot,
            TABLES,
            name="",  # the clicker's documents are older than names
            chat_id=settings.admin_id,
            message_id=settings.config_id,
            interval=settings.backup_interval,
            durability=settings.durability,
            history=settings.history,
            caption=texts.backup_caption,
            listener=Told(self),
        )
        self.when_opened: Callable[[], None] = lambda: None
        self.database, self.keeper, self.opening = self.store.database, self.store.keeper, self.store.opening
        self.players = Players(self.database)
        self.hours = Hours(self.database)
        self.pace = Pace(settings.messages_per_second)
        self.standing = Standing(self.players, on_change=self.on_change, may_count=self.may_count)
        self.outbox = Outbox(self.bot, self.pace, is_shared=self.is_backup_chat, on_refused=self.standing.refused)
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
        self.jobs = Jobs()
        self.restoring = Restoring(self.bot, self.store, self.database, self.keeper, self.outbox, self.jobs)
        self.fast = Taps(self.players, self.outbox)

    def attach(self, dispatcher: Dispatcher) -> None:
        """Put the store before the dispatcher's handlers, and see backlogs come."""
        self.store.attach(dispatcher, self.fast, takes_admin=False)
        self.bot.session.middleware(HoldBack(self.pace))

    def may_count(self) -> bool:
        """Tell whether there is a place where what changes can be kept."""
        return self.store.chat_id is not None

    def is_backup_chat(self, chat_id: int) -> bool:
        """Tell whether this is the admin's chat, in which the backup lies."""
        return chat_id == self.store.chat_id

    async def tend(self) -> None:
        """All that goes on beside the polls."""
        if self.store.chat_id is not None:
            self.show_menus(self.store.chat_id)
        await self.hours.run()

    def on_change(self, is_full: bool) -> None:
        """Data changed."""
        self.store.touch(is_full)

    def show_menus(self, chat_id: int) -> None:
        """In the background, as nothing waits for it."""
        self.jobs.begin("menus", show_menus(self.bot, self.opening, chat_id))

    def tell(self, text: str) -> None:
        """Write to the admin."""
        if self.store.chat_id is not None:
            self.outbox.send(self.store.chat_id, text)
