"""Deeds that have to happen once outside: intended in a write, done when that is stored, struck off, looked for.

Whoever is killed after a deed and before it is struck off finds it in the tables again; then it is in doubt, and it is
looked for before it is done once more. The same goes for an answer that was lost.
"""

import asyncio
import logging
import os
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from aiogram.exceptions import TelegramRetryAfter

from pinstore import Keeper, Table, Tables, errors, retry
from runtime.saves import Saves

log = logging.getLogger(__name__)

ERRANDS = Table(
    # `subject` is the number of what it is about; errands of a `lane` are run one after the other; `process` has
    # intended it.
    """
    CREATE TABLE errands (
        number INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        subject INTEGER NOT NULL,
        lane INTEGER NOT NULL,
        process INTEGER NOT NULL,
        UNIQUE (kind, subject)
    )"""
)

AGAIN = 1.0
"""Seconds after which errands are looked for in tables that had to be restored again."""

_processes: dict[int, int] = {}

_INTEND = (
    "INSERT INTO errands (kind, subject, lane, process) VALUES (?, ?, ?, ?) ON CONFLICT (kind, subject) DO NOTHING"
)
_ADOPT = "UPDATE errands SET process = ? WHERE kind = ? AND subject = ?"
_ALL = "SELECT number, kind, subject, lane, process FROM errands ORDER BY number"
_STRIKE = "DELETE FROM errands WHERE number = ? AND kind = ? AND subject = ?"

Said = Callable[[], object] | None
"""What is said when it is written."""
Finish = Callable[[Tables], Said]
"""What is written when an errand is struck off."""


def this_process() -> int:
    """Tells processes apart, also one that was forked from another."""
    return _processes.setdefault(os.getpid(), secrets.randbits(48))


def intend(tables: Tables, kind: str, subject: int, lane: int) -> None:
    """Have something done once, when this is stored; call `Errands.wake` after the write."""
    tables.execute(_INTEND, (kind, subject, lane, this_process()))


def adopt(tables: Tables, kind: str, subject: int) -> None:
    """Know that what another process intended has not happened: it is this one's from now on."""
    tables.execute(_ADOPT, (this_process(), kind, subject))


class LaterError(Exception):
    """It has not happened and cannot happen now: wait until the lane is woken."""


class Deed(Protocol):
    """What is done outside for errands of a kind."""

    attempts: int | None
    """How often it is tried; None: for ever."""

    async def act(self, subject: int) -> Finish:
        """Do it. An error of `retry.TRANSIENT` leaves it in doubt, but a 429, which means that it has not happened."""

    async def seek(self, subject: int) -> Finish | None:
        """Look whether it has happened; None if it has not. Raises an error of `retry.TRANSIENT` if nobody can tell."""

    def give_up(self, subject: int, why: str) -> Finish:
        """What is written when all attempts have failed and it has not happened."""


class _Errand(NamedTuple):
    number: int
    kind: str
    subject: int
    lane: int
    process: int


class Errands:
    """Runs what is intended; lanes go side by side."""

    def __init__(self, store: Keeper, saves: Saves, deeds: Mapping[str, Deed]) -> None:
        self._store = store
        self._saves = saves
        self._deeds = deeds
        self._lanes: dict[int, deque[_Errand]] = {}
        self._tasks = set[asyncio.Task[None]]()
        self._parked: dict[int, asyncio.Event] = {}
        self._news = asyncio.Event()
        self._begun = set[tuple[str, int]]()
        """Kinds and subjects of all that this process has begun: an older copy of the tables may bring one again."""
        self._known = set[int]()
        """Numbers of those that are queued; a number that was struck off may come again."""

    def wake(self, lane: int | None = None) -> None:
        """Look for what was intended; somebody's lane that could not go on tries again."""
        self._news.set()
        if lane in self._parked:
            self._parked[lane].set()

    async def run(self) -> None:
        """Run errands until cancelled; those of another process, or of an older copy of the tables, are in doubt."""
        try:
            while True:
                self._news.clear()
                rows = await self._store.read(lambda tables: tables.execute(_ALL).fetchall())
                for errand in map(_Errand._make, rows):
                    if errand.number not in self._known:
                        self._known.add(errand.number)
                        self._queue(errand)
                await self._news.wait()
        finally:
            for task in self._tasks:
                task.cancel()

    def _queue(self, errand: _Errand) -> None:
        lane = self._lanes.get(errand.lane)
        if lane is not None:
            lane.append(errand)
            return
        self._lanes[errand.lane] = deque([errand])
        task = asyncio.create_task(self._go(errand.lane), name=f"errands {errand.lane}")
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def _go(self, number: int) -> None:
        lane = self._lanes[number]
        try:
            while lane:
                await self._saves.stored()
                await self._do(lane[0])
                lane.popleft()
        except errors.OwnershipLostError:
            log.info("Errands are left to the process that owns the tables")
        except errors.OvertakenError:  # the tables are restored again, and what is in them is begun again
            self._known.difference_update(errand.number for errand in lane)
            asyncio.get_running_loop().call_later(AGAIN, self.wake)
        finally:
            del self._lanes[number]

    async def _do(self, errand: _Errand) -> None:
        """Do one to its end."""
        subject = (errand.kind, errand.subject)
        in_doubt = errand.process != this_process() or subject in self._begun
        self._begun.add(subject)
        deed, tried, failures, why = self._deeds[errand.kind], 0, 0, ""
        finish: Finish | None = None
        while finish is None:
            pause, acting = 0.0, False
            try:
                if in_doubt:
                    finish = await deed.seek(errand.subject)
                    in_doubt = False
                elif deed.attempts is not None and tried >= deed.attempts:
                    finish = deed.give_up(errand.subject, why)
                else:
                    await self._store.assure()  # whoever has taken the tables over since does it himself
                    acting = True
                    finish = await deed.act(errand.subject)
            except LaterError:
                await self._park(errand.lane)
            except retry.TRANSIENT as error:
                failures, why, pause = failures + 1, retry.reason(error), retry.delay(failures + 1, error)
                if acting and not isinstance(error, TelegramRetryAfter):
                    tried, in_doubt = tried + 1, True
            await asyncio.sleep(pause)
        done = finish
        say = await self._store.write(lambda tables: _strike(tables, errand, done), update=None)
        self._known.discard(errand.number)
        self._news.set()
        if say:
            say()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("An errand failed by a fault of ours and waits for the next start", exc_info=error)

    async def _park(self, lane: int) -> None:
        event = self._parked[lane] = asyncio.Event()
        try:
            await event.wait()
        finally:
            del self._parked[lane]


def _strike(tables: Tables, errand: _Errand, finish: Finish) -> Said:
    """Write what has become of it; an older copy that took the place of the tables may not know it."""
    known = tables.execute(_STRIKE, (errand.number, errand.kind, errand.subject)).rowcount
    return finish(tables) if known else None
