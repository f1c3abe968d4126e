"""The bot's own table and backup, filled with a crowd."""

import asyncio
from functools import partial

from aiogram import Bot

from bots.clicker import app
from bots.clicker.tables import USERS
from pinstore.chat.pointer import Place
from pinstore.chat.register import Register
from pinstore.chat.vault import DocumentMessage, Vault
from pinstore.keeping.keeper import Keeper
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from runtime.admin.totals import captioned
from runtime.languages import Languages
from tests.benchmarks.crowd import crowd


class Scale(Vault):
    """A vault that weighs what is sent."""

    sent = 0
    """Bytes of documents and parts so far."""

    async def write(self, name: str, content: bytes, caption: str) -> DocumentMessage:
        """Send a document silently."""
        self.sent += len(content)
        return await super().write(name, content, caption)

    async def edit(self, message_id: int, name: str, content: bytes, caption: str) -> DocumentMessage:
        """Put another document into a message."""
        self.sent += len(content)
        return await super().edit(message_id, name, content, caption)


def filled(players: int) -> Loader:
    """Tables as a restore leaves them."""
    loader = Loader([USERS])
    loader.load("users", USERS.columns[:5], crowd(players), (), 0)
    loader.finish(1)
    return loader


class OurBackup:
    """A database and the keeper that stores it."""

    def __init__(self, bot: Bot, chat_id: int) -> None:
        self.database = Database([USERS])
        self.vault = Scale(bot, chat_id)
        self.keeper = Keeper(
            self.database,
            Register(bot),
            describe=partial(captioned, app, Languages(app.locales)),
            on_stored=self.database.forget,
            on_moved=self._moved,
            on_committed=self._committed,
        )
        self.message_id = 0

    async def begin(self, tables: Loader) -> None:
        """Store empty tables, and have these, which are not stored yet; nobody else may use them any more."""
        await self.keeper.found(self.vault, 1, adopt=True)
        self.database.replace(tables.connection)
        self.vault.sent = 0

    async def save(self) -> None:
        """Save as the timer does, from another thread."""
        await asyncio.to_thread(self.keeper.save)

    async def restore(self, message_id: int) -> Loader:
        """Load what another one has stored; returns its tables."""
        return (await self.keeper.restore(self.vault, [message_id])).loader

    async def _committed(self, vault: Vault, held: DocumentMessage) -> None:
        """The history of old generations is no part of a save."""

    async def _moved(self, place: Place, asked: bool) -> None:  # noqa: ARG002 - the keeper calls it
        self.message_id = place.message_id
