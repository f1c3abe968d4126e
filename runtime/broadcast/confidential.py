"""What is not for everybody: the bot's data, in whatever shape the admin may answer it, and its own words."""

import re

from aiogram.types import Message, MessageOriginUser

from pinstore import Store
from runtime.broadcast import broadcast_texts as texts
from runtime.languages import Phrase

_ENDS = r"(json|csv|sqlite|db|xlsx|zip|gz)"
_PART = re.compile(r"\w+-\d+\.json\.gz", re.IGNORECASE)

_IDS = re.compile(r"\b(admin_id|config_id)\b\s*=|\badmin [0-9a-f]{10}\b|clicker-backup", re.IGNORECASE)
"""What the bot writes to the admin alone, copied into a message of his."""


def objection(message: Message, bot_id: int, name: str) -> Phrase | None:
    """Why this message is not sent to everybody, in a sentence; None if it may be. `name` is the bot's, see `App`."""
    if _is_data(message, name):
        return texts.CONFIDENTIAL
    if _is_own(message, bot_id):
        return texts.CONFIDENTIAL if message.document and not message.animation else texts.OWN
    if message.media_group_id:
        return texts.ALBUM
    return None


def _is_data(message: Message, name: str) -> bool:
    words = message.text or message.caption or ""
    file = message.document.file_name if message.document else None
    return bool(_is_named(file or "", name) or _IDS.search(words) or Store.is_marked(words))


def _is_named(file: str, name: str) -> bool:
    """Whether a document, a part or an export is called so, or as a system has numbered it: clicker (1).csv."""
    ours = rf"{re.escape(name)}\b.*\.{_ENDS}"
    return bool(re.fullmatch(ours, file, re.IGNORECASE) or _PART.fullmatch(file))


def _is_own(message: Message, bot_id: int) -> bool:
    """Written by the bot, or forwarded, by whomever, from what it has written."""
    origin = message.forward_origin
    if isinstance(origin, MessageOriginUser):
        return origin.sender_user.id == bot_id
    return origin is None and message.from_user is not None and message.from_user.id == bot_id
