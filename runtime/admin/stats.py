"""What the admin gets for /stats: the figures, and a picture of what each hour has brought."""

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta

from aiogram import Bot, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.filters import Command
from aiogram.types import BufferedInputFile, Message

from pinstore import Keeper, retry
from runtime.admin import admin_texts, stats_texts
from runtime.admin.chart import Bar, draw
from runtime.admin.chat import AdminChat
from runtime.admin.figures import Figures
from runtime.admin.hours import HOUR, Hours, Past, this_hour
from runtime.admin.roster import Roster
from runtime.admin.set_up import FromBackupChat
from runtime.filters import Private, Text
from runtime.jobs import Jobs
from runtime.languages import Phrase
from runtime.outbox.outbox import Outbox
from runtime.outbox.topic import topic_of

log = logging.getLogger(__name__)

DAY = 24
ACTIVE = (DAY, 7 * DAY, 30 * DAY)
"""Hours back for which active people are counted."""

TRIES = 3


class Stats:
    """Gathers the figures from wherever they are."""

    def __init__(
        self, bot: Bot, store: Keeper, admin: AdminChat, outbox: Outbox, hours: Hours, roster: Roster, jobs: Jobs
    ) -> None:
        self._bot = bot
        self._store = store
        self._admin = admin
        self._outbox = outbox
        self._hours = hours
        self._roster = roster
        self._jobs = jobs
        self._started = time.monotonic()

    async def show(self, chat_id: int) -> None:
        """Send the picture with the figures below it; the figures alone if it cannot be sent."""
        past = await self._hours.past()
        text = self._admin.say(stats_texts.summary(await self._gather(past)))
        try:
            picture = BufferedInputFile(
                await asyncio.to_thread(draw, bars(past)), f"{self._admin.app.totals[1].metric}.png"
            )
            topic = topic_of(chat_id)
            await retry.patiently(
                lambda: self._bot.send_photo(chat_id, picture, caption=text, message_thread_id=topic), TRIES
            )
        except (OSError, ImportError, TelegramAPIError, *retry.TRANSIENT) as error:
            log.warning("The chart could not be sent: %s", retry.reason(error))
            self._admin.tell(chat_id, text)

    async def _gather(self, past: Past) -> Figures:
        now = this_hour()
        hours = [now - ago for ago in ACTIVE] if self._roster.knows_activity else []
        marks = [self._store.mark(hour, past.at(hour)) for hour in hours]
        census = await asyncio.to_thread(self._roster.census, marks, self._jobs.stopping.is_set)
        first, status = past.first, self._store.status
        is_known = first is None or first <= now - ACTIVE[-1] or not past.at(first).people
        return Figures(
            at=local_time(),
            lines=await self._lines(past),
            census=census,
            noted_since=None if is_known or first is None else local_time(first),
            waiting=self._outbox.waiting,
            held=status.held,
            generation=status.generation,
            saved_at=datetime.fromtimestamp(status.saved_at, UTC) if status.saved_at else None,
            document_bytes=status.document_bytes,
            parts_bytes=status.parts_bytes,
            drilled_at=status.drilled_at,
            auto_delete=status.auto_delete,
            server=status.server,
            is_exact=status.is_exact,
            is_overloaded=status.is_overloaded,
            uptime=timedelta(seconds=int(time.monotonic() - self._started)),
            memory=memory(),
        )

    async def _lines(self, past: Past) -> list[str]:
        """What the bot tells of itself, or else its totals."""
        app, say = self._admin.app, self._admin.say
        if app.figures:
            return [say(line) for line in await self._store.read(app.figures)]
        people, deeds = (self._admin.label(total.name) for total in app.totals)
        before = past.at(hour_of(local_time().replace(hour=0, minute=0, second=0, microsecond=0)))
        new, done = max(0, past.now.people - before.people), max(0, past.now.deeds - before.deeds)
        return [
            say(Phrase("{people}: {number}, new today: {new}", people=people, number=past.now.people, new=new)),
            say(Phrase("{deeds}: {number}, today: {new}", deeds=deeds, number=past.now.deeds, new=done)),
        ]


def bars(past: Past) -> list[Bar]:
    """The last 24 hours."""
    now = this_hour()
    found: list[Bar] = []
    for hour in range(now - DAY + 1, now + 1):
        at = local_time(hour)
        begins_day = at.hour == 0 or (not found and at.hour < DAY - 2)  # else two days would be told in one place
        found.append(Bar(f"{at:%H}", f"{at:%d.%m}" if begins_day else "", past.deeds(hour)))
    return found


def local_time(hour: int | None = None) -> datetime:
    """When an hour begins, or now, in the time zone of the computer."""
    seconds = time.time() if hour is None else hour * HOUR
    return datetime.fromtimestamp(seconds, UTC).astimezone()


def hour_of(at: datetime) -> int:
    """The hour, counted from the beginning of 1970."""
    return int(at.timestamp() // HOUR)


def memory() -> int:
    """Bytes that this process has in memory."""
    import psutil  # noqa: PLC0415 - only an admin who asks needs it

    return int(psutil.Process().memory_info().rss)


async def stats(message: Message, stats: Stats, jobs: Jobs, admin: AdminChat) -> None:
    """Show the figures."""
    if not jobs.begin("stats", stats.show(message.chat.id)):
        admin.tell(message.chat.id, admin_texts.BUSY)


def stats_router() -> Router:
    """/stats for the admin; for anyone else it is an ordinary text."""
    router = Router(name="stats")
    router.message.filter(Private(), FromBackupChat(), Text())
    router.message.register(stats, Command("stats", ignore_case=True))
    return router
