"""A list of what there is to do, for everybody who writes to it."""

import logging
import os
from collections import defaultdict
from typing import Any

from aiogram import Bot, Dispatcher, F
from aiogram.filters import Command, CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

logging.basicConfig(level=logging.INFO)
bot = Bot(os.environ["BOT_TOKEN"])
dispatcher = Dispatcher()
things: dict[int, dict[int, str]] = defaultdict(dict)  # person -> message -> what is to be done


@dispatcher.message(CommandStart())
async def start(message: Message) -> None:
    """Tell what this is."""
    await message.answer("Write what there is to do. /list shows all of it.")


@dispatcher.message(Command("list"))
async def show(message: Message) -> None:
    """The list, with a button for each line."""
    await message.answer(**listed(things[message.chat.id]))


@dispatcher.message(F.text)
async def add(message: Message) -> None:
    """One more."""
    things[message.chat.id][message.message_id] = message.text or ""
    await message.answer(f"Noted: {message.text}")


@dispatcher.callback_query(F.data.startswith("done "))
async def done(query: CallbackQuery) -> None:
    """One less."""
    person, key = query.from_user.id, int((query.data or "").split()[1])
    things[person].pop(key, None)
    if isinstance(query.message, Message):
        await query.message.edit_text(**listed(things[person]))
    await query.answer("Well done!")


def listed(mine: dict[int, str]) -> dict[str, Any]:
    """Text and buttons of a list."""
    buttons = [[InlineKeyboardButton(text=f"✓ {text}", callback_data=f"done {key}")] for key, text in mine.items()]
    text = "\n".join(f"• {text}" for text in mine.values()) or "Nothing to do."
    return {"text": text, "reply_markup": InlineKeyboardMarkup(inline_keyboard=buttons)}


if __name__ == "__main__":
    dispatcher.run_polling(bot)
