"""What a chat gets beside texts: the answer to entries, a picture, a file."""

import asyncio
import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiogram import Bot
from aiogram.types import BufferedInputFile

from bots.calories import days, texts
from bots.calories.chart import draw
from bots.calories.diary import Noted
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
    """All entries of a person as a document."""

    kind: str = "file"
    zone: str = ""
    entries: Sequence[Noted] = ()

    async def deliver(self, bot: Bot, chat_id: int) -> None:
        """Write it beside whatever else happens, and send it."""
        content = await asyncio.to_thread(table, self.entries, self.zone)
        document = BufferedInputFile(content.encode(), "calories.csv")
        await bot.send_document(chat_id, document, message_thread_id=self.thread)


def table(entries: Sequence[Noted], zone: str) -> str:
    """Entries as CSV (RFC 4180): the day that they belong to, the time by the clock of a zone."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["date", "time", "label", "kcal"])
    for entry in entries:
        at = days.local(entry.at, zone)
        writer.writerow([entry.day, f"{at:%H:%M}", entry.label, texts.number(entry.tenths, "en")])
    return file.getvalue()
