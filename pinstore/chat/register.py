"""Who has claimed the backup last, kept at Telegram where no save can write over it.

A claim stands in the caption of the document. A save of the owner before may be under way for longer than a claimer
waits; it then lands on the claim, and that owner would see its own document and go on. So each claim is entered here as
well, and a save that took long does not count before a look at this. Like the pointer it is a description of a bot
command that no player sees, in a language of its own (Ido), as two processes may write both at once.
"""

import logging

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BotCommand

from pinstore.chat.pointer import SCOPE
from pinstore.chat.retry import TRANSIENT, patiently, reason
from pinstore.copies.document import Claim

log = logging.getLogger(__name__)

LANGUAGE = "io"
NAME = "claim"
TRIES = 3


class Register:
    """One line: epoch and owner."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def enter(self, claim: Claim) -> None:
        """Write this claim over the one before, in one attempt: the one in the caption stands without it."""
        epoch, owner = claim
        line = BotCommand(command=NAME, description=f"{epoch} {owner}")
        try:
            await self._bot.set_my_commands([line], scope=SCOPE, language_code=LANGUAGE)
        except (TelegramAPIError, *TRANSIENT) as error:
            log.warning("The claim could not be entered at Telegram: %s", reason(error))

    async def last(self) -> Claim:
        """The claim that was entered last, (0, "") if none ever was. Raises an error of `patience.TRANSIENT`."""
        try:
            commands = await patiently(self._read, TRIES)
        except TRANSIENT:
            raise
        except TelegramAPIError as error:
            log.warning("Telegram does not tell who has claimed the backup: %s", reason(error))
            return 0, ""
        epoch, _, owner = next((line.description for line in commands if line.command == NAME), "").partition(" ")
        return (int(epoch), owner) if epoch.isdigit() else (0, "")

    async def _read(self) -> list[BotCommand]:
        return await self._bot.get_my_commands(scope=SCOPE, language_code=LANGUAGE)
