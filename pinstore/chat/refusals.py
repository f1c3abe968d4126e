"""What refusals of the admin's chat mean."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError


class VaultError(Exception):
    """The admin chat cannot be used as it should; the message is one clause for the admin and the log."""


class MissingError(VaultError):
    """The message is not there, or not one that the bot can edit."""


@contextmanager
def refusals(chat_id: int) -> Iterator[None]:
    """Turn a refusal into what it means for the admin."""
    try:
        yield
    except (TelegramBadRequest, TelegramForbiddenError) as error:
        raise _unusable(chat_id, error) from error


@contextmanager
def unless_unmodified(chat_id: int) -> Iterator[None]:
    """As `refusals`; that everything is already as it should be is no refusal."""
    try:
        with refusals(chat_id):
            yield
    except VaultError as error:
        if not re.search("message is not modified|CHAT_NOT_MODIFIED", str(error), re.IGNORECASE):
            raise


def _unusable(chat_id: int, error: TelegramBadRequest | TelegramForbiddenError) -> VaultError:
    """What a refusal means for the admin (wordings: tdlib/telegram-bot-api, Client.cpp, fail_query_with_error)."""
    text = error.message.lower()
    if isinstance(error, TelegramForbiddenError):
        return VaultError(f"the bot may not write to chat {chat_id} ({error.message}): unblock it there")
    if "chat not found" in text:
        return VaultError(f"chat {chat_id} is not found: open the bot in Telegram, press Start and check ADMIN_ID")
    if "not found" in text or "can't be edited" in text or "no caption" in text or "can't be forwarded" in text:
        return MissingError(f"the message cannot be used ({error.message})")
    return VaultError(f"chat {chat_id} refused the call ({error.message})")
