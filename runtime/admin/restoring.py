"""Restoring from the chat: the admin sends a backup document, sees what would change, and presses a button."""

import asyncio
import logging
from contextlib import closing, suppress

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from bots.clicker.bans import spread
from pinstore import DocumentMessage, LoadedCopy, Store, errors, retry
from pinstore.chat.vault import Vault
from pinstore.copies.reader import Reader
from pinstore.keeping.keeper import Keeper
from pinstore.memory.database import Database
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

BROKEN = (errors.DocumentError, errors.MissingError)
FAILURES = (errors.ChatError, TelegramAPIError, *retry.TRANSIENT)


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
        self._question: Question[DocumentMessage] = Question(bot, JOB)
        self.read = self._question.read
        self.take = self._question.take
        """The document of the question whose button was pressed, None if that is stale; a question is answered once."""

    def forget(self) -> None:
        """The table is another one: what was asked is no longer true."""
        self._question.forget()

    async def ask(self, chat_id: int, held: DocumentMessage, *, is_offered: bool = True) -> None:
        """Read the document as a restore does, show what would change, and ask.

        One that was not offered for that, but only pinned, may be something else: nothing is said of it then.
        """
        try:
            copy = await self._reader(chat_id).offered(held)
            difference = await asyncio.to_thread(self._compare, copy)
            text = restoring_texts.question(copy.document, difference)
            await self._question.ask(chat_id, text, {YES: restoring_texts.YES, NO: restoring_texts.NO}, held)
        except BROKEN as error:
            log.info("A document that was sent is no good copy: %s", retry.reason(error))
            if is_offered:
                self._outbox.send(chat_id, restoring_texts.broken(error))
        except FAILURES as error:
            log.warning("A document that was sent could not be read: %s", retry.reason(error))
            self._outbox.send(chat_id, restoring_texts.not_read(retry.reason(error)))

    async def restore(self, chat_id: int, held: DocumentMessage) -> None:
        """Make the document the table."""
        try:
            copy = await self._reader(chat_id).offered(held)
            await retry.patiently(lambda: self._store_.exchange(copy), TRIES)
            self._database.transact(None, spread)
        except BROKEN as error:
            self._outbox.send(chat_id, restoring_texts.broken(error))
            return
        except FAILURES as error:
            log.warning("The restore was not done: %s", retry.reason(error))
            self._outbox.send(chat_id, restoring_texts.not_done(retry.reason(error)))
            return
        except (errors.OwnershipLostError, errors.OvertakenError):
            log.info("No restore: another process owns the backup")  # the next save says so, and ends
            return
        counts = copy.document.counts
        log.info("A copy that the admin has sent is the table now: %s", counts)
        await asyncio.to_thread(give_back)
        with suppress(errors.OwnershipLostError, errors.OvertakenError):  # as above
            await self._store(chat_id, counts)

    async def _store(self, chat_id: int, counts: dict[str, int]) -> None:
        try:
            await retry.patiently(lambda: asyncio.to_thread(self._keeper.save), TRIES)
        except FAILURES as error:
            log.warning("The restored table is not stored yet: %s", retry.reason(error))
            self._outbox.send(chat_id, restoring_texts.not_stored(counts, retry.reason(error)))
        else:
            self._outbox.send(chat_id, restoring_texts.done(counts, self._keeper.generation))

    def _compare(self, copy: LoadedCopy) -> Difference:
        """Compare, and let the copy go: a large one would not wait in memory for an answer."""
        with closing(copy.loader):
            difference = compare(self._database, copy.loader.connection, self._jobs.stopping.is_set)
        give_back()
        return difference

    def _reader(self, chat_id: int) -> Reader:
        return Reader(Vault(self._bot, chat_id), self._database.tables, self._database.name)
