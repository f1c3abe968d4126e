"""The bot on pyTelegramBotAPI, its half with threads: keyboards, a callback, an edit, HTML, a file both ways."""

import os
from collections import Counter
from io import BytesIO
from typing import Any

from telebot import TeleBot, apihelper
from telebot.types import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup

counts: Counter[int] = Counter()
apihelper.API_URL = os.environ["BOT_API_URL"] + "/bot{0}/{1}"
apihelper.FILE_URL = os.environ["BOT_API_URL"] + "/file/bot{0}/{1}"
bot = TeleBot(os.environ["BOT_TOKEN"])


@bot.message_handler(commands=["start"])  # type: ignore[untyped-decorator]
def start(message: Any) -> None:
    """Greet, and show the keyboard."""
    keyboard = ReplyKeyboardMarkup(resize_keyboard=True).row("Tap", "About")
    bot.send_message(message.chat.id, f"Hello, {message.from_user.first_name}!", reply_markup=keyboard)


@bot.message_handler(func=lambda message: message.text == "Tap")  # type: ignore[untyped-decorator]
def tap(message: Any) -> None:
    """Count a tap."""
    counts[message.chat.id] += 1
    undo = InlineKeyboardMarkup().row(InlineKeyboardButton("Undo", callback_data="undo"))
    bot.reply_to(message, f"Taps: {counts[message.chat.id]}", reply_markup=undo)


@bot.callback_query_handler(func=lambda query: query.data == "undo")  # type: ignore[untyped-decorator]
def undo(query: Any) -> None:
    """Take a tap back."""
    chat = query.message.chat.id
    counts[chat] -= 1
    bot.answer_callback_query(query.id, "Undone")
    bot.edit_message_text(f"Taps: {counts[chat]}", chat, query.message.message_id)


@bot.message_handler(func=lambda message: message.text == "About")  # type: ignore[untyped-decorator]
def about(message: Any) -> None:
    """Say something in bold."""
    bot.send_message(message.chat.id, "A <b>bold</b> bot &amp; more", parse_mode="HTML")


@bot.message_handler(content_types=["document"])  # type: ignore[untyped-decorator]
def copy(message: Any) -> None:
    """Send a document back in capitals."""
    data = bot.download_file(bot.get_file(message.document.file_id).file_path)
    bot.send_document(message.chat.id, BytesIO(data.upper()), visible_file_name="copy.txt", caption="Here you are")


if __name__ == "__main__":
    bot.set_my_commands([BotCommand("start", "Begin")])
    print("Ready", flush=True)  # noqa: T201
    bot.infinity_polling()
