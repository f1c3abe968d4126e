"""One copy of a message: sent, and what has become of it."""

import logging
import re

from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
)

from pinstore import retry
from runtime.broadcast.mailing import Outcome
from runtime.outbox.calls import Copy

log = logging.getLogger(__name__)

_NO_SOURCE = re.compile("message to copy|can't be copied|protected content", re.IGNORECASE)
"""Refusals that do not depend on who gets the copy (tdlib/telegram-bot-api, Client.cpp, process_copy_message_query)."""


async def send_copy(bot: Bot, player: int, chat: int, message: int) -> tuple[Outcome, int]:
    """Send a copy of `message` in `chat`; returns what has become of it, and its message id if it is SENT, else 0.

    Raises TelegramRetryAfter.
    """
    try:
        copy = await bot(Copy(chat_id=player, from_chat_id=chat, message_id=message))
    except TelegramRetryAfter:
        raise
    except (TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat) as error:
        if _NO_SOURCE.search(error.message):
            return Outcome.NO_SOURCE, 0
        return refused(player, error), 0
    except (TelegramAPIError, *retry.AMBIGUOUS) as error:  # any other refusal is none of the chat's
        log.debug("It is not known whether chat %s has got a broadcast: %s", player, retry.reason(error))
        return Outcome.DOUBT, 0
    return Outcome.SENT, copy.message_id


def refused(player: int, error: TelegramAPIError) -> Outcome:
    """What a refusal says of the player's chat."""
    if isinstance(error, TelegramForbiddenError):
        return Outcome.BLOCKED
    log.warning("Chat %s refused a broadcast: %s", player, retry.reason(error))
    return Outcome.FAILED
