"""What the admin does where the tables are on a server: the set-up, and what is answered in place of copies."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from runtime.admin import server_texts, store_texts
from runtime.admin.appointing import Appointing
from runtime.admin.chat import AdminChat
from runtime.admin.restore import HasDocument
from runtime.admin.set_up import FromBackupChat, NotSetUp, SaidAdmin, being_set_up
from runtime.filters import Private, Text
from runtime.languages import Languages
from runtime.outbox.outbox import Outbox


async def begin(
    message: Message, appointing: Appointing, admin: AdminChat, languages: Languages, outbox: Outbox, code: str
) -> None:
    """Have whoever knows the code be the admin; anybody else waits."""
    if await appointing.appoint(message.chat.id, code):
        admin.send(store_texts.admin_id(message.chat.id))
        admin.send(server_texts.BACKUPS)
    else:
        await being_set_up(message, languages, outbox)


async def backups(message: Message, admin: AdminChat) -> None:
    """There are none of ours."""
    admin.tell(message.chat.id, server_texts.BACKUPS)


async def drill(message: Message, admin: AdminChat) -> None:
    """There is nothing of ours to be checked."""
    admin.tell(message.chat.id, server_texts.DRILL)


async def offered(message: Message, admin: AdminChat) -> None:
    """A document is no way into the tables."""
    admin.tell(message.chat.id, server_texts.DOCUMENT)


def server_router() -> Router:
    """The admin's commands; for anyone else they are ordinary texts."""
    router = Router(name="admin of a server")
    router.message.filter(Private())
    router.message.register(begin, NotSetUp(), SaidAdmin())
    router.message.register(being_set_up, NotSetUp(), Text())
    router.message.register(backups, FromBackupChat(), SaidAdmin())
    router.message.register(backups, FromBackupChat(), Text(), Command("backup", "backups", ignore_case=True))
    router.message.register(drill, FromBackupChat(), Text(), Command("drill", ignore_case=True))
    router.message.register(offered, FromBackupChat(), HasDocument())
    return router
