"""What the admin does with people: /top, /player, /ban, /unban."""

from collections.abc import Awaitable, Callable, Collection, Mapping

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from runtime.admin import admin_texts
from runtime.admin.chat import AdminChat
from runtime.admin.lookup import Lookup, number_in
from runtime.admin.set_up import FromBackupChat
from runtime.filters import Private, Text
from runtime.people import BANNED, People

USUAL_TOP = 10


async def top(message: Message, command: CommandObject, people: People, admin: AdminChat) -> None:
    """The best people with their ids."""
    number = number_in(command.args or str(USUAL_TOP))
    if number is None or not 1 <= number <= admin_texts.MOST_TOP:
        admin.tell(message.chat.id, admin_texts.TOP_HOW)
        return
    lines = [admin.say(line) for line in admin_texts.top(await people.best(number))]
    for text in admin_texts.in_messages(lines):
        admin.tell(message.chat.id, text)


async def player(message: Message, command: CommandObject, lookup: Lookup, admin: AdminChat) -> None:
    """All that is known of one person."""
    if card := await lookup.find(message.chat.id, command):
        admin.tell(message.chat.id, admin_texts.card(card))


async def ban(message: Message, command: CommandObject, lookup: Lookup, people: People, admin: AdminChat) -> None:
    """Serve a person no more; what he has stays what it is."""
    card = await lookup.find(message.chat.id, command)
    if card and card.id == message.chat.id:
        admin.tell(message.chat.id, admin_texts.BAN_SELF)
    elif card:
        await people.ban(card.id)
        admin.tell(message.chat.id, admin_texts.banned(card))


async def unban(message: Message, command: CommandObject, lookup: Lookup, people: People, admin: AdminChat) -> None:
    """Serve a person again."""
    card = await lookup.find(message.chat.id, command)
    if card and card.status == BANNED:
        await people.unban(card.id)
    if card:
        admin.tell(message.chat.id, admin_texts.unbanned(card))


COMMANDS: Mapping[str, Callable[..., Awaitable[None]]] = {"top": top, "player": player, "ban": ban, "unban": unban}


def admin_people_router(without: Collection[str]) -> Router:
    """The admin's commands about people, but for those that the bot is `without`; for anyone else ordinary texts."""
    router = Router(name="admin people")
    router.message.filter(Private(), FromBackupChat(), Text())
    for name, handler in COMMANDS.items():
        if name not in without:
            router.message.register(handler, Command(name, ignore_case=True))
    return router
