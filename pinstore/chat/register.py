"""Who has claimed the backup last, kept at Telegram where no save can write over it.

A process enters its claim, looks once more at what is stored and only then stores something itself; a save counts only
if nobody has entered a claim since. So of two processes at least one sees the other, however late their calls land.
Like the pointer these are descriptions of a bot command that no player sees, in languages of their own (Ido and
Interlingua), as several processes may write at once. Epochs take turns, so that a late claim does not hide the next.
"""

import asyncio
import logging

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand

from pinstore.chat.pointer import SCOPE
from pinstore.chat.retry import TRANSIENT, patiently, reason
from pinstore.copies.document import Claim

log = logging.getLogger(__name__)

LANGUAGES = ("io", "ia")
NAME = "claim"
TRIES = 3

NOT_TOLD: Claim = (0, "")
"""What is below every claim: none was entered, or Telegram does not tell."""


class Register:
    """Two lines, each with epoch and owner, of which the higher counts."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def enter(self, claim: Claim) -> bool:
        """Write this claim over the one before the last, in one attempt; False if it may not stand there."""
        epoch, owner = claim
        line = BotCommand(command=NAME, description=f"{epoch} {owner}")
        language = LANGUAGES[epoch % len(LANGUAGES)]
        try:
            await self._bot.set_my_commands([line], scope=SCOPE, language_code=language)
        except (TelegramAPIError, *TRANSIENT) as error:
            log.warning("The claim could not be entered at Telegram: %s", reason(error))
            return False
        return True

    async def last(self) -> Claim:
        """The highest claim that was entered, NOT_TOLD if none ever was. Raises an error of `patience.TRANSIENT`."""
        return max(await asyncio.gather(*map(self._last, LANGUAGES)))

    async def _last(self, language: str) -> Claim:
        try:
            commands = await patiently(lambda: self._read(language), TRIES)
        except TRANSIENT:
            raise
        except TelegramAPIError as error:
            log.warning("Telegram does not tell who has claimed the backup: %s", reason(error))
            return NOT_TOLD
        epoch, _, owner = next((line.description for line in commands if line.command == NAME), "").partition(" ")
        return (int(epoch), owner) if epoch.isdigit() else NOT_TOLD

    async def _read(self, language: str) -> list[BotCommand]:
        return await self._bot.get_my_commands(scope=SCOPE, language_code=language)
