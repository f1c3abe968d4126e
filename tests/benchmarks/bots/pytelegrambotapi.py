"""The bot on pyTelegramBotAPI, its asynchronous half: a counter in memory and an answer."""

import asyncio
import os
from collections import Counter
from typing import Any

from telebot import asyncio_helper
from telebot.async_telebot import AsyncTeleBot

counts: Counter[int] = Counter()


async def main() -> None:
    """Poll."""
    asyncio_helper.API_URL = os.environ["BOT_API_URL"] + "/bot{0}/{1}"
    bot = AsyncTeleBot(os.environ["BOT_TOKEN"])

    async def tap(message: Any) -> None:
        counts[message.chat.id] += 1
        await bot.send_message(message.chat.id, f"Кликов: {counts[message.chat.id]} 🏆")

    bot.register_message_handler(tap, func=lambda message: message.text == "Клик")
    print("Ready", flush=True)
    await bot.infinity_polling()


if __name__ == "__main__":
    asyncio.run(main())
