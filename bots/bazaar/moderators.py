"""Which update of moderators becomes what: buttons of cards, reasons, and the admin's commands about them."""

import logging
import re

from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError, TelegramMigrateToChat
from aiogram.filters import Command, CommandObject, Filter
from aiogram.types import CallbackQuery, Message

from bots.bazaar import group, moderation, texts
from bots.bazaar.desk import Desk
from bots.bazaar.visit import Visit
from pinstore import Store, Tables, retry
from runtime.admin.chat import AdminChat
from runtime.admin.lookup import number_in
from runtime.admin.set_up import FromBackupChat
from runtime.filters import Private, Text
from runtime.languages import Phrase
from runtime.people import BANNED

log = logging.getLogger(__name__)

PRESENT = frozenset({"creator", "administrator", "member"})
"""Members who are there (Bot API, ChatMember)."""

MOD_HOW = Phrase("Write a number after /{command}, for example /{command} 1234567.")
MOD, NO_PERSON = Phrase("{person}: is a moderator."), Phrase("{person}: has not started the bot.")
UNMOD, NO_MOD = Phrase("{person}: is no moderator any more."), Phrase("{person}: is no moderator.")
MODS = Phrase("Moderators: {people}")
_CARD = re.compile(r"card:(yes|no):(\d{1,15}):(\d{1,9})")


class OnCard(Filter):
    """A button of a card, where there is a place to keep what it decides."""

    async def __call__(self, query: CallbackQuery, store: Store) -> bool | dict[str, object]:
        found = _CARD.fullmatch(query.data or "")
        if not found or query.message is None or store.chat_id is None:
            return False
        return {"is_yes": found[1] == "yes", "number": int(found[2]), "version": int(found[3])}


class Reason(Filter):
    """An answer to the question why an ad is rejected: in a private chat, or in the group of the moderators."""

    async def __call__(self, message: Message, bot: Bot, desk: Desk, store: Store) -> bool | dict[str, object]:
        asking = message.reply_to_message
        if store.chat_id is None or asking is None or asking.from_user is None or asking.from_user.id != bot.id:
            return False
        number = moderation.asked_by(asking.text)
        if not number or message.from_user is None or message.text is None:
            return False
        is_here = message.chat.type == "private" or message.chat.id == await desk.group()
        return {"number": number} if is_here else False


class Moved(Filter):
    """The line in the moderators' group by which Telegram tells its new id (Bot API, Message)."""

    async def __call__(self, message: Message, desk: Desk, store: Store) -> bool:
        is_it = store.chat_id is not None and message.migrate_to_chat_id is not None
        return is_it and message.chat.id == await desk.group()


async def decided(query: CallbackQuery, is_yes: bool, number: int, version: int, desk: Desk) -> None:
    """A moderator decides, or is asked for his reason."""
    chat, person = query.message.chat.id if query.message else 0, query.from_user.id
    if await desk.people.status(person) == BANNED and person != desk.store.chat_id:
        return
    is_present = await _is_present(desk, person)

    def work(visit: Visit) -> None:
        if not (moderation.may(visit) if is_present is None else is_present):
            log.warning("Person %s is no moderator and has pressed a button", person)
            visit.warn(texts.NO_MODERATOR)
        elif is_yes:
            moderation.approve(visit, number, version, chat)
        else:
            moderation.ask_reason(visit, number, version, chat)

    number_of_message = query.message.message_id if query.message else 0
    await desk.turn(query.from_user, work, message=number_of_message, query=query.id)


async def reasoned(message: Message, number: int, desk: Desk) -> None:
    """The reason why an ad is rejected."""
    user, text, chat = message.from_user, message.text or "", message.chat.id
    assert user  # noqa: S101 - see Reason
    is_present = await _is_present(desk, user.id) if chat != user.id else None

    def work(visit: Visit) -> None:
        if chat == user.id:
            visit.me.asking = ""
            moderation.answer(visit, number, None, text)
        elif is_present:
            moderation.reject(visit, number, None, text, chat)

    await desk.turn(user, work, date=int(message.date.timestamp()), message=message.message_id)


async def _is_present(desk: Desk, person: int) -> bool | None:
    """Whether somebody is in the moderators' group now; None if there is no such group."""
    there = await desk.group()
    if there is None:
        return None
    try:
        member = await retry.patiently(lambda: desk.bot.get_chat_member(there, person), 3)
    except TelegramMigrateToChat as error:
        await desk.group_moved(error.migrate_to_chat_id)
        return await _is_present(desk, person)
    except (TelegramAPIError, *retry.TRANSIENT) as error:
        log.warning("Nobody tells whether %s is a moderator: %s", person, retry.reason(error))
        return False
    return member.status in PRESENT or bool(getattr(member, "is_member", False))


async def moved(message: Message, desk: Desk) -> None:
    """The group has another id."""
    await desk.store.write(lambda tables: group.moved(tables, desk.settings, message.migrate_to_chat_id or 0))
    desk.wake()


async def mod(message: Message, command: CommandObject, store: Store, admin: AdminChat) -> None:
    """Name a moderator, or dismiss one."""
    person, name = number_in(command.args or ""), command.command.lower()
    if person is None:
        admin.send(Phrase(MOD_HOW.text, command=name))
        return

    def work(tables: Tables) -> Phrase:
        if name == "mod":
            return MOD if moderation.name(tables, person) else NO_PERSON
        return UNMOD if moderation.dismiss(tables, person) else NO_MOD

    admin.tell(message.chat.id, Phrase((await store.write(work)).text, person=person))


async def mods(message: Message, store: Store, admin: AdminChat) -> None:
    """List them; the admin is always one."""
    named = await store.read(moderation.named)
    admin.tell(message.chat.id, Phrase(MODS.text, people=[message.chat.id, *named]))


def moderators_router() -> Router:
    """Comes before everybody's."""
    router = Router(name="moderators")
    router.callback_query.register(decided, OnCard())
    router.message.register(reasoned, Reason())
    router.message.register(moved, Moved())
    for name in ("mod", "unmod"):
        router.message.register(mod, Private(), FromBackupChat(), Text(), Command(name, ignore_case=True))
    router.message.register(mods, Private(), FromBackupChat(), Text(), Command("mods", ignore_case=True))
    return router
