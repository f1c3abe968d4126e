"""Keyboards as rows of words: below the field for messages, or below a message."""

from collections.abc import Sequence

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup


def reply(rows: Sequence[Sequence[str]], *, is_persistent: bool | None = None) -> ReplyKeyboardMarkup:
    """Buttons that send their words; a persistent one stays when the field for messages is not used."""
    buttons = [[KeyboardButton(text=text) for text in row] for row in rows]
    return ReplyKeyboardMarkup(keyboard=buttons, resize_keyboard=True, is_persistent=is_persistent)


def inline(*rows: Sequence[tuple[str, str]]) -> InlineKeyboardMarkup:
    """Buttons as (text, data)."""
    keys = [[InlineKeyboardButton(text=text, callback_data=data) for text, data in row] for row in rows]
    return InlineKeyboardMarkup(inline_keyboard=keys)
