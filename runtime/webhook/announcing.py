"""The address made known to Telegram: every replica sets the same one, whoever was first."""

import asyncio
from collections.abc import Sequence

from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter


async def announce(bot: Bot, url: str, secret: str, connections: int, allowed: Sequence[str]) -> None:
    """Set the webhook; equal parameters change nothing.

    Telegram takes one setWebhook a second from a bot, equal or not (tdlib/telegram-bot-api, Client.cpp,
    process_set_webhook_query): replicas that start together wait for one another.
    """
    while True:
        try:
            await bot.set_webhook(url, max_connections=connections, secret_token=secret, allowed_updates=list(allowed))
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
        else:
            return
