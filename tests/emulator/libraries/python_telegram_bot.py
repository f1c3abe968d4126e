"""The bot on python-telegram-bot: keyboards, a callback, an edit, HTML, a file in both directions."""

import os
from collections import Counter
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

counts: Counter[int] = Counter()


async def start(update: Any, _: Any) -> None:
    """Greet, and show the keyboard."""
    keyboard = ReplyKeyboardMarkup([["Tap", "About"]], resize_keyboard=True)
    await update.message.reply_text(f"Hello, {update.effective_user.first_name}!", reply_markup=keyboard)


async def tap(update: Any, _: Any) -> None:
    """Count a tap."""
    counts[update.effective_chat.id] += 1
    undo = InlineKeyboardMarkup([[InlineKeyboardButton("Undo", callback_data="undo")]])
    await update.message.reply_text(f"Taps: {counts[update.effective_chat.id]}", reply_markup=undo)


async def undo(update: Any, _: Any) -> None:
    """Take a tap back."""
    counts[update.effective_chat.id] -= 1
    await update.callback_query.answer("Undone")
    await update.callback_query.edit_message_text(f"Taps: {counts[update.effective_chat.id]}")


async def about(update: Any, _: Any) -> None:
    """Say something in bold."""
    await update.message.reply_html("A <b>bold</b> bot &amp; more")


async def copy(update: Any, _: Any) -> None:
    """Send a document back in capitals."""
    data = await (await update.message.document.get_file()).download_as_bytearray()
    await update.message.reply_document(bytes(data).upper(), filename="copy.txt", caption="Here you are")


async def ready(application: Any) -> None:
    """Set the menu and say so."""
    await application.bot.set_my_commands([("start", "Begin")])
    print("Ready", flush=True)  # noqa: T201


def main() -> None:
    """Poll."""
    api = os.environ["BOT_API_URL"]
    builder = (
        Application.builder().token(os.environ["BOT_TOKEN"]).base_url(f"{api}/bot").base_file_url(f"{api}/file/bot")
    )
    application = builder.post_init(ready).build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(MessageHandler(filters.Text(["Tap"]), tap))
    application.add_handler(MessageHandler(filters.Text(["About"]), about))
    application.add_handler(MessageHandler(filters.Document.ALL, copy))
    application.add_handler(CallbackQueryHandler(undo))
    application.run_polling()


if __name__ == "__main__":
    main()
