"""The bot on python-telegram-bot: a counter in memory and an answer."""

import os
from collections import Counter
from typing import Any

from telegram.ext import Application, MessageHandler, filters

counts: Counter[int] = Counter()


async def tap(update: Any, _: Any) -> None:
    """Count a click."""
    counts[update.effective_chat.id] += 1
    await update.message.reply_text(f"Кликов: {counts[update.effective_chat.id]} 🏆")


async def ready(_: Any) -> None:
    """Say so."""
    print("Ready", flush=True)


def main() -> None:
    """Poll."""
    builder = Application.builder().token(os.environ["BOT_TOKEN"]).base_url(os.environ["BOT_API_URL"] + "/bot")
    application = builder.post_init(ready).build()
    application.add_handler(MessageHandler(filters.Text(["Клик"]), tap))
    application.run_polling()


if __name__ == "__main__":
    main()
