"""The parts of a bot whose tables lie in Telegram, as a document in the admin's chat."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from aiogram import Dispatcher, Router

from pinstore import Place, Store, Tables
from runtime.admin import store_texts
from runtime.admin.first_copy import FirstCopy
from runtime.admin.restore import restoring_router
from runtime.admin.restoring import Restoring
from runtime.admin.set_up import admin_router
from runtime.admin.store import StoreWork, admin_store_router
from runtime.app import App
from runtime.env_file import remember
from runtime.memory import give_back
from runtime.parts import Parts
from runtime.people import People
from runtime.settings import Settings
from runtime.tables import tables_of


class InChat(Parts):
    """As every part knows it."""

    store: Store

    def __init__(self, app: App, settings: Settings, env_file: Path) -> None:
        super().__init__(app, settings, env_file)
        self.restoring = Restoring(self.bot, self.store, self.admin, self.jobs)

    def new_store(self) -> Store:
        """In the chat of the settings, or that of whoever knows the code."""
        settings = self.settings
        return Store(
            self.bot,
            tables_of(self.app),
            name=self.app.store_name,
            chat_id=settings.admin_id,
            message_id=settings.config_id,
            interval=settings.backup_interval,
            durability=settings.durability,
            history=settings.history,
            caption=self._caption,
            listener=self,
        )

    def new_people(self) -> People:
        """In memory."""
        return self.app.people(self.store, self.app.tables[0])

    def attach(self, dispatcher: Dispatcher) -> None:
        """Put the store before the dispatcher's handlers; what is quick goes past them."""
        self.store.attach(dispatcher, self.app.fast(self.shared, self.given), takes_admin=False)

    def store_routers(self) -> Sequence[Router]:
        """The set-up, copies, a restore."""
        return admin_router(), admin_store_router(), restoring_router()

    def store_parts(self) -> Mapping[str, Any]:
        """What those name."""
        return {
            "first_copy": FirstCopy(self.bot, self.store, self.admin),
            "stored": StoreWork(self.store, self.admin),
            "restoring": self.restoring,
        }

    def opened(self, faults: Sequence[str]) -> None:
        """The tables are there."""
        give_back()
        self.store.write_now(self.app.opened)
        self.hours.begin()
        self.restoring.forget()
        if faults:
            self.admin.send(store_texts.fell_back("; ".join(faults)))
        self.when_opened()

    def trouble(self, why: str | None) -> None:
        """Saves keep failing, or work again."""
        self.admin.send(store_texts.SAVES_WORK if why is None else store_texts.saves_fail(why))

    def overloaded(self, is_overloaded: bool) -> None:
        """Exactness was given up for a while, or is back."""
        self.admin.send(store_texts.OVERLOADED if is_overloaded else store_texts.EXACT_AGAIN)

    async def moved(self, place: Place, *, asked: bool) -> None:
        """The document lies in a new message."""
        await self.hours.turn()
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

    def _caption(self, counts: Mapping[str, int], saved_at: datetime, drilled_at: datetime | None) -> str:
        return self.admin.caption(counts, saved_at, drilled_at)
