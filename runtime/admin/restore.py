"""What the admin does to restore a copy: a document that he sends, and the buttons below the question about it."""

import logging

from aiogram import Bot, Router
from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Document, Message

from pinstore import DocumentMessage
from runtime.admin import admin_texts, restoring_texts
from runtime.admin.asking import reply
from runtime.admin.chat import AdminChat
from runtime.admin.restoring import JOB, YES, Restoring
from runtime.admin.set_up import FromBackupChat
from runtime.filters import Private
from runtime.jobs import Jobs
from runtime.settings import Settings

log = logging.getLogger(__name__)

LARGEST = 20 << 20
"""Bytes of a file that a bot can download (Bot API, getFile)."""

TRIES = 3


class HasDocument(Filter):
    """A file; a moving picture, which has a document as well, is none, nor is what has a command of the bot with it."""

    async def __call__(self, message: Message, admin: AdminChat) -> bool | dict[str, Document]:
        first = (message.caption or "").split(maxsplit=1)[:1]
        if {word.partition("@")[0].lower() for word in first} & admin.app.captions:
            return False
        return {"document": message.document} if message.document and not message.animation else False


class Pins(Filter):
    """The line that a pin leaves. Not `F.pinned_message`: aiogram runs that in a thread, and others overtake it."""

    async def __call__(self, message: Message) -> bool:
        return message.pinned_message is not None


class Pressed(Filter):
    """A button of a question about a restore."""

    async def __call__(self, query: CallbackQuery, restoring: Restoring) -> bool | dict[str, str]:
        return restoring.read(query.data)


async def offered(
    message: Message, document: Document, settings: Settings, restoring: Restoring, jobs: Jobs, admin: AdminChat
) -> None:
    """Look at a document that the admin has sent."""
    if message.message_id == settings.config_id:
        return  # the table was restored from it when the bot started
    held = _held(message, document)
    if (document.file_size or 0) > LARGEST:
        admin.tell(message.chat.id, restoring_texts.TOO_LARGE)
    elif not jobs.begin(JOB, restoring.ask(message.chat.id, held)):
        admin.tell(message.chat.id, admin_texts.BUSY)


async def pinned(message: Message, bot: Bot, restoring: Restoring, jobs: Jobs) -> None:
    """Ask about a backup of somebody else that the admin has pinned here: the bot keeps to its own."""
    shown = message.pinned_message
    if isinstance(shown, Message) and shown.document and (shown.document.file_size or 0) <= LARGEST:
        is_own = shown.from_user is not None and shown.from_user.id == bot.id and shown.forward_origin is None
        if not is_own:
            jobs.begin(JOB, restoring.ask(message.chat.id, _held(shown, shown.document), is_offered=False))


async def pressed(
    query: CallbackQuery, answer: str, token: str, restoring: Restoring, jobs: Jobs, admin: AdminChat
) -> None:
    """Do what the button says, unless its question is stale."""
    if jobs.is_busy(JOB):
        jobs.begin(f"answer {query.id}", reply(query, "", admin.say(admin_texts.BUSY)))
        return
    held = restoring.take(token)
    if held is None:
        popup, line = admin.say(restoring_texts.STALE), restoring_texts.EXPIRED
    elif answer == YES:
        popup, line = "", restoring_texts.ACCEPTED
        jobs.begin(JOB, restoring.restore(query.from_user.id, held))
    else:
        popup, line = "", restoring_texts.REFUSED
    jobs.begin(f"answer {query.id}", reply(query, admin.say(line), popup))


def _held(message: Message, document: Document) -> DocumentMessage:
    files = (document.file_id, document.file_unique_id, document.file_name or "")
    return DocumentMessage(message.message_id, *files, message.caption or "", is_own=False)


def restoring_router() -> Router:
    """Documents and buttons of the admin; those of anyone else are nothing to us."""
    router = Router(name="restoring")
    router.message.filter(Private(), FromBackupChat())
    router.callback_query.filter(FromBackupChat())
    router.message.register(offered, HasDocument())
    router.message.register(pinned, Pins())
    router.callback_query.register(pressed, Pressed())
    return router
