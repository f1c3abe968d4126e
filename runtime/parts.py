"""What a running bot is made of; each part is made once, here, and holds those that it needs."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aiogram import Dispatcher, Router

from pinstore import Keeper, Listener, Tables
from runtime.admin.chat import AdminChat
from runtime.admin.hours import Hours
from runtime.app import App, Shared
from runtime.broadcast.broadcaster import Broadcaster
from runtime.broadcast.broadcasts import Broadcasts
from runtime.broadcast.means import Means
from runtime.jobs import Jobs
from runtime.menus import show_menus
from runtime.outbox.backlog import Backlog
from runtime.outbox.gate import Gate
from runtime.outbox.outbox import Outbox
from runtime.outbox.pace import Pace
from runtime.people import People
from runtime.served import Standing
from runtime.session import new_bot
from runtime.settings import Settings


class Parts(Listener, ABC):
    """All parts of one bot; what becomes of the store is told to those of them whom it concerns."""

    def __init__(self, app: App, settings: Settings, env_file: Path) -> None:
        self.app, self.settings, self.env_file = app, settings, env_file
        self.has_ended = asyncio.Event()
        """Set when this process may not go on."""
        self.when_opened: Callable[[], None] = lambda: None
        self.bot = new_bot(settings)
        self.store = self.new_store()
        self.people = self.new_people()
        self.standing = Standing(self.people)
        self.gate = self.new_gate()
        self.backlog = Backlog()
        self.outbox = Outbox(self.bot, self.gate, is_shared=self.is_backup_chat, on_refused=self.standing.refused)
        self.jobs = Jobs()
        self.admin = AdminChat(app, self.store, self.people, self.outbox)
        self.hours = Hours(self.store, *(total.name for total in app.totals))
        self.broadcasts = Broadcasts(self.store, self.people)
        means = (self.broadcasts, self.outbox, self.admin, self.gate, self.store, self.people, self.standing.refused)
        self.broadcaster = Broadcaster(Means(self.bot, *means))
        self.shared = Shared(self.bot, settings, self.store, self.outbox, self.people, self.jobs)
        self.given = app.parts(self.shared)

    @abstractmethod
    def new_store(self) -> Keeper:
        """What keeps the tables."""

    @abstractmethod
    def new_people(self) -> People:
        """Who is in them."""

    def new_gate(self) -> Gate:
        """What all messages pass."""
        rate, may_grow = self.settings.pace
        return Gate(Pace(rate, may_grow=may_grow), self.settings.messages_per_second)

    @abstractmethod
    def attach(self, dispatcher: Dispatcher) -> None:
        """Put the store before the dispatcher's handlers."""

    @abstractmethod
    def store_routers(self) -> Sequence[Router]:
        """What the admin does with the store."""

    @abstractmethod
    def store_parts(self) -> Mapping[str, Any]:
        """What those handlers get if they name it."""

    def polled(self, updates: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> None:
        """While a backlog comes, answers wait."""
        if self.app.holds_back:
            self.gate.hold(self.backlog.hold(updates, new))

    async def saving(self, tables: Tables) -> None:
        """Hours that have brought something go with the save."""
        await self.hours.note(tables)

    def saved(self) -> None:
        """A broadcast may wait for it."""
        self.broadcaster.wake()

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
