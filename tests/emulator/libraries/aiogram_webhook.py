"""The bot on aiogram's own webhook server: whatever a handler returns rides in the answer to Telegram."""

import asyncio
import os
from typing import Any

from aiogram import Bot, Dispatcher, F
from aiogram.exceptions import TelegramRetryAfter
from aiogram.filters import CommandStart
from aiogram.types import BufferedInputFile, CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

NAME = os.environ.get("NAME", "bot")
SECRET = "not-for-everybody"

dispatcher = Dispatcher()


@dispatcher.message(CommandStart())
async def start(message: Message) -> Any:
    """Greet, with a button."""
    button = InlineKeyboardButton(text="Look", callback_data="look")
    return message.answer(
        f"Hello, {message.chat.first_name}!", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[button]])
    )


@dispatcher.message(F.text == "file")
async def file(message: Message) -> Any:
    """Send a file, which rides in the answer as well."""
    return message.answer_document(BufferedInputFile(b"some words", "note.txt"), caption="Here you are")


@dispatcher.message()
async def echo(message: Message) -> Any:
    """Say who has got what."""
    return message.answer(f"{NAME}: {message.text}")


@dispatcher.callback_query()
async def look(query: CallbackQuery, bot: Bot) -> Any:
    """One call of its own, and one that rides in the answer."""
    await bot.send_message(query.from_user.id, "You have pressed")
    return query.answer("Looked")


@dispatcher.startup()
async def set_webhook(bot: Bot) -> None:
    """Every replica sets the same one, which may be done once a second."""
    while True:
        try:
            await bot.set_webhook(os.environ["WEBHOOK_URL"], secret_token=SECRET)
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
        else:
            return


async def listening(_: web.Application) -> None:
    """Say so."""
    print("Ready", flush=True)  # noqa: T201


def main() -> None:
    """Serve."""
    bot = Bot(os.environ["BOT_TOKEN"])
    application = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token=SECRET)
    handler.register(application, path="/hook")
    setup_application(application, dispatcher, bot=bot)
    application.on_startup.append(listening)
    web.run_app(application, host="127.0.0.1", port=int(os.environ["PORT"]), print=None, shutdown_timeout=1)


if __name__ == "__main__":
    main()
