"""Where the backup lies, kept at Telegram itself, so that the token alone is enough to find it.

It is written into descriptions of bot commands for administrators of groups whose Telegram speaks Volapük. Players
never see them; only the holder of the token can read them (Bot API, getMyCommands with `scope` and `language_code`).
"""

from typing import NamedTuple

from aiogram import Bot
from aiogram.types import BotCommand, BotCommandScopeAllChatAdministrators

SCOPE = BotCommandScopeAllChatAdministrators()
LANGUAGE = "vo"
PLACE = "backup"
BEFORE = "before"
"""The line for the copies that a restore has replaced, newest first, so that they can be taken back."""

RETIRED = "retired"
"""The line for messages that an owner before may still write to, until they are deleted."""

EXPIRES = "expires"
"""The line for a document that a timer of the chat deletes: its message, and when (seconds since 1970)."""


class Place(NamedTuple):
    """A chat and the message in it that holds the document."""

    chat_id: int
    message_id: int


class Pointer:
    """What is kept at Telegram; written when it changes, never for a save."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self._lines: dict[str, list[int]] | None = None

    @property
    def place(self) -> Place | None:
        """The place that was written last, None if none ever was."""
        numbers = (self._lines or {}).get(PLACE, [])
        return Place(*numbers) if len(numbers) == len(Place._fields) else None

    @property
    def rings(self) -> dict[str, list[int]]:
        """The message ids of the history by the name of their ring."""
        return {name: numbers for name, numbers in (self._lines or {}).items() if name != PLACE}

    async def read(self, *, again: bool = False) -> None:
        """Read what stands there, once, unless it is asked for `again`."""
        if again or self._lines is None:
            commands = await self.bot.get_my_commands(scope=SCOPE, language_code=LANGUAGE)
            self._lines = {command.command: _numbers(command.description) for command in commands}

    async def write(self, place: Place, rings: dict[str, list[int]]) -> None:
        """Write if anything differs; other lines stay. Descriptions hold up to 256 characters (Bot API, BotCommand)."""
        kept = (self._lines or {}) if self.place is None or self.place.chat_id == place.chat_id else {}
        lines = {**kept, PLACE: list(place)}
        for name in {RETIRED, EXPIRES} & rings.keys():
            lines.pop(name, None)
        lines |= {name: list(ring) for name, ring in rings.items() if any(ring)}
        if lines != self._lines:
            commands = [
                BotCommand(command=name, description=" ".join(map(str, numbers))) for name, numbers in lines.items()
            ]
            await self.bot.set_my_commands(commands, scope=SCOPE, language_code=LANGUAGE)
            self._lines = lines


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split() if word.lstrip("-").isdigit()]
