"""The command menus: that of groups, and that of the admin, which nobody else sees (Bot API, BotCommandScopeChat).

Which menus were set is kept at Telegram beside the place of the backup, so that a start with the right ones costs no
call.
"""

import logging
from collections.abc import Iterator, Mapping
from zlib import crc32

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeChat

from bots.clicker import groups, texts
from pinstore import retry
from pinstore.keeping.opening import Opening
from runtime.admin.admin_texts import COMMANDS

log = logging.getLogger(__name__)

NOTE = "menu"

Scope = BotCommandScopeAllGroupChats | BotCommandScopeChat
Menu = tuple[Scope, str | None, Mapping[str, str]]
"""Who sees it, with Telegram in which language, and what each command does."""


async def show_menus(bot: Bot, opening: Opening, chat_id: int) -> None:
    """Set the menus unless they are there; one attempt, which the next start repeats if it fails."""
    menus = list(_menus(chat_id))
    wanted = [chat_id, crc32(repr(menus).encode())]
    if opening.noted(NOTE) == wanted:
        return
    try:
        for scope, language, descriptions in menus:
            commands = [BotCommand(command=name, description=text) for name, text in descriptions.items()]
            await bot.set_my_commands(commands, scope, language)
    except (TelegramAPIError, *retry.TRANSIENT) as error:
        log.warning("The command menus could not be set: %s", retry.reason(error))
    else:
        await opening.note(NOTE, wanted)


def _menus(chat_id: int) -> Iterator[Menu]:
    """The menus of a bot whose backup chat this is."""
    if chat_id > 0:  # in a group everybody would see it, and no command of the admin works there
        yield BotCommandScopeChat(chat_id=chat_id), None, COMMANDS
    for language, words in [(None, texts.RUSSIAN), *texts.ALL.items()]:
        yield BotCommandScopeAllGroupChats(), language, {groups.CLICK: words.click, groups.RATING: words.best}
