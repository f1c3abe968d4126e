"""What refusals of the admin's chat mean."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat, TelegramNotFound

from pinstore.errors import ChatError, MigratedError, MissingError, UnmodifiedError

GONE = re.compile(
    # In the words of the Bot API server (tdlib/telegram-bot-api, Client.cpp, fail_query_with_error and check_message) …
    "not found|can't be (edited|forwarded|copied|pinned)|no caption|message identifier is not specified"
    # … and in the names that the servers behind it use, which come through where nobody has put them into words.
    "|(message|msg)_ids?_invalid|message_(not_found|author_required|edit_time_expired|edit_forbidden|empty|deleted)"
    "|inline_message_id_invalid|message_id_required|media_prev_invalid|chat_forwards_restricted",
    re.IGNORECASE,
)
"""What is said of a message that is not there or cannot be edited."""

NO_CHAT = re.compile("chat not found|(peer|chat|channel)_id_invalid|(channel|peer)_(invalid|private)", re.IGNORECASE)
UNMODIFIED = re.compile("(message|message_media|chat|message is)[_ ]not[_ ]modified", re.IGNORECASE)


def is_unknown(error: BaseException) -> bool:
    """Whether a server has no such method: not Telegram's own, which has them all."""
    return isinstance(error, TelegramNotFound) and "method not found" in error.message.lower()


@contextmanager
def refusals(chat_id: int, *, is_edit: bool = False) -> Iterator[None]:
    """Turn a refusal into what it means for the admin; an edit may be done in another message."""
    try:
        yield
    except TelegramMigrateToChat as error:
        raise MigratedError(chat_id, error.migrate_to_chat_id) from error
    except (TelegramBadRequest, TelegramForbiddenError) as error:
        raise _unusable(chat_id, error, is_edit=is_edit) from error


def _unusable(chat_id: int, error: TelegramBadRequest | TelegramForbiddenError, *, is_edit: bool) -> ChatError:
    """What a refusal means for the admin; that a message is another's is said with 403 as well.

    Of an edit that is refused in words unheard of one more thing can be tried: a new message.
    """
    if isinstance(error, TelegramBadRequest) and UNMODIFIED.search(error.message):
        return UnmodifiedError(f"everything is as it should be ({error.message})")
    if NO_CHAT.search(error.message):
        return ChatError(f"chat {chat_id} is not found: open the bot in Telegram, press Start and check ADMIN_ID")
    if GONE.search(error.message):
        return MissingError(f"the message cannot be used ({error.message})")
    if isinstance(error, TelegramForbiddenError):
        return ChatError(f"the bot may not write to chat {chat_id} ({error.message}): unblock it there")
    return (MissingError if is_edit else ChatError)(f"chat {chat_id} refused the call ({error.message})")
