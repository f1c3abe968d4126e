"""What the admin does with the store: /backup, /backups."""

import asyncio
import logging

from aiogram import Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command
from aiogram.types import Message

from pinstore import Store, StoredCopy, errors, retry
from runtime.admin import admin_texts, store_texts
from runtime.admin.chat import AdminChat
from runtime.admin.set_up import FromBackupChat
from runtime.filters import Private, Text
from runtime.jobs import Jobs

log = logging.getLogger(__name__)

PACE = 2.0
"""Seconds between two copies that are read: each is forwarded in the chat of the saves, which come first."""

TRIES = 3

FAILURES = (errors.ChatError, errors.NotRestoredError, errors.DocumentError, TelegramAPIError, *retry.TRANSIENT)
LOST = (errors.OwnershipLostError, errors.OvertakenError)


class StoreWork:
    """The admin's long work with the store."""

    def __init__(self, store: Store, admin: AdminChat) -> None:
        self._store = store
        self._admin = admin

    async def save(self, chat_id: int) -> None:
        """Save now, whether anything has changed or not."""
        try:
            status = await retry.patiently(self._store.save, TRIES)
        except FAILURES as error:
            log.warning("The save that was asked for failed: %s", retry.reason(error))
            self._admin.tell(chat_id, store_texts.not_saved(retry.reason(error)))
        except LOST:
            log.info("No save: another process owns the backup")  # the next one says so, and ends
        else:
            text = store_texts.saved(status.generation, status.document_bytes, status.parts_bytes)
            self._admin.tell(chat_id, text)

    async def list(self, chat_id: int) -> None:
        """Read what is stored, and tell what is good."""
        copies = self._store.copies()
        faults: list[str] = []

        async def on_message(number: int, total: int) -> None:
            if number == 1 and total > 2:
                self._admin.tell(chat_id, store_texts.reading(total, int(PACE * total)))
            await asyncio.sleep(PACE if number > 1 else 0)

        try:
            await copies.open(TRIES)
            found = await copies.read(
                on_message,
                lambda message_id, error: faults.append(self._admin.say(store_texts.unread(message_id, str(error)))),
            )
        except FAILURES as error:
            log.warning("The copies could not be listed: %s", retry.reason(error))
            self._admin.tell(chat_id, store_texts.not_listed(retry.reason(error)))
        else:
            for text in admin_texts.in_messages(list(dict.fromkeys([self._line(one) for one in found] + faults))):
                self._admin.tell(chat_id, text)

    def _line(self, found: StoredCopy) -> str:
        document = found.document
        counted = self._admin.counted(document.counts if document else None)
        saved_at = document.saved_at if document else "?"
        fault = str(found.fault or "")
        return self._admin.say(store_texts.copy_line(found.stamp.generation, saved_at, counted, found.bytes, fault))


async def backup(message: Message, stored: StoreWork, jobs: Jobs, admin: AdminChat) -> None:
    """Save now."""
    if not jobs.begin("backup", stored.save(message.chat.id)):
        admin.tell(message.chat.id, admin_texts.BUSY)


async def backups(message: Message, stored: StoreWork, jobs: Jobs, admin: AdminChat) -> None:
    """List what is stored."""
    if not jobs.begin("backups", stored.list(message.chat.id)):
        admin.tell(message.chat.id, admin_texts.BUSY)


def admin_store_router() -> Router:
    """The admin's commands about the store; for anyone else these are ordinary texts."""
    router = Router(name="admin store")
    router.message.filter(Private(), FromBackupChat(), Text())
    router.message.register(backup, Command("backup", ignore_case=True))
    router.message.register(backups, Command("backups", ignore_case=True))
    return router
