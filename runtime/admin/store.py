"""What the admin does with the store: /backup, /backups, /export."""

import asyncio
import logging
from pathlib import Path
from tempfile import TemporaryDirectory

from aiogram import Bot, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command, CommandObject
from aiogram.types import FSInputFile, Message

from pinstore import Store, StoredCopy, errors, retry, upload_time
from runtime.admin import admin_texts, store_texts
from runtime.admin.chat import AdminChat
from runtime.admin.set_up import FromBackupChat
from runtime.filters import Private, Text
from runtime.jobs import Jobs
from runtime.outbox.topic import topic_of

log = logging.getLogger(__name__)

PACE = 2.0
"""Seconds between two copies that are read: each is forwarded in the chat of the saves, which come first."""

TRIES = 3

FAILURES = (errors.ChatError, errors.NotRestoredError, errors.DocumentError, TelegramAPIError, *retry.TRANSIENT)
LOST = (errors.OwnershipLostError, errors.OvertakenError)


class StoreWork:
    """The admin's long work with the store."""

    def __init__(self, bot: Bot, store: Store, admin: AdminChat, jobs: Jobs) -> None:
        self._bot = bot
        self._store = store
        self._admin = admin
        self._jobs = jobs

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

    async def export(self, chat_id: int, kind: str) -> None:
        """Send the tables as a document."""
        with TemporaryDirectory(prefix=f"{self._admin.app.name}-export-", ignore_cleanup_errors=True) as folder:
            try:
                written = await self._store.export(kind, Path(folder), self._admin.app.name, self._jobs.stopping)
                caption = self._admin.say(store_texts.exported(self._admin.counted(written.counts), written.at))
                for path in written.paths:
                    await self._send(chat_id, path, upload_time(path.stat().st_size), caption)
                    caption = ""
            except errors.TooLargeError:
                self._admin.tell(chat_id, store_texts.OVER_LIMIT)
            except (OSError, *FAILURES) as error:
                log.warning("The export failed: %s", retry.reason(error))
                self._admin.tell(chat_id, store_texts.not_exported(retry.reason(error)))

    def _line(self, found: StoredCopy) -> str:
        document = found.document
        counted = self._admin.counted(document.counts if document else None)
        saved_at = document.saved_at if document else "?"
        fault = str(found.fault or "")
        return self._admin.say(store_texts.copy_line(found.stamp.generation, saved_at, counted, found.bytes, fault))

    async def _send(self, chat_id: int, path: Path, seconds: int, caption: str) -> None:
        await retry.patiently(
            lambda: self._bot.send_document(
                chat_id,
                FSInputFile(path),
                caption=caption or None,
                message_thread_id=topic_of(chat_id),
                disable_content_type_detection=True,
                request_timeout=seconds,
            ),
            TRIES,
        )


async def backup(message: Message, stored: StoreWork, jobs: Jobs, admin: AdminChat) -> None:
    """Save now."""
    if not jobs.begin("backup", stored.save(message.chat.id)):
        admin.tell(message.chat.id, admin_texts.BUSY)


async def backups(message: Message, stored: StoreWork, jobs: Jobs, admin: AdminChat) -> None:
    """List what is stored."""
    if not jobs.begin("backups", stored.list(message.chat.id)):
        admin.tell(message.chat.id, admin_texts.BUSY)


async def export(message: Message, command: CommandObject, stored: StoreWork, jobs: Jobs, admin: AdminChat) -> None:
    """Send the tables as a file."""
    kind = (command.args or "").strip().lower()
    if kind in admin.app.exports:
        raise SkipHandler
    if kind not in Store.kinds:
        admin.tell(message.chat.id, store_texts.EXPORT_HOW)
    elif not jobs.begin("export", stored.export(message.chat.id, kind)):
        admin.tell(message.chat.id, admin_texts.BUSY)


def admin_store_router() -> Router:
    """The admin's commands about the store; for anyone else these are ordinary texts."""
    router = Router(name="admin store")
    router.message.filter(Private(), FromBackupChat(), Text())
    router.message.register(backup, Command("backup", ignore_case=True))
    router.message.register(backups, Command("backups", ignore_case=True))
    router.message.register(export, Command("export", ignore_case=True))
    return router
