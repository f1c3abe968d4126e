"""What a running bot is made of; each part is made once, here, and holds those that it needs."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pinstore import Listener, Place, Store, Tables
from runtime.admin import store_texts
from runtime.admin.chat import AdminChat
from runtime.admin.hours import Hours
from runtime.admin.restoring import Restoring
from runtime.app import App, Shared
from runtime.broadcast.broadcaster import Broadcaster
from runtime.broadcast.broadcasts import Broadcasts
from runtime.broadcast.means import Means
from runtime.env_file import remember
from runtime.jobs import Jobs
from runtime.memory import give_back
from runtime.menus import show_menus
from runtime.outbox.gate import Gate
from runtime.outbox.outbox import Outbox
from runtime.outbox.pace import Pace
from runtime.served import Standing
from runtime.session import new_bot
from runtime.settings import Settings
from runtime.tables import tables_of


class Parts(Listener):
    """All parts of one bot; what becomes of the store is told to those of them whom it concerns."""

    def __init__(self, app: App, settings: Settings, env_file: Path) -> None:
        self.app, self.settings, self.env_file = app, settings, env_file
        self.has_ended = asyncio.Event()
        """Set when this process may not go on."""
        self.when_opened: Callable[[], None] = lambda: None
        self.bot = new_bot(settings)
        self.store = Store(
            self.bot,
            tables_of(app),
            name=app.store_name,
            chat_id=settings.admin_id,
            message_id=settings.config_id,
            interval=settings.backup_interval,
            durability=settings.durability,
            history=settings.history,
            caption=self._caption,
            listener=self,
        )
        self.people = app.people(self.store, app.tables[0])
        self.standing = Standing(self.people)
        rate, may_grow = settings.pace
        self.gate = Gate(Pace(rate, may_grow=may_grow), settings.messages_per_second)
        self.outbox = Outbox(self.bot, self.gate, is_shared=self.is_backup_chat, on_refused=self.standing.refused)
        self.jobs = Jobs()
        self.admin = AdminChat(app, self.store, self.people, self.outbox)
        self.hours = Hours(self.store, *(total.name for total in app.totals))
        self.broadcasts = Broadcasts(self.store, self.people)
        means = (self.broadcasts, self.outbox, self.admin, self.gate, self.store, self.people, self.standing.refused)
        self.broadcaster = Broadcaster(Means(self.bot, *means))
        self.restoring = Restoring(self.bot, self.store, self.admin, self.jobs)
        self.shared = Shared(self.bot, settings, self.store, self.outbox, self.people, self.jobs)
        self.given = app.parts(self.shared)

    def opened(self, faults: Sequence[str]) -> None:
        """The tables are there."""
        give_back()
        self.store.write_now(self.app.opened)
        self.hours.begin()
        self.restoring.forget()
        if faults:
            self.admin.send(store_texts.fell_back("; ".join(faults)))
        self.when_opened()

    async def saving(self, tables: Tables) -> None:
        """Hours that have brought something go with the save."""
        await self.hours.note(tables)

    def saved(self) -> None:
        """A broadcast may wait for it."""
        self.broadcaster.wake()

    def trouble(self, why: str | None) -> None:
        """Saves keep failing, or work again."""
        self.admin.send(store_texts.SAVES_WORK if why is None else store_texts.saves_fail(why))

    def overloaded(self, is_overloaded: bool) -> None:
        """Exactness was given up for a while, or is back."""
        self.admin.send(store_texts.OVERLOADED if is_overloaded else store_texts.EXACT_AGAIN)

    async def moved(self, place: Place, *, asked: bool) -> None:
        """The document lies in a new message."""
        self.hours.turn()
        remember(self.env_file, place.chat_id, place.message_id)
        self.show_menus(place.chat_id)
        if not asked:
            self.admin.send(store_texts.config_id(place.message_id))

    def auto_delete(self, seconds: int) -> None:
        """Copies are about to vanish, or are safe again."""
        self.admin.send(store_texts.auto_delete(seconds) if seconds else store_texts.AUTO_DELETE_OFF)

    def bad_drill(self, why: str) -> None:
        """The stored copy is not what it should be."""
        self.admin.send(store_texts.drill_failed(why))

    def not_restored(self, chat_id: int, why: str) -> None:
        """Nothing is served yet."""
        self.admin.tell(chat_id, store_texts.not_restored(why))

    async def exchanged(self, tables: Tables) -> None:
        """What was noted of the hours belongs to tables that are gone."""
        await self.hours.begin_with(tables)

    def ended(self, _: Exception) -> None:
        """The process ends."""
        self.has_ended.set()

    def is_backup_chat(self, chat_id: int) -> bool:
        """Tell whether this is the admin's chat, in which the backup lies."""
        return chat_id == self.store.chat_id

    def show_menus_again(self) -> None:
        """In another language."""
        if self.store.chat_id is not None:
            self.show_menus(self.store.chat_id)

    def show_menus(self, chat_id: int) -> None:
        """In the background, as nothing waits for it."""
        self.jobs.begin("menus", show_menus(self.bot, self.admin, self.store, chat_id))

    def _caption(self, counts: Mapping[str, int], saved_at: datetime, drilled_at: datetime | None) -> str:
        return self.admin.caption(counts, saved_at, drilled_at)
