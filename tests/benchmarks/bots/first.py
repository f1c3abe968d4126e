"""The first version as a program: aiogram's ready-made filters, an answer per tap, nothing held back.

BOT_TOKEN and BOT_API_URL come from the environment. It never saves here, which is kinder to it than the truth.
"""

import argparse
import asyncio
import os

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.types import KeyboardButton, Message, ReplyKeyboardMarkup

from tests.benchmarks.crowd import crowd
from tests.benchmarks.first import FirstTable

KEYBOARD = ReplyKeyboardMarkup(
    keyboard=[[KeyboardButton(text="Клик")], [KeyboardButton(text="Рейтинг")]], resize_keyboard=True
)

router = Router()


@router.message(CommandStart())
async def start(message: Message, table: FirstTable) -> None:
    """Sign up."""
    name = message.from_user.first_name if message.from_user else ""
    table.register(message.chat.id, name)
    await message.answer(f"Приветствую {name}", reply_markup=KEYBOARD)


@router.message(F.text == "Клик")
async def tap(message: Message, table: FirstTable) -> None:
    """Count a click."""
    count = table.tap(message.chat.id)
    await message.answer("Вы не зарегистрированы" if count is None else f"Кликов: {count} 🏆")


@router.message(F.text == "Рейтинг")
async def rating(message: Message, table: FirstTable) -> None:
    """Show the best."""
    await message.answer(table.rating())


async def main(players: int) -> None:
    """Fill the table and poll."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(os.environ["BOT_API_URL"]))
    dispatcher = Dispatcher(table=FirstTable(row[:4] for row in crowd(players)))
    dispatcher.include_router(router)
    print("Ready", flush=True)
    await dispatcher.start_polling(Bot(os.environ["BOT_TOKEN"], session))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--players", type=int, default=0)
    asyncio.run(main(parser.parse_args().players))
