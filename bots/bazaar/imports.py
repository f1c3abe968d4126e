"""Ads of a channel that exists, taken in from a sheet: each row once, whatever crashes, and some in each turn."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from aiogram.exceptions import TelegramAPIError

from bots.bazaar import counters, posts, sheet, texts
from bots.bazaar.ads import Ad
from bots.bazaar.calls import SendText
from bots.bazaar.sheet import Refused
from bots.bazaar.tables import IMPORT, NUMBER
from bots.bazaar.telling import Teller
from pinstore import Tables, errors, retry
from runtime.errands import Finish, intend
from runtime.people import BANNED

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


def take(tables: Tables, number: int, rows: Sequence[Ad | Refused], now: int) -> list[Ad]:
    """Take the next rows in; those that are published by it."""
    under_way = find(tables, number)
    if under_way is None:
        return []
    published = []
    for place, row in enumerate(rows, under_way.done + 2):
        why = row.why if isinstance(row, Refused) else _objection(tables, row)
        if isinstance(row, Refused) or why:
            under_way.refuse(place, why)
        else:
            row.number, row.created = counters.following(tables, NUMBER), now
            posts.published(tables, row, [row.message] if row.message else [], now)
            under_way.taken += 1
            published.append(row)
    tables.execute(_GO_ON, (under_way.taken, under_way.refused, json.dumps(under_way.reasons), number))
    return published


def _objection(tables: Tables, ad: Ad) -> str:
    if ad.message and posts.find(tables, ad.message):
        return KNOWN
    return BY_BANNED if tables.execute(_STATUS, (ad.owner,)).fetchone() == (BANNED,) else ""


class Importing(Teller):
    """Takes sheets in."""

    async def act(self, subject: int) -> Finish:
        """Take in what is left of one, and tell how it went."""
        under_way = await self._store.read(lambda tables: find(tables, subject))
        if under_way is None:
            return lambda _: None
        try:
            content = await self._store.fetch(under_way.file)
            rows = await asyncio.to_thread(sheet.read, content, time.gmtime().tm_year)
        except (errors.MissingError, errors.ChatError, TelegramAPIError, sheet.SheetError) as error:
            if isinstance(error, retry.TRANSIENT):
                raise
            text = texts.say(texts.NO_SHEET, texts.RUSSIAN, why=retry.reason(error))
        else:
            text = await self._take_all(subject, rows, under_way.done)
        await self.send(under_way.chat, subject, (), SendText(chat_id=under_way.chat, text=text))

        def finish(tables: Tables) -> None:
            tables.execute(_END, (subject,))

        return finish

    async def _take_all(self, subject: int, rows: Sequence[Ad | Refused], done: int) -> str:
        for begin_at in range(done, len(rows), A_SLICE):
            some, now = rows[begin_at : begin_at + A_SLICE], int(time.time() * 1000)

            def work(tables: Tables, some: Sequence[Ad | Refused] = some, now: int = now) -> None:
                for ad in take(tables, subject, some, now):
                    self.desk.words.learn(tables, ad.number - 1, 1)

            await self._store.write(work, update=None)
            await asyncio.sleep(PAUSE)
        ended = await self._store.read(lambda tables: find(tables, subject))
        return _report(ended) if ended else ""


def _report(ended: Import) -> str:
    head = texts.say(texts.IMPORTED, texts.RUSSIAN, taken=ended.taken, refused=ended.refused)
    lines = [texts.say(texts.REFUSED_ROW, texts.RUSSIAN, row=row, why=_reason(why)) for row, why in ended.reasons]
    return "\n".join([head, *lines])


def _reason(why: str) -> str:
    if phrase := texts.REFUSALS.get(why) or texts.EXPECTED.get(why):
        return texts.say(phrase, texts.RUSSIAN, year=time.gmtime().tm_year + 1)
    return texts.say(texts.WRONG_COLUMN, texts.RUSSIAN, column=why)
