"""What the admin does with sheets of ads: /export ads, and a document with the caption /import."""

import asyncio
import logging
from pathlib import Path
from tempfile import TemporaryDirectory

from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command, CommandObject, Filter
from aiogram.types import FSInputFile, Message

from bots.bazaar import ads, imports, sheet, texts
from bots.bazaar.desk import Desk
from bots.bazaar.tables import ADS
from pinstore import retry, upload_time
from runtime.admin.set_up import FromBackupChat
from runtime.filters import Private
from runtime.jobs import Jobs

log = logging.getLogger(__name__)

EXPORT = "ads"
"""The kind of /export."""
FILE = "ads.csv"
LARGEST = 20 << 20
"""Bytes of a file that a bot can download (Bot API, getFile)."""
TRIES = 3


class WithSheet(Filter):
    """A document with the caption /import."""

    async def __call__(self, message: Message) -> bool | dict[str, object]:
        first = (message.caption or "").split(maxsplit=1)[:1]
        return bool(first) and message.document is not None and first[0].partition("@")[0].lower() == "/import"


class OfAds(Filter):
    """/export ads."""

    async def __call__(self, message: Message, command: CommandObject) -> bool:
        return (command.args or "").strip().lower() == EXPORT


async def offered(message: Message, desk: Desk) -> None:
    """Have a sheet taken in."""
    document, chat = message.document, message.chat.id
    assert document  # noqa: S101 - see WithSheet
    if (document.file_size or 0) > LARGEST:
        desk.outbox.send(chat, texts.say(texts.NO_SHEET, texts.RUSSIAN, why=f"> {LARGEST >> 20} MiB"))
        return
    await desk.store.write(lambda tables: imports.begin(tables, chat, document.file_id))
    desk.wake()


async def asked(message: Message, bot: Bot, desk: Desk, jobs: Jobs) -> None:
    """Send all ads as a sheet."""
    if not jobs.begin("export", _export(bot, desk, message.chat.id)):
        desk.outbox.send(message.chat.id, texts.say(texts.BUSY, texts.RUSSIAN))


async def _export(bot: Bot, desk: Desk, chat: int) -> None:
    with TemporaryDirectory(prefix="bazaar-export-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / FILE
        try:
            count = await asyncio.to_thread(_write, desk, path)
            await retry.patiently(
                lambda: bot.send_document(
                    chat,
                    FSInputFile(path),
                    caption=texts.say(texts.EXPORTED, texts.RUSSIAN, count=count),
                    disable_content_type_detection=True,
                    request_timeout=upload_time(path.stat().st_size),
                ),
                TRIES,
            )
        except (OSError, TelegramAPIError, *retry.TRANSIENT) as error:
            log.warning("The ads could not be exported: %s", retry.reason(error))
            desk.outbox.send(chat, texts.say(texts.NOT_EXPORTED, texts.RUSSIAN, why=retry.reason(error)))


def _write(desk: Desk, path: Path) -> int:
    """Write all ads into a file, in turns; how many."""
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet.write_heading(file)
        for rows in desk.store.walk(ADS, ads.COLUMNS):
            for row in rows:
                sheet.write(file, ads.read(tuple(row[1:])))
            count += len(rows)
    return count


def transfer_router() -> Router:
    """Of the admin alone; comes before everybody's."""
    router = Router(name="sheets")
    router.message.filter(Private(), FromBackupChat())
    router.message.register(offered, WithSheet())
    router.message.register(asked, Command("export", ignore_case=True), OfAds())
    return router
