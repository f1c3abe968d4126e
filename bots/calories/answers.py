"""What a chat gets beside plain texts: a picture, a file, a message that is written anew."""

import asyncio
from dataclasses import dataclass, field

from aiogram import Bot
from aiogram.types import BufferedInputFile

from bots.calories.chart import draw
from bots.calories.views import Period
from runtime.outbox.calls import Alone


@dataclass(slots=True)
class Picture(Alone):
    """The picture of some days with its words."""

    kind: str = "picture"
    period: Period = field(default_factory=lambda: Period("", 0, ()))

    async def deliver(self, bot: Bot, chat_id: int) -> None:
        """Draw it beside whatever else happens, and send it."""
        png = await asyncio.to_thread(draw, self.period.norm, self.period.sums)
        picture = BufferedInputFile(png, "days.png")
        await bot.send_photo(chat_id, picture, caption=self.period.caption, message_thread_id=self.thread)


@dataclass(slots=True)
class File(Alone):
    """A document."""

    kind: str = "file"
    name: str = ""
    content: bytes = b""

    async def deliver(self, bot: Bot, chat_id: int) -> None:
        """Send it."""
        await bot.send_document(chat_id, BufferedInputFile(self.content, self.name), message_thread_id=self.thread)
