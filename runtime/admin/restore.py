"""What the admin does to restore a copy: a document that he sends, and the buttons below the question about it."""

import logging

from aiogram import Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Document, Message

from bots.clicker.handlers import Private
from pinstore.chat.retry import TRANSIENT, patiently, reason
from pinstore.chat.vault import Held
from runtime.admin import admin_texts, restoring_texts
from runtime.admin.restoring import JOB, YES, Restoring
from runtime.admin.set_up import FromBackupChat
from runtime.jobs import Jobs
from runtime.outbox.outbox import Outbox
from runtime.settings import Settings

log = logging.getLogger(__name__)

LARGEST = 20 << 20
"""Bytes of a file that a bot can download (Bot API, getFile)."""

TRIES = 3


class HasDocument(Filter):
    """A file; a moving picture, which has a document as well, is none."""

    async def __call__(self, message: Message) -> bool | dict[str, Document]:
        return {"document": message.document} if message.document and not message.animation else False


class Pressed(Filter):
    """A button of a question about a restore."""

    async def __call__(self, query: CallbackQuery) -> bool | dict[str, str]:
        kind, _, rest = (query.data or "").partition(":")
        answer, _, token = rest.partition(":")
        return {"answer": answer, "token": token} if kind == JOB else False


async def offered(
    message: Message, document: Document, settings: Settings, restoring: Restoring, jobs: Jobs, outbox: Outbox
) -> None:
    """Look at a document that the admin has sent."""
    if message.message_id == settings.config_id:
        return  # the table was restored from it when the bot started
    name = document.file_name or ""
    held = Held(message.message_id, document.file_id, document.file_unique_id, name, message.caption or "")
    if (document.file_size or 0) > LARGEST:
        outbox.send(message.chat.id, restoring_texts.TOO_LARGE)
    elif not jobs.begin(JOB, restoring.ask(message.chat.id, held)):
        outbox.send(message.chat.id, admin_texts.BUSY)


async def pressed(query: CallbackQuery, answer: str, token: str, restoring: Restoring, jobs: Jobs) -> None:
    """Do what the button says, unless its question is stale."""
    if jobs.is_busy(JOB):
        jobs.begin(f"answer {query.id}", _answer(query, admin_texts.BUSY))
        return
    held = restoring.take(token)
    if held is None:
        popup, line = restoring_texts.STALE, restoring_texts.EXPIRED
    elif answer == YES:
        popup, line = "", restoring_texts.ACCEPTED
        jobs.begin(JOB, restoring.restore(query.from_user.id, held))
    else:
        popup, line = "", restoring_texts.REFUSED
    jobs.begin(f"answer {query.id}", _answer(query, popup, line))


async def _answer(query: CallbackQuery, popup: str, line: str = "") -> None:
    """Show the popup, or none if it is empty, and put the line in place of the buttons; a courtesy that may fail."""
    try:
        await query.answer(popup, show_alert=bool(popup))
    except (TelegramAPIError, *TRANSIENT) as error:  # too late for it after a restart, and a second one is refused
        log.info("A pressed button was not answered: %s", reason(error))
    message = query.message
    if not line or not isinstance(message, Message):
        return
    try:
        await patiently(lambda: message.edit_text(f"{message.text}\n\n{line}"), TRIES)
    except (TelegramAPIError, *TRANSIENT) as error:
        log.info("A question keeps its buttons: %s", reason(error))


def restoring_router() -> Router:
    """Documents and buttons of the admin; those of anyone else are nothing to us."""
    router = Router(name="restoring")
    router.message.filter(Private(), FromBackupChat())
    router.callback_query.filter(FromBackupChat())
    router.message.register(offered, HasDocument())
    router.callback_query.register(pressed, Pressed())
    return router
