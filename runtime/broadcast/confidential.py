"""What is not for players: the bot's data, in whatever shape the admin may answer it by mistake, and its own words."""

import re

from aiogram.types import Message, MessageOriginUser

from pinstore import Store
from runtime.broadcast import broadcast_texts as texts

_NAME = re.compile(r"clicker\b.*\.(json|csv|sqlite|db|xlsx|zip|gz)|\w+-\d+\.json\.gz", re.IGNORECASE)
"""Names of documents, parts and exports, as they are or as a system has numbered them: clicker (1).csv."""

_IDS = re.compile(r"\b(admin_id|config_id)\b\s*=|\badmin [0-9a-f]{10}\b|clicker-backup", re.IGNORECASE)
"""What the bot writes to the admin alone, copied into a message of his."""


def objection(message: Message, bot_id: int) -> str | None:
    """Why this message of the admin's chat is not sent to players, in a sentence; None if it may be."""
    if _is_data(message):
        return texts.CONFIDENTIAL
    if _is_own(message, bot_id):
        return texts.CONFIDENTIAL if message.document and not message.animation else texts.OWN
    if message.media_group_id:
        return texts.ALBUM
    return None


def _is_data(message: Message) -> bool:
    words = message.text or message.caption or ""
    name = message.document.file_name if message.document else None
    return bool(_NAME.fullmatch(name or "") or _IDS.search(words) or Store.is_marked(words))


def _is_own(message: Message, bot_id: int) -> bool:
    """Written by the bot, or forwarded, by whomever, from what it has written."""
    origin = message.forward_origin
    if isinstance(origin, MessageOriginUser):
        return origin.sender_user.id == bot_id
    return origin is None and message.from_user is not None and message.from_user.id == bot_id
