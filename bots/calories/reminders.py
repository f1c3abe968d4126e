"""Reminds people at their time of a day on which nothing was noted yet."""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

from bots.calories import days, texts
from bots.calories.diary import Diary
from pinstore import Store, errors
from runtime.outbox.outbox import Outbox
from runtime.saves import Saves

NOT_OURS = (errors.OwnershipLostError, errors.OvertakenError, errors.NotSetUpError)
"""The tables are another process's, or about to be restored again: what was written comes back with them."""

LATEST = 3600
"""Seconds that a reminder may be late."""

LOOK = 5.0
"""Seconds between looks, at most: somebody may have chosen an earlier time, and a computer may sleep."""

FIRST = 3.0
"""Seconds after the start, in which comes what has waited at Telegram: it may hold an entry of the day."""


class Reminders:
    """One task that sleeps until the next reminder."""

    def __init__(self, store: Store, outbox: Outbox, zone: str) -> None:
        self._store = store
        self._outbox = outbox
        self._saves = Saves(store)
        self._zone = zone

    async def run(self) -> None:
        """Until it is cancelled."""
        await asyncio.sleep(FIRST)
        while True:
            next_due = None
            if self._store.chat_id is not None and self._store.is_open:
                with suppress(*NOT_OURS):
                    next_due = await self._look()
            wait = LOOK if next_due is None else min(LOOK, max(0.5, next_due - time.time()))
            await asyncio.sleep(wait)

    async def _look(self) -> int | None:
        """Remind whoever is due; when the next one is.

        That somebody was reminded is stored before he is told: after a crash he is not told again.
        """
        now = int(time.time())
        next_due = await self._store.read(lambda tables: Diary(tables, self._zone).next_due())
        if next_due is None or next_due > now:
            return next_due
        told = await self._store.write(lambda tables: remind(Diary(tables, self._zone), now), update=None)
        if told:
            await self._saves.stored()
        for person, text in told:
            self._outbox.send(person, text, replaces="reminder", is_notice=True)
        return await self._store.read(lambda tables: Diary(tables, self._zone).next_due())


def remind(diary: Diary, now: int) -> Sequence[tuple[int, str]]:
    """Who is to be reminded now (Unix time), and in what words; notes that, and when he is to be next time."""
    told = []
    for number, due, reminded in diary.due(now):
        person = diary.person(number, now)
        if person is None:
            continue
        day = days.day_of(due, person.zone, person.day)
        is_new = day.isoformat() > reminded and now - due <= LATEST
        if is_new and not diary.of_day(person, day):
            told.append((number, texts.say(texts.REMINDER, person.code)))
            diary.change(person, reminded=day.isoformat())
        diary.change(person, due=days.next_at(now, person.zone, person.remind) if person.remind >= 0 else 0)
    return told
