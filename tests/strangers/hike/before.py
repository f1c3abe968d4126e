"""Who comes along on the hike: a dialogue of three questions."""

import asyncio
import logging
import os
import sys
from typing import Any

from aiogram import Bot, Dispatcher, F, Router, html
from aiogram.client.default import DefaultBotProperties
from aiogram.enums import ParseMode
from aiogram.filters import Command, CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import KeyboardButton, Message, ReplyKeyboardMarkup, ReplyKeyboardRemove

router = Router()
YES_OR_NO = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Yes"), KeyboardButton(text="No")]])


class Hike(StatesGroup):
    """What is asked, in this order."""

    name = State()
    has_tent = State()
    beds = State()


@router.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    """Begin, or begin again."""
    await state.set_state(Hike.name)
    await message.answer("Who is coming along?", reply_markup=ReplyKeyboardRemove())


@router.message(Command("cancel"))
@router.message(F.text.casefold() == "cancel")
async def cancel(message: Message, state: FSMContext) -> None:
    """End the dialogue wherever it is."""
    if await state.get_state() is None:
        return
    await state.clear()
    await message.answer("Another time, then.", reply_markup=ReplyKeyboardRemove())


@router.message(Hike.name, F.text)
async def take_name(message: Message, state: FSMContext) -> None:
    """The first answer."""
    await state.update_data(name=message.text)
    await state.set_state(Hike.has_tent)
    await message.answer(f"Welcome, {html.quote(message.text or '')}! Do you have a tent?", reply_markup=YES_OR_NO)


@router.message(Hike.has_tent, F.text.casefold() == "no")
async def without_tent(message: Message, state: FSMContext) -> None:
    """The second answer, and the end."""
    data = await state.get_data()
    await state.clear()
    await message.answer(summary(data), reply_markup=ReplyKeyboardRemove())


@router.message(Hike.has_tent, F.text.casefold() == "yes")
async def with_tent(message: Message, state: FSMContext) -> None:
    """The second answer, and one more question."""
    await state.set_state(Hike.beds)
    await message.reply("How many does it sleep?", reply_markup=ReplyKeyboardRemove())


@router.message(Hike.has_tent)
async def neither(message: Message) -> None:
    """Something else than was asked for."""
    await message.reply("Please say Yes or No.")


@router.message(Hike.beds, F.text.isdigit())
async def take_beds(message: Message, state: FSMContext) -> None:
    """The last answer."""
    data = await state.update_data(beds=int(message.text or 0))
    await state.clear()
    await message.answer(summary(data))


@router.message(Hike.beds)
async def no_number(message: Message) -> None:
    """Something else than was asked for."""
    await message.reply("A number, please.")


def summary(data: dict[str, Any]) -> str:
    """What was understood."""
    name = f"<b>{html.quote(data['name'])}</b>"
    return f"{name} brings a tent for {data['beds']}." if "beds" in data else f"{name} sleeps under the stars."


async def main() -> None:
    """Poll until Ctrl-C."""
    bot = Bot(os.environ["BOT_TOKEN"], default=DefaultBotProperties(parse_mode=ParseMode.HTML))
    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    await dispatcher.start_polling(bot)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, stream=sys.stdout)
    asyncio.run(main())
