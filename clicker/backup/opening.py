"""Finds the table: where it lies, restored and claimed, and tries again what may pass."""

import asyncio
import logging
from collections.abc import Callable

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from clicker.backup.keeper import Keeper, NothingStoredError, OvertakenError
from clicker.backup.pointer import Place, read_pointer, write_pointer
from clicker.backup.reader import NotRestoredError
from clicker.backup.vault import Vault, VaultError
from clicker.database import Database
from clicker.patience import TRANSIENT, delay, patiently, reason

log = logging.getLogger(__name__)

TRIES = 3


class Opening:
    """From the settings, or from the token alone, to a table that this process owns."""

    def __init__(
        self, bot: Bot, keeper: Keeper, database: Database, admin_id: int | None, config_id: int | None
    ) -> None:
        self._bot = bot
        self._keeper = keeper
        self._database = database
        self._admin_id = admin_id
        self._config_id = config_id
        self.place: Place | None = None
        """Where the backup was found; message 0 if only the chat is known."""

    async def open(self, tell: Callable[[int, str], None]) -> None:
        """Restore and claim, for as long as it takes; `tell` gets chat and reason if the stored table is not good.

        Raises NothingStoredError or OwnershipLostError.
        """
        failures = 0
        while True:
            try:
                return await self._open()
            except OvertakenError:
                log.info("The process before has saved meanwhile: restoring again")
            except (NotRestoredError, VaultError, *TRANSIENT) as error:
                failures += 1
                log.error("Nothing is served until the table is restored (attempt %s): %s", failures, reason(error))
                if self.place and not isinstance(error, TRANSIENT):
                    tell(self.place.chat_id, reason(error))
                await asyncio.sleep(delay(failures, error))
            self._database.drop()

    async def restore(self) -> None:
        """What a query calls that found no tables."""
        if self.place is None:
            raise NothingStoredError
        known = [self.place.message_id] if self.place.message_id else []
        await self._keeper.restore(Vault(self._bot, self.place.chat_id), known)

    async def point(self, place: Place) -> None:
        """Keep at Telegram where the document lies; a pinned message and the settings find it as well."""
        self.place = place
        try:
            await patiently(lambda: write_pointer(self._bot, place), TRIES)
        except (TelegramAPIError, *TRANSIENT) as error:
            log.warning("The place of the backup could not be kept at Telegram: %s", reason(error))

    async def _open(self) -> None:
        self.place = self.place or await self._find()
        await self._database.read(lambda connection: connection.execute("SELECT 1 FROM totals"))
        await self._keeper.claim()
        await self.point(self._keeper.place)

    async def _find(self) -> Place:
        """Where the backup lies: the settings win, then what is kept at Telegram itself."""
        if self._admin_id and self._config_id:
            return Place(self._admin_id, self._config_id)
        known = await read_pointer(self._bot)
        if self._admin_id is None:
            if known is None:
                raise NothingStoredError
            return known
        return known if known and known.chat_id == self._admin_id else Place(self._admin_id, 0)
