"""The command menu that the admin sees in his chat, and nobody else (Bot API, BotCommandScopeChat).

Which menu was set where is kept at Telegram beside the place of the backup, so that a start with the right one costs
no call.
"""

import logging
from zlib import crc32

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand, BotCommandScopeChat

from clicker.admin.admin_texts import COMMANDS
from clicker.backup.opening import Opening
from clicker.patience import TRANSIENT, reason

log = logging.getLogger(__name__)

NOTE = "menu"
CALL_TIME = 5


async def show_menu(bot: Bot, opening: Opening, chat_id: int) -> None:
    """Set the menu of this chat unless it is there; one attempt, which the next start repeats if it fails."""
    wanted = [chat_id, crc32(repr(COMMANDS).encode())]
    if opening.noted(NOTE) == wanted or chat_id < 0:  # in a group everybody would see it, and no command works there
        return
    commands = [BotCommand(command=name, description=text) for name, text in COMMANDS.items()]
    try:
        await bot.set_my_commands(commands, BotCommandScopeChat(chat_id=chat_id), request_timeout=CALL_TIME)
    except (TelegramAPIError, *TRANSIENT) as error:
        log.warning("The admin's command menu could not be set: %s", reason(error))
    else:
        await opening.note(NOTE, wanted)
