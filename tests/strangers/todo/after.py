"""A list of what there is to do, for everybody who writes to it."""

import logging
import os
from typing import Any

from aiogram import Bot, Dispatcher, F
from aiogram.filters import Command, CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from pinstore import Store, Table

logging.basicConfig(level=logging.INFO)
bot = Bot(os.environ["BOT_TOKEN"])
dispatcher = Dispatcher()
THINGS = Table("CREATE TABLE things (number INTEGER PRIMARY KEY, person INTEGER, message INTEGER, thing TEXT)")
store = Store(bot, [THINGS]).attach(dispatcher)
LIST = "SELECT message, thing FROM things WHERE person = ? ORDER BY message"
ADD = "INSERT INTO things (person, message, thing) VALUES (?, ?, ?)"
DONE = "DELETE FROM things WHERE person = ? AND message = ?"


@dispatcher.message(CommandStart())
async def start(message: Message) -> None:
    """Tell what this is."""
    await message.answer("Write what there is to do. /list shows all of it.")


@dispatcher.message(Command("list"))
async def show(message: Message) -> None:
    """The list, with a button for each line."""
    await message.answer(**listed(await store.read(lambda tables: dict(tables.execute(LIST, (message.chat.id,))))))


@dispatcher.message(F.text)
async def add(message: Message) -> None:
    """One more."""
    await store.write(lambda tables: tables.execute(ADD, (message.chat.id, message.message_id, message.text)))
    await message.answer(f"Noted: {message.text}")


@dispatcher.callback_query(F.data.startswith("done "))
async def done(query: CallbackQuery) -> None:
    """One less."""
    person, key = query.from_user.id, int((query.data or "").split()[1])
    await store.write(lambda tables: tables.execute(DONE, (person, key)))
    if isinstance(query.message, Message):
        await query.message.edit_text(**listed(await store.read(lambda tables: dict(tables.execute(LIST, (person,))))))
    await query.answer("Well done!")


def listed(mine: dict[int, str]) -> dict[str, Any]:
    """Text and buttons of a list."""
    buttons = [[InlineKeyboardButton(text=f"✓ {text}", callback_data=f"done {key}")] for key, text in mine.items()]
    text = "\n".join(f"• {text}" for text in mine.values()) or "Nothing to do."
    return {"text": text, "reply_markup": InlineKeyboardMarkup(inline_keyboard=buttons)}


if __name__ == "__main__":
    dispatcher.run_polling(bot)
