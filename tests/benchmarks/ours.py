"""The bot's own table and backup, filled with a crowd."""

import asyncio
from functools import partial

from aiogram import Bot

from bots.clicker import app
from bots.clicker.tables import USERS
from pinstore import DocumentMessage, Listener, Place
from pinstore.chat.notes import Notes
from pinstore.chat.vault import Vault
from pinstore.copies.reader import Reader
from pinstore.keeping.history import Lengths
from pinstore.keeping.locator import Locator
from pinstore.keeping.schedule import Schedule
from pinstore.memory.loader import Loader
from pinstore.parts import Parts
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


class Unlisted(Locator):
    """Keeps nothing at Telegram beside the document: the history of old generations is no part of a save."""

    async def point(self, place: Place) -> None:
        """Nobody looks for it."""
        self.place = place

    async def remember(self, vault: Vault, before: DocumentMessage, place: Place) -> None:
        """Nobody goes back."""


class OurBackup(Listener):
    """A database and the saver that stores it."""

    def __init__(self, bot: Bot, chat_id: int) -> None:
        self.vault = Scale(bot, chat_id)
        parts = Parts(
            bot=bot,
            tables=[USERS],
            name="",
            place=(chat_id, None),
            schedule=Schedule(30, exact=True),
            lengths=Lengths(0, 0),
            caption=partial(captioned, app, Languages(app.locales)),
            listener=self,
        )
        self.database, self.saver = parts.database, parts.saver
        self.saver.locator = Unlisted(Notes(bot), (chat_id, None), Lengths(0, 0))

    @property
    def message_id(self) -> int:
        """Where the document lies."""
        return self.saver.stored.place.message_id

    async def begin(self, tables: Loader) -> None:
        """Store empty tables, and have these, which are not stored yet; nobody else may use them any more."""
        await self.saver.create(self.vault, 1, adopt=True)
        self.database.replace(tables.connection)
        self.vault.sent = 0

    async def save(self) -> None:
        """Save as the timer does, from another thread."""
        await asyncio.to_thread(self.saver.save)

    def saved(self) -> None:
        """What was applied is confirmed."""
        self.database.forget(set(self.database.applied))

    async def restore(self, message_id: int) -> Loader:
        """Load what another one has stored; returns its tables."""
        return (await Reader(self.vault, self.database.tables).newest([message_id])).loader
