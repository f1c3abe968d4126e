"""Where the backup lies, kept at Telegram itself, so that the token alone is enough to find it.

It is the description of a bot command for administrators of groups whose Telegram speaks Volapük: players never see it,
and only the holder of the token can read it (Bot API, getMyCommands with `scope` and `language_code`).
"""

from typing import NamedTuple

from aiogram import Bot
from aiogram.types import BotCommand, BotCommandScopeAllChatAdministrators

COMMAND = "backup"
SCOPE = BotCommandScopeAllChatAdministrators()
LANGUAGE = "vo"


class Place(NamedTuple):
    """A chat and the message in it that holds the document."""

    chat_id: int
    message_id: int


async def read_pointer(bot: Bot) -> Place | None:
    """The place that was written last, None if none ever was."""
    commands = await bot.get_my_commands(scope=SCOPE, language_code=LANGUAGE)
    for command in commands:
        numbers = command.description.split()
        if command.command == COMMAND and len(numbers) == len(Place._fields):
            return Place(*map(int, numbers))
    return None


async def write_pointer(bot: Bot, place: Place) -> None:
    """Point to `place`, with no request but a reading one if it is what stands there."""
    if await read_pointer(bot) != place:
        command = BotCommand(command=COMMAND, description=" ".join(map(str, place)))
        await bot.set_my_commands([command], scope=SCOPE, language_code=LANGUAGE)
