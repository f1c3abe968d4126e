"""A bot object with the settings that the program itself uses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiogram import Bot
from pydantic import AnyHttpUrl, SecretStr

from runtime.session import new_bot
from runtime.settings import Settings
from tests.benchmarks.chat import TOKEN


@asynccontextmanager
async def bot_at(url: str) -> AsyncIterator[Bot]:
    """A bot that speaks to the Telegram at `url`."""
    bot = new_bot(Settings(bot_token=SecretStr(TOKEN), bot_api_url=AnyHttpUrl(url)))
    try:
        yield bot
    finally:
        await bot.session.close()
