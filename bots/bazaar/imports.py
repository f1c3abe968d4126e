"""Ads of a channel that exists, taken in from a sheet: each row once, whatever crashes, and some in each turn."""

import asyncio
import json
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from aiogram.exceptions import TelegramAPIError

from bots.bazaar import counters, posts, questions, sheet, texts
from bots.bazaar.ads import Ad
from bots.bazaar.calls import SendText
from bots.bazaar.desk import Desk
from bots.bazaar.sheet import Refused
from bots.bazaar.sightings import Sightings
from bots.bazaar.tables import IMPORT, NUMBER
from bots.bazaar.telling import Teller
from pinstore import Tables, errors, retry
from runtime.errands import Finish, LaterError, intend
from runtime.people import BANNED

log = logging.getLogger(__name__)

KIND = "import"
"""The errand; its subject is a row of the table."""
LANE = -(2**49)
"""Where no chat has its id: one import after the other."""

TOLD = 10
"""Refused rows whose reasons are told."""
A_SLICE, PAUSE = 10, 0.002
"""Rows of a turn, and seconds that are left to others after it."""
KNOWN, BY_BANNED = "known", "banned"
"""Reasons that are no columns: the message belongs to another ad; the owner is banned."""

_BEGIN = "INSERT INTO imports (number, chat, file) VALUES (?, ?, ?)"
_FIND = "SELECT chat, file, taken, refused, reasons FROM imports WHERE number = ?"
_GO_ON = "UPDATE imports SET taken = ?, refused = ?, reasons = ? WHERE number = ?"
_END = "DELETE FROM imports WHERE number = ?"
_STATUS = "SELECT status FROM users WHERE person = ?"


@dataclass
class Import:
    """One that is under way."""

    chat: int
    file: str
    taken: int
    refused: int
    reasons: list[tuple[int, str]]

    @property
    def done(self) -> int:
        """Rows that are seen to."""
        return self.taken + self.refused

    def refuse(self, row: int, why: str) -> None:
        """Do not take a row."""
        self.refused += 1
        self.reasons = [*self.reasons, (row, why)][:TOLD]


def begin(tables: Tables, chat: int, file: str) -> None:
    """Have a sheet taken in; wake the errands after the write."""
    number = counters.following(tables, IMPORT)
    tables.execute(_BEGIN, (number, chat, file))
    intend(tables, KIND, number, LANE)


def find(tables: Tables, number: int) -> Import | None:
    """One that is under way."""
    row = tables.execute(_FIND, (number,)).fetchone()
    if row is None:
        return None
    chat, file, taken, refused, reasons = row
    return Import(chat, file, taken, refused, [(place, why) for place, why in json.loads(reasons)])


def take(tables: Tables, number: int, rows: Sequence[Ad | Refused], now: int) -> None:
    """Take the next rows in."""
    under_way = find(tables, number)
    if under_way is None:
        return
    for place, row in enumerate(rows, under_way.done + 2):
        why = row.why if isinstance(row, Refused) else _objection(tables, row)
        if isinstance(row, Refused) or why:
            under_way.refuse(place, why)
        else:
            row.number, row.created = counters.following(tables, NUMBER), now
            posts.published(tables, row, [row.message] if row.message else [], now, is_ours=False)
            under_way.taken += 1
    tables.execute(_GO_ON, (under_way.taken, under_way.refused, json.dumps(under_way.reasons), number))


def _objection(tables: Tables, ad: Ad) -> str:
    if ad.message and posts.find(tables, ad.message):
        return KNOWN
    return BY_BANNED if tables.execute(_STATUS, (ad.owner,)).fetchone() == (BANNED,) else ""


class Importing(Teller):
    """Takes sheets in."""

    def __init__(self, desk: Desk, sightings: Sightings) -> None:
        super().__init__(desk)
        self._sightings = sightings

    async def act(self, subject: int) -> Finish:
        """Take in what is left of one, and tell how it went."""
        under_way = await self._store.read(lambda tables: find(tables, subject))
        if under_way is None:
            return lambda _: None
        try:
            content = await self._store.fetch(under_way.file)
            newest = await asyncio.to_thread(sheet.survey, content)
        except (errors.MissingError, errors.ChatError, TelegramAPIError, sheet.SheetError) as error:
            if isinstance(error, retry.TRANSIENT):
                raise
            text = texts.say(texts.NO_SHEET, texts.RUSSIAN, why=retry.reason(error))
        else:
            text = await self._take_all(subject, content, under_way.done)
            await self._look(newest)
        await self.send(under_way.chat, subject, (), SendText(chat_id=under_way.chat, text=text))

        def finish(tables: Tables) -> None:
            tables.execute(_END, (subject,))

        return finish

    async def _look(self, newest: int) -> None:
        """Posts to come are looked for after the newest one of the sheet, if there is one."""
        try:
            await self._sightings.confirm(newest)
        except (LaterError, TelegramAPIError, *retry.TRANSIENT) as error:
            log.info("The newest post of a sheet was not looked for: %s", retry.reason(error))

    async def _take_all(self, subject: int, content: bytes, done: int) -> str:
        rows = sheet.read(content, time.gmtime().tm_year, done)
        while some := await asyncio.to_thread(list[Ad | Refused], islice(rows, A_SLICE)):
            now = int(time.time() * 1000)

            def work(tables: Tables, some: Sequence[Ad | Refused] = some, now: int = now) -> None:
                take(tables, subject, some, now)

            await self._store.write(work, update=None)
            await asyncio.sleep(PAUSE)
        ended = await self._store.read(lambda tables: find(tables, subject))
        return _report(ended) if ended else ""


def _report(ended: Import) -> str:
    head = texts.say(texts.IMPORTED, texts.RUSSIAN, taken=ended.taken, refused=ended.refused)
    lines = [texts.say(texts.REFUSED_ROW, texts.RUSSIAN, row=row, why=_reason(why)) for row, why in ended.reasons]
    return "\n".join([head, *lines])


def _reason(why: str) -> str:
    if phrase := texts.REFUSALS.get(why) or questions.EXPECTED.get(why):
        return texts.say(phrase, texts.RUSSIAN, year=time.gmtime().tm_year + 1)
    return texts.say(texts.WRONG_COLUMN, texts.RUSSIAN, column=why)
