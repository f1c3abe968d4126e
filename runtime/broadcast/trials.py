"""Copies that do not arrive: whether that is the fault of one chat or of everything, and how often a chat is tried.

Where everything is at fault, players only wait. A chat alone is tried again after all others, and then given up.
"""

import logging
from collections import Counter

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError

from pinstore import retry
from runtime.broadcast.courier import Courier, Slot
from runtime.broadcast.mailing import Outcome
from runtime.outbox.calls import Copy

log = logging.getLogger(__name__)

MOST = 5
"""Copies that are tried for one player while others get theirs: one in two that fails by chance may not count."""

TRIES = 3


class Trials:
    """Those of one broadcast, whose `source` is a message of the admin's chat; a process that restores begins anew."""

    def __init__(self, bot: Bot, source: tuple[int, int]) -> None:
        self._bot = bot
        self._source = source
        self._of: Counter[int] = Counter()

    async def judge(self, courier: Courier) -> list[Slot]:
        """Try those again who have not got it: at once if nobody gets it, or else, as their outcome says, later.

        Returns the places that have an outcome now.
        """
        missing = courier.missing
        if missing and courier.sent_at <= max(slot.since for slot in missing):
            number = await self._copy()
            if number is None:
                for slot in missing:
                    courier.go(slot)
                return []
            courier.note(number)
        for slot in missing:
            slot.outcome = self._failed(slot.player)
        return missing

    def _failed(self, player: int) -> Outcome:
        """Others have got theirs, this player has not."""
        self._of[player] += 1
        if self._of[player] < MOST:
            return Outcome.LATER
        log.warning("Chat %s does not get a broadcast, although others do", player)
        return Outcome.FAILED

    async def _copy(self) -> int | None:
        """Send a copy to the admin's own chat and delete it; returns its id, None if it does not get through."""
        chat, message = self._source
        try:
            copy = await self._bot(Copy(chat_id=chat, from_chat_id=chat, message_id=message, disable_notification=True))
        except (TelegramAPIError, *retry.TRANSIENT) as error:
            log.info("The broadcast waits, as no copies get through: %s", retry.reason(error))
            return None
        try:
            await retry.patiently(lambda: self._bot.delete_message(chat, copy.message_id), TRIES)
        except (TelegramAPIError, *retry.TRANSIENT) as error:  # untidy, no more
            log.warning("The copy %s could not be deleted: %s", copy.message_id, retry.reason(error))
        return copy.message_id
