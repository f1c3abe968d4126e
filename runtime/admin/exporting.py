"""/export: the tables as a file."""

import logging
from pathlib import Path
from tempfile import TemporaryDirectory

from aiogram import Bot, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command, CommandObject
from aiogram.types import FSInputFile, Message

from pinstore import Keeper, Store, errors, retry, upload_time
from runtime.admin import admin_texts, store_texts
from runtime.admin.chat import AdminChat
from runtime.admin.set_up import FromBackupChat
from runtime.filters import Private, Text
from runtime.jobs import Jobs
from runtime.outbox.topic import topic_of

log = logging.getLogger(__name__)

TRIES = 3

FAILURES = (errors.ChatError, errors.NotRestoredError, errors.DocumentError, TelegramAPIError, *retry.TRANSIENT)


class Exporting:
    """Makes files of the tables and sends them."""

    def __init__(self, bot: Bot, store: Keeper, admin: AdminChat, jobs: Jobs) -> None:
        self._bot = bot
        self._store = store
        self._admin = admin
        self._jobs = jobs

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


async def export(message: Message, command: CommandObject, exporting: Exporting, jobs: Jobs, admin: AdminChat) -> None:
    """Send the tables as a file."""
    kind = (command.args or "").strip().lower()
    if kind in admin.app.exports:
        raise SkipHandler
    if kind not in Store.kinds:
        admin.tell(message.chat.id, store_texts.EXPORT_HOW)
    elif not jobs.begin("export", exporting.export(message.chat.id, kind)):
        admin.tell(message.chat.id, admin_texts.BUSY)


def export_router() -> Router:
    """The admin's /export; for anyone else it is an ordinary text."""
    router = Router(name="export")
    router.message.filter(Private(), FromBackupChat(), Text())
    router.message.register(export, Command("export", ignore_case=True))
    return router
