"""What the admin sees: the set-up by `admin`, and a fresh document on demand."""

import logging

from aiogram import Bot, Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Command, Filter
from aiogram.types import CallbackQuery, Message

from pinstore import Store, errors, retry
from runtime.admin import admin_texts, store_texts
from runtime.admin.asking import reply
from runtime.admin.chat import AdminChat
from runtime.admin.first_copy import FirstCopy, report
from runtime.filters import Private, Text
from runtime.jobs import Jobs
from runtime.languages import BEING_SET_UP, Languages
from runtime.outbox.outbox import Outbox

log = logging.getLogger(__name__)


class NotSetUp(Filter):
    """There is no backup chat yet, so nothing may be counted."""

    async def __call__(self, message: Message, store: Store) -> bool:
        return store.chat_id is None


class OwnPin(Filter):
    """The line that a pin of this bot has left."""

    async def __call__(self, message: Message, bot: Bot) -> bool:
        return message.pinned_message is not None and message.from_user is not None and message.from_user.id == bot.id


class SaidAdmin(Filter):
    """`admin` or `admin {code}`; phones like to write the first letter large."""

    async def __call__(self, message: Message) -> bool | dict[str, str]:
        code = Store.read_code(message.text)
        return False if code is None else {"code": code}


class FromBackupChat(Filter):
    """Written in the backup chat, or a button pressed there by the one whose private chat it is."""

    async def __call__(self, event: Message | CallbackQuery, store: Store) -> bool:
        if isinstance(event, Message):
            return event.chat.id == store.chat_id
        return event.message is not None and event.message.chat.id == event.from_user.id == store.chat_id


async def begin(message: Message, store: Store, first_copy: FirstCopy, admin: AdminChat, code: str) -> None:
    """Write the first document here; it is adopted only if this chat has proved itself, as anyone can write `admin`."""
    async with store.setting_up:
        if store.chat_id is not None:
            raise SkipHandler  # somebody else was first, so this is a text like any other
        chat_id = message.chat.id
        try:
            if not store.accepts(chat_id, code):
                report(admin, await store.create(chat_id, adopt=False))
            elif place := await first_copy.place(chat_id):
                report(admin, place)
        except (errors.ChatError, *retry.TRANSIENT) as error:
            log.warning("The first document could not be written: %s", retry.reason(error))
            admin.tell(chat_id, store_texts.not_written(retry.reason(error)))


async def being_set_up(message: Message, languages: Languages, outbox: Outbox) -> None:
    """Everybody else waits until there is a place where what he does can be kept."""
    code = languages.code(message.from_user.language_code if message.from_user else None)
    outbox.send(message.chat.id, languages.say(BEING_SET_UP, code), replaces="set up")


async def renew(message: Message, store: Store, admin: AdminChat) -> None:
    """Write a fresh document, pin it and report its ids."""
    try:
        place = await store.renew()
    except (errors.ChatError, *retry.TRANSIENT) as error:
        log.warning("The fresh document could not be written: %s", retry.reason(error))
        admin.tell(message.chat.id, store_texts.not_written(retry.reason(error)))
    except (errors.OwnershipLostError, errors.OvertakenError):
        log.info("No fresh document: another process owns the backup")  # the next save says so, and ends
    else:
        report(admin, place)


async def clear_away(message: Message, store: Store, jobs: Jobs) -> None:
    """Each pin of a document leaves a line in the chat, and one that was killed pins another one at its next start."""
    jobs.begin(f"pin {message.message_id}", store.discard(message.message_id))


async def drill(message: Message, store: Store, admin: AdminChat, jobs: Jobs) -> None:
    """Download the stored copy and compare it."""
    if not jobs.begin("drill", _drill(message.chat.id, store, admin)):
        admin.tell(message.chat.id, admin_texts.BUSY)


async def _drill(chat_id: int, store: Store, admin: AdminChat) -> None:
    try:
        text = store_texts.drilled(await store.drill())
    except (errors.DrillError, errors.NotRestoredError, errors.ChatError, *retry.TRANSIENT) as error:
        log.warning("The drill failed: %s", retry.reason(error))
        text = store_texts.drill_failed(retry.reason(error))
    except (errors.OwnershipLostError, errors.OvertakenError):
        log.info("No drill: another process owns the backup")  # the next save says so, and ends
        return
    admin.tell(chat_id, text)


class Answered(Filter):
    """A button below the question about the copy that is pinned."""

    async def __call__(self, query: CallbackQuery, first_copy: FirstCopy) -> bool | dict[str, str]:
        return first_copy.read(query.data)


async def answered(query: CallbackQuery, answer: str, token: str, first_copy: FirstCopy, admin: AdminChat) -> None:
    """Take the copy, begin with an empty table, or leave it."""
    try:
        place, line = await first_copy.answer(query.from_user.id, answer, token)
    except (errors.ChatError, *retry.TRANSIENT) as error:
        log.warning("The first document could not be written: %s", retry.reason(error))
        place, line = None, store_texts.not_written(retry.reason(error))
    await reply(query, admin.say(line))
    if place:
        report(admin, place)


def admin_router() -> Router:
    """The handlers that come before the players'."""
    router = Router(name="admin")
    router.message.filter(Private())
    router.message.register(begin, NotSetUp(), SaidAdmin())
    router.message.register(being_set_up, NotSetUp(), Text())
    router.message.register(renew, FromBackupChat(), SaidAdmin())
    router.callback_query.register(answered, Answered())
    router.message.register(clear_away, FromBackupChat(), OwnPin())
    router.message.register(drill, FromBackupChat(), Text(), Command("drill", ignore_case=True))
    return router
