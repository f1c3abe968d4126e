"""Notes: small lines that are kept at Telegram itself, so that the token alone is enough to find them.

They are descriptions of bot commands for administrators of groups whose Telegram speaks Volapük, Ido or Interlingua.
People never see them; only the holder of the token can read them (Bot API, getMyCommands with `scope` and
`language_code`).
"""

import asyncio
import logging
from typing import Any, NamedTuple

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand, BotCommandScopeAllChatAdministrators

from pinstore.chat.methods import PlainMethod
from pinstore.chat.retry import TRANSIENT, patiently, reason

log = logging.getLogger(__name__)

SCOPE = BotCommandScopeAllChatAdministrators()
LANGUAGE = "vo"
PLACE = "backup"
BEFORE = "before"
"""The line for the copies that a restore has replaced, newest first, so that they can be taken back."""

RETIRED = "retired"
"""The line for messages that an owner before may still write to, until they are deleted."""

EXPIRES = "expires"
"""The line for a document that a timer of the chat deletes: its message, and when (seconds since 1970)."""


Entry = tuple[int, str]
"""A claim as it is entered: epoch and owner."""

NOT_TOLD: Entry = (0, "")
"""What is below every claim: none was entered, or Telegram does not tell."""

CLAIMS = ("io", "ia")
"""Languages of the claims, as several processes may write at once; epochs take turns between the two."""

CLAIM = "claim"
TRIES = 3


class Commands(PlainMethod[list[BotCommand]]):
    """getMyCommands in this scope."""

    __returning__ = list[BotCommand]
    __api_method__ = "getMyCommands"

    language_code: str
    scope: dict[str, Any] = SCOPE.model_dump(mode="json")


class Place(NamedTuple):
    """A chat and the message in it that holds the document."""

    chat_id: int
    message_id: int


class Notes:
    """Where the backup lies, and further lines of numbers; written when they change, never for a save."""

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
            commands = await self.bot(Commands(language_code=LANGUAGE))
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


class Register:
    """Who has claimed the backup last: two lines, each with epoch and owner, of which the higher counts.

    A process enters its claim, looks once more at what is stored and only then stores something itself; a save counts
    only if nobody has entered a claim since. So of two processes at least one sees the other, however late their calls
    land; and as epochs take turns, a late claim does not hide the next.
    """

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def enter(self, claim: Entry) -> bool:
        """Write this claim over the one before the last, in one attempt; False if it may not stand there."""
        epoch, owner = claim
        line = BotCommand(command=CLAIM, description=f"{epoch} {owner}")
        language = CLAIMS[epoch % len(CLAIMS)]
        try:
            await self._bot.set_my_commands([line], scope=SCOPE, language_code=language)
        except (TelegramAPIError, *TRANSIENT) as error:
            log.warning("The claim could not be entered at Telegram: %s", reason(error))
            return False
        return True

    async def last(self) -> Entry:
        """The highest claim that was entered, NOT_TOLD if none ever was. Raises an error of `retry.TRANSIENT`."""
        return max(await asyncio.gather(*map(self._last, CLAIMS)))

    async def _last(self, language: str) -> Entry:
        try:
            commands = await patiently(lambda: self._read(language), TRIES)
        except TRANSIENT:
            raise
        except TelegramAPIError as error:
            log.warning("Telegram does not tell who has claimed the backup: %s", reason(error))
            return NOT_TOLD
        epoch, _, owner = next((line.description for line in commands if line.command == CLAIM), "").partition(" ")
        return (int(epoch), owner) if epoch.isdigit() else NOT_TOLD

    async def _read(self, language: str) -> list[BotCommand]:
        return await self._bot(Commands(language_code=language))


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split() if word.lstrip("-").isdigit()]
