"""Which side is in charge after a move that was broken off: whoever starts on the server asks the document."""

from collections.abc import Sequence

from aiogram import Bot

from pinstore.chat.notes import NOT_TOLD, Notes, Register
from pinstore.chat.retry import patiently
from pinstore.copies.document import Document
from pinstore.copies.found import newest_first
from pinstore.errors import ChatError, DocumentError, ElsewhereError, NotRestoredError, NotSetUpError
from pinstore.keeping.catalog import Copies
from pinstore.memory.table import Table
from pinstore.postgres.charge import INCOMING, Charge
from pinstore.postgres.inspection import Inspection
from pinstore.postgres.side import STORE
from pinstore.server.known import BOT

TRIES = 3


class Settling:
    """Of one bot; nothing is written to Telegram."""

    def __init__(self, bot: Bot, tables: Sequence[Table], name: str, chat_id: int | None) -> None:
        """`name` is what the document calls the bot."""
        self._bot = bot
        self._tables = tuple(tables)
        self._name = name
        self._chat_id = chat_id

    async def decide(self, charge: Charge, store: str) -> bool:
        """Whether the tables of the database of this name are served from there; not if the document cannot be read.

        Raises OtherBotError, or TelegramAPIError.
        """
        try:
            document = await self._newest()
        except (NotRestoredError, ChatError, DocumentError):
            return False
        away = document.away if document else None
        if charge.state == INCOMING:  # they are all there, and count as soon as the document says so
            is_there = away is not None and away.store == store and not away.move
            return is_there and document is not None and await self._is_last(document)
        return document is None or (away is not None and away.store == store)

    async def elsewhere(self, found: Inspection) -> Exception | None:
        """Why a start would not serve what is there, and who does instead; None if it would.

        Raises as `decide`, or what a call of Telegram fails by.
        """
        if found.charge:
            return None if await self.decide(found.charge, found.kept.get(STORE, "")) else found.charge.error
        if BOT in found.kept:
            return None
        notes = Notes(self._bot)
        await patiently(notes.read, TRIES)
        return ElsewhereError(*notes.place) if notes.place and notes.place.message_id else None

    async def _newest(self) -> Document | None:
        copies = Copies(Notes(self._bot), self._tables, self._name, self._chat_id, None, "24h 7d")
        try:
            await copies.open()
        except NotSetUpError:
            return None
        found = newest_first(await copies.newest())
        return found[0].good if found else None

    async def _is_last(self, document: Document) -> bool:
        """Nobody has claimed the document since it was written, who may be about to serve it."""
        last = await Register(self._bot).last()
        return last == NOT_TOLD or last[0] <= document.epoch
