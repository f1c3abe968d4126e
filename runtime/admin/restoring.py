"""Restoring from the chat: the admin sends a backup document, sees what would change, and presses a button."""

import asyncio
import logging
from contextlib import closing, suppress

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from bots.clicker.bans import spread
from pinstore.chat.refusals import MissingError, VaultError
from pinstore.chat.retry import TRANSIENT, patiently, reason
from pinstore.chat.vault import Held, Vault
from pinstore.copies.document import DocumentError
from pinstore.copies.found import Copy
from pinstore.copies.reader import Reader
from pinstore.keeping.keeper import Keeper
from pinstore.keeping.owner import OvertakenError, OwnershipLostError
from pinstore.memory.database import Database
from pinstore.store import Store
from runtime.admin import restoring_texts
from runtime.admin.asking import Question
from runtime.admin.difference import Difference, compare
from runtime.jobs import Jobs
from runtime.memory import give_back
from runtime.outbox.outbox import Outbox

log = logging.getLogger(__name__)

TRIES = 3
JOB = "restore"
YES, NO = "yes", "no"

BROKEN = (DocumentError, MissingError)
FAILURES = (VaultError, TelegramAPIError, *TRANSIENT)


class Restoring:
    """One question at a time; a later one, a restart or another table makes it stale."""

    def __init__(
        self,
        bot: Bot,
        store: Store,
        database: Database,
        keeper: Keeper,
        outbox: Outbox,
        jobs: Jobs,
    ) -> None:
        self._bot = bot
        self._store_ = store
        self._database = database
        self._keeper = keeper
        self._outbox = outbox
        self._jobs = jobs
        self._question: Question[Held] = Question(bot, JOB)
        self.read = self._question.read
        self.take = self._question.take
        """The document of the question whose button was pressed, None if that is stale; a question is answered once."""

    def forget(self) -> None:
        """The table is another one: what was asked is no longer true."""
        self._question.forget()

    async def ask(self, chat_id: int, held: Held, *, is_offered: bool = True) -> None:
        """Read the document as a restore does, show what would change, and ask.

        One that was not offered for that, but only pinned, may be something else: nothing is said of it then.
        """
        try:
            copy = await self._reader(chat_id).offered(held)
            difference = await asyncio.to_thread(self._compare, copy)
            text = restoring_texts.question(copy.document, difference)
            await self._question.ask(chat_id, text, {YES: restoring_texts.YES, NO: restoring_texts.NO}, held)
        except BROKEN as error:
            log.info("A document that was sent is no good copy: %s", reason(error))
            if is_offered:
                self._outbox.send(chat_id, restoring_texts.broken(reason(error)))
        except FAILURES as error:
            log.warning("A document that was sent could not be read: %s", reason(error))
            self._outbox.send(chat_id, restoring_texts.not_read(reason(error)))

    async def restore(self, chat_id: int, held: Held) -> None:
        """Make the document the table."""
        try:
            copy = await self._reader(chat_id).offered(held)
            await patiently(lambda: self._store_.exchange(copy), TRIES)
            self._database.transact(None, spread)
        except BROKEN as error:
            self._outbox.send(chat_id, restoring_texts.broken(reason(error)))
            return
        except FAILURES as error:
            log.warning("The restore was not done: %s", reason(error))
            self._outbox.send(chat_id, restoring_texts.not_done(reason(error)))
            return
        except (OwnershipLostError, OvertakenError):
            log.info("No restore: another process owns the backup")  # the next save says so, and ends
            return
        counts = copy.document.counts
        log.info("A copy that the admin has sent is the table now: %s", counts)
        await asyncio.to_thread(give_back)
        with suppress(OwnershipLostError, OvertakenError):  # as above
            await self._store(chat_id, counts)

    async def _store(self, chat_id: int, counts: dict[str, int]) -> None:
        try:
            await patiently(lambda: asyncio.to_thread(self._keeper.save), TRIES)
        except FAILURES as error:
            log.warning("The restored table is not stored yet: %s", reason(error))
            self._outbox.send(chat_id, restoring_texts.not_stored(counts, reason(error)))
        else:
            self._outbox.send(chat_id, restoring_texts.done(counts, self._keeper.generation))

    def _compare(self, copy: Copy) -> Difference:
        """Compare, and let the copy go: a large one would not wait in memory for an answer."""
        with closing(copy.loader):
            difference = compare(self._database, copy.loader.connection, self._jobs.stopping.is_set)
        give_back()
        return difference

    def _reader(self, chat_id: int) -> Reader:
        return Reader(Vault(self._bot, chat_id), self._database.tables, self._database.name)
