"""The copy that lies pinned in the admin's chat when the bot is set up: nothing is begun over it."""

import logging

from aiogram import Bot

from pinstore import Place, Store, StoredCopy, errors, retry
from runtime.admin import first_copy_texts as words
from runtime.admin import store_texts
from runtime.admin.asking import Question
from runtime.admin.chat import AdminChat
from runtime.languages import Phrase

log = logging.getLogger(__name__)

KIND = "setup"
TAKE, EMPTY, LEAVE = "take", "empty", "leave"

NOT_GOOD = (errors.DocumentError, errors.MissingError, errors.NotRestoredError)
LOST = (errors.OwnershipLostError, errors.OvertakenError)


class FirstCopy:
    """Looks what is pinned: this bot's own is taken, another readable one asked about, a damaged one left alone."""

    def __init__(self, bot: Bot, store: Store, admin: AdminChat) -> None:
        self._store = store
        self._admin = admin
        self._question: Question[StoredCopy] = Question(bot, KIND)
        self.read = self._question.read

    async def place(self, chat_id: int) -> Place | None:
        """Where the table of this chat lies from now on; None if the admin has been told why there is none yet.

        Raises ChatError if the first document cannot be written, or an error of `retry.TRANSIENT`.
        """
        try:
            found = await self._store.pinned(chat_id)
        except retry.TRANSIENT as error:
            log.warning("What is pinned could not be looked at: %s", retry.reason(error))
            self._admin.tell(chat_id, words.not_looked(retry.reason(error)))
            return None
        try:
            if found is None:
                return await self._store.create(chat_id)
            if found.fault:
                self._admin.tell(chat_id, words.broken(found.fault))
            elif found.held.is_own:
                return await self._take(chat_id, found)
            else:
                counted = self._admin.counted(found.good.counts)
                await self._question.ask(
                    chat_id, self._admin, words.question(found.good, counted), words.ANSWERS, found
                )
        except NOT_GOOD as error:
            log.warning("The copy that is pinned cannot be taken: %s", retry.reason(error))
            self._admin.tell(chat_id, words.broken(error))
        return None

    async def answer(self, chat_id: int, answer: str, token: str) -> tuple[Place | None, Phrase]:
        """Do what a button says; where the table lies then, if it does, and a line for the question.

        Raises ChatError if the first document cannot be written, or an error of `retry.TRANSIENT`.
        """
        async with self._store.setting_up:
            found = self._question.take(token)
            if found is None or self._store.chat_id is not None:
                return None, words.STALE
            try:
                if answer == TAKE:
                    return await self._take(chat_id, found), words.TAKEN
                if answer == EMPTY:
                    return await self._store.create(chat_id), words.BEGUN
            except NOT_GOOD as error:
                log.warning("The copy that is pinned cannot be taken: %s", retry.reason(error))
                return None, words.broken(error)
            return None, words.LEFT

    async def _take(self, chat_id: int, found: StoredCopy) -> Place | None:
        try:
            place = await self._store.adopt(chat_id, found)
        except LOST:
            log.warning("The copy that is pinned is another process's")
            self._admin.tell(chat_id, words.OWNED)
            return None
        if found.document:
            self._admin.tell(chat_id, words.taken(self._admin.counted(found.document.counts)))
        return place


def report(admin: AdminChat, place: Place) -> None:
    """Tell the admin the two ids that may be set where the bot runs."""
    admin.tell(place.chat_id, store_texts.admin_id(place.chat_id))
    admin.tell(place.chat_id, store_texts.config_id(place.message_id))
