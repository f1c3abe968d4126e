"""The buttons below the messages about a broadcast."""

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from runtime.admin.chat import AdminChat
from runtime.broadcast.broadcast_texts import BUTTONS, OFFERED, PREFIX
from runtime.broadcast.mailing import Broadcast


def buttons(admin: AdminChat, row: Broadcast) -> InlineKeyboardMarkup | None:
    """What the admin can do with it now."""
    keys = [
        InlineKeyboardButton(text=admin.say(BUTTONS[action]), callback_data=f"{PREFIX}:{action}:{row.id}:{row.message}")
        for action in OFFERED.get(row.status, ())
    ]
    return InlineKeyboardMarkup(inline_keyboard=[keys]) if keys else None
