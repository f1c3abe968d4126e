"""The command menus: those of the bot, and that of the admin, which nobody else sees (Bot API, BotCommandScopeChat).

Which menus were set is kept at Telegram beside the place of the backup, so that a start with the right ones costs no
call.
"""

import logging
from collections.abc import Iterator, Mapping
from zlib import crc32

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)

from pinstore import Keeper, retry
from runtime.admin.admin_texts import COMMANDS
from runtime.admin.chat import AdminChat

log = logging.getLogger(__name__)

NOTE = "menu"

Scope = BotCommandScopeAllGroupChats | BotCommandScopeAllPrivateChats | BotCommandScopeChat
Menu = tuple[Scope, str | None, Mapping[str, str]]
"""Who sees it, with Telegram in which language, and what each command does."""


async def show_menus(bot: Bot, admin: AdminChat, store: Keeper, chat_id: int) -> None:
    """Set the menus unless they are there; one attempt, which the next start repeats if it fails."""
    menus = list(_menus(admin, chat_id))
    wanted = [chat_id, crc32(repr(menus).encode())]
    if store.noted(NOTE) == wanted:
        return
    try:
        for scope, language, descriptions in menus:
            commands = [BotCommand(command=name, description=text) for name, text in descriptions.items()]
            await bot.set_my_commands(commands, scope, language)
    except (TelegramAPIError, *retry.TRANSIENT) as error:
        log.warning("The command menus could not be set: %s", retry.reason(error))
    else:
        await store.note(NOTE, wanted)


def _menus(admin: AdminChat, chat_id: int) -> Iterator[Menu]:
    """The menus of a bot whose backup chat this is."""
    if chat_id > 0:  # in a group everybody would see it, and no command of the admin works there
        commands = {name: admin.say(text) for name, text in COMMANDS.items() if name not in admin.app.without}
        yield BotCommandScopeChat(chat_id=chat_id), None, commands
    menus = admin.app.menus()
    for language, words in menus.private.items():
        yield BotCommandScopeAllPrivateChats(), language, words
    for language, words in menus.groups.items():
        yield BotCommandScopeAllGroupChats(), language, words
