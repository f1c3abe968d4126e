"""Restoring from the chat: the admin sends a backup document, sees what would change, and presses a button."""

import asyncio
import logging
from contextlib import closing, suppress

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from pinstore import DocumentMessage, LoadedCopy, Store, errors, retry
from runtime.admin import restoring_texts
from runtime.admin.asking import Question
from runtime.admin.chat import AdminChat
from runtime.admin.difference import Difference, compare
from runtime.jobs import Jobs
from runtime.memory import give_back

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
        admin: AdminChat,
        jobs: Jobs,
    ) -> None:
        self._bot = bot
        self._store = store
        self._admin = admin
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
            copy = await self._store.offered(held)
            difference = await asyncio.to_thread(self._compare, copy)
            text = restoring_texts.question(self._admin, copy.document, difference)
            answers = {YES: restoring_texts.YES, NO: restoring_texts.NO}
            await self._question.ask(chat_id, self._admin, text, answers, held)
        except BROKEN as error:
            log.info("A document that was sent is no good copy: %s", retry.reason(error))
            if is_offered:
                self._admin.tell(chat_id, restoring_texts.broken(error))
        except FAILURES as error:
            log.warning("A document that was sent could not be read: %s", retry.reason(error))
            self._admin.tell(chat_id, restoring_texts.not_read(retry.reason(error)))

    async def restore(self, chat_id: int, held: DocumentMessage) -> None:
        """Make the document the table."""
        try:
            copy = await self._store.offered(held)
            await retry.patiently(lambda: self._store.exchange(copy), TRIES)
            self._store.write_now(self._admin.app.opened)
        except BROKEN as error:
            self._admin.tell(chat_id, restoring_texts.broken(error))
            return
        except FAILURES as error:
            log.warning("The restore was not done: %s", retry.reason(error))
            self._admin.tell(chat_id, restoring_texts.not_done(retry.reason(error)))
            return
        except (errors.OwnershipLostError, errors.OvertakenError):
            log.info("No restore: another process owns the backup")  # the next save says so, and ends
            return
        counts = copy.document.counts
        log.info("A copy that the admin has sent is the table now: %s", counts)
        await asyncio.to_thread(give_back)
        with suppress(errors.OwnershipLostError, errors.OvertakenError):  # as above
            await self._save(chat_id, self._admin.counted(counts))

    async def _save(self, chat_id: int, counted: str) -> None:
        try:
            status = await retry.patiently(self._store.save, TRIES)
        except FAILURES as error:
            log.warning("The restored table is not stored yet: %s", retry.reason(error))
            self._admin.tell(chat_id, restoring_texts.not_stored(counted, retry.reason(error)))
        else:
            self._admin.tell(chat_id, restoring_texts.done(counted, status.generation))

    def _compare(self, copy: LoadedCopy) -> Difference:
        """Compare, and let the copy go: a large one would not wait in memory for an answer."""
        with closing(copy):
            difference = compare(self._store, copy, self._jobs.stopping.is_set)
        give_back()
        return difference
