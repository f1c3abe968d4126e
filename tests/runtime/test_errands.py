"""Errands happen once, whenever the process is killed and whichever answers are lost."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pytest
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter
from aiogram.methods import GetMe
from hypothesis import given, settings
from hypothesis import strategies as some

import runtime.errands
from pinstore import Store, Table, Tables, errors, retry
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from runtime.errands import ERRANDS, Errands, LaterError, intend
from runtime.saves import Saves

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runtime.errands import Finish

T = TypeVar("T")
DONE = Table("CREATE TABLE done (subject INTEGER PRIMARY KEY, how TEXT NOT NULL)")
TABLES = (ERRANDS, DONE)
COLUMNS = {"errands": ("number", "kind", "subject", "lane", "process"), "done": ("subject", "how")}
EVERYTHING = {
    "errands": "SELECT number, kind, subject, lane, process FROM errands",
    "done": "SELECT subject, how FROM done",
}
Rows = dict[str, list[Any]]
KINDS = ("lost before", "lost after", "429", "fine")


_processes = count(1)


class KilledError(BaseException):
    """The process is gone."""


class Outside:
    """What Telegram knows; it outlives processes. Faults strike one call after the other, then all goes well."""

    def __init__(self, faults: Sequence[str], kills: Sequence[int]) -> None:
        self.happened: list[int] = []
        self.faults = list(faults)
        self.kills = list(kills)
        self.patch = pytest.MonkeyPatch()
        self.countdown = self.kills.pop(0) if self.kills else -1

    async def point(self) -> None:
        """A moment at which the process may be killed."""
        await asyncio.sleep(0)
        if self.countdown == 0:
            raise KilledError
        self.countdown -= 1

    def fault(self) -> str:
        """What the next call suffers."""
        return self.faults.pop(0) if self.faults else "fine"


class Life:
    """One process: tables in memory, of which `stored` is what the next one finds; stands for a store."""

    def __init__(self, stored: Rows, outside: Outside) -> None:
        loader = Loader(TABLES)
        for name, rows in stored.items():
            loader.load(name, COLUMNS[name], rows, [], 1)
        loader.finish(1)
        self.database = Database(TABLES)
        self.database.replace(loader.connection)
        self.rows = stored
        self.outside = outside
        self.saved = self.database.position
        process = next(_processes)
        outside.patch.setattr(runtime.errands, "this_process", lambda: process)

    @property
    def position(self) -> int:
        """As a store has it."""
        return self.database.position

    @property
    def status(self) -> Life:
        """As a store has it."""
        return self

    @property
    def stored(self) -> int:
        """What the last save held."""
        return self.saved

    async def save(self) -> None:
        """Store everything, unless killed before or after."""
        await self.outside.point()
        self.saved = self.position
        self.rows = self.database.look(
            lambda tables: {name: tables.execute(query).fetchall() for name, query in EVERYTHING.items()}
        )
        await self.outside.point()

    async def assure(self) -> None:
        """Nobody else wants the tables."""
        await self.outside.point()

    async def read(self, work: Callable[[Tables], T]) -> T:
        """As a store does."""
        return self.database.look(work)

    async def write(self, work: Callable[[Tables], T], *, update: None = None) -> T:
        """As a store does."""
        await self.outside.point()
        result = self.database.transact(update, work)
        await self.outside.point()
        return result


class Act:
    """A deed that shows outside how often it has happened, as a list of transactions does."""

    def __init__(self, outside: Outside, attempts: int | None = None) -> None:
        self.outside = outside
        self.attempts = attempts

    async def act(self, subject: int) -> Finish:
        """Do it, if the fault allows."""
        await self.outside.point()
        fault = self.outside.fault()
        if fault == "429":
            raise TelegramRetryAfter(GetMe(), "wait", 0)
        if fault != "lost before":
            self.outside.happened.append(subject)
        await self.outside.point()
        if fault != "fine":
            raise TelegramNetworkError(GetMe(), "lost")
        return finish(subject, "acted")

    async def seek(self, subject: int) -> Finish | None:
        """Look outside."""
        await self.outside.point()
        if self.outside.fault() in ("lost before", "lost after", "429"):
            raise TelegramRetryAfter(GetMe(), "wait", 0)
        return finish(subject, "found") if subject in self.outside.happened else None

    def give_up(self, subject: int, why: str) -> Finish:
        """It has not happened."""
        assert why
        return finish(subject, "given up")


def finish(subject: int, how: str) -> Finish:
    """What is written."""

    def work(tables: Tables) -> None:
        tables.execute("INSERT INTO done VALUES (?, ?)", (subject, how))

    return work


@pytest.fixture(autouse=True, scope="module")
def _at_once() -> Any:
    """No pauses."""
    patch = pytest.MonkeyPatch()
    patch.setattr(retry, "delay", lambda *_: 0.0)
    yield
    patch.undo()


def errands(life: Life, deed: Act) -> Errands:
    """What runs in this process."""
    store = cast("Store", life)
    return Errands(store, Saves(store), {"x": deed})


def intended(subjects: Sequence[int]) -> Callable[[Tables], None]:
    """A handler's write."""

    def work(tables: Tables) -> None:
        for one in subjects:
            intend(tables, "x", one, one % 2)

    return work


async def turns(comes_true: Callable[[], object]) -> None:
    """Let the others go on until this is true."""
    for _ in range(100_000):
        if comes_true():
            return
        await asyncio.sleep(0)
    pytest.fail("nothing goes on")


async def live(life: Life, deed: Act, subjects: Sequence[int]) -> None:
    """One process: takes up what is there, is asked for more, works until all is done and stored, or is killed."""
    runner = errands(life, deed)
    running = asyncio.create_task(runner.run())
    watch = asyncio.create_task(_finished(life, runner, subjects))
    try:
        await turns(lambda: watch.done() or is_killed(running, *runner._tasks))  # noqa: SLF001
        if not watch.done():
            raise KilledError
        watch.result()
    finally:
        for task in (running, watch, *runner._tasks):  # noqa: SLF001
            task.cancel()
        await asyncio.gather(running, watch, return_exceptions=True)


def is_killed(*tasks: asyncio.Task[None]) -> bool:
    """Whether one of a process's tasks was at the point where it is killed."""
    ended = [task for task in tasks if task.done() and not task.cancelled()]
    return any(isinstance(task.exception(), KilledError) for task in ended)


async def _finished(life: Life, runner: Errands, subjects: Sequence[int]) -> None:
    await asyncio.sleep(0)
    known = "SELECT subject FROM errands UNION SELECT subject FROM done"
    there = {row[0] for row in life.database.look(lambda tables: tables.execute(known).fetchall())}
    new = [one for one in subjects if one not in there]
    for wave in (new[::2], new[1::2]):
        await life.write(intended(wave))
        runner.wake()
        await turns(lambda: not life.database.look(lambda tables: tables.execute("SELECT 1 FROM errands").fetchone()))
    await life.save()


@settings(max_examples=150, deadline=None)
@given(
    some.integers(1, 4),
    some.lists(some.sampled_from(KINDS), max_size=12),
    some.lists(some.integers(0, 25), max_size=6),
)
def test_each_deed_happens_once(most: int, faults: list[str], kills: list[int]) -> None:
    """Kills at any point, any answers lost: in the end each has happened once outside and is written down once."""
    outside, subjects = Outside(faults, kills), range(1, most + 1)
    rows: Rows = {"errands": [], "done": []}
    while True:
        life = Life(rows, outside)
        try:
            asyncio.run(live(life, Act(outside), subjects))
            break
        except KilledError:
            rows = life.rows
            outside.countdown = outside.kills.pop(0) if outside.kills else -1
    assert sorted(outside.happened) == list(subjects)
    assert [row[0] for row in life.rows["done"]] == list(subjects)
    assert life.rows["errands"] == []


async def test_attempts_come_to_an_end() -> None:
    """What has not happened after all of them is given up; what has is not."""
    outside = Outside(["lost before", "fine"] * 3, [])
    life = Life({"errands": [], "done": []}, outside)
    await live(life, Act(outside, attempts=3), [1])
    assert (outside.happened, life.rows["done"]) == ([], [(1, "given up")])
    outside = Outside(["lost before", "fine", "lost after", "fine"], [])
    life = Life({"errands": [], "done": []}, outside)
    await live(life, Act(outside, attempts=2), [1])
    assert (outside.happened, life.rows["done"]) == ([1], [(1, "found")])


async def test_what_cannot_happen_now_waits() -> None:
    """For its lane to be woken, and holds up no other lane."""

    class Away(Act):
        is_back = False

        async def act(self, subject: int) -> Finish:
            if subject == 1 and not self.is_back:
                raise LaterError
            return await super().act(subject)

    outside = Outside([], [])
    life = Life({"errands": [], "done": []}, outside)
    deed = Away(outside)
    runner = errands(life, deed)
    await life.write(intended([1, 2]))
    running = asyncio.create_task(runner.run())
    await turns(lambda: outside.happened == [2])
    deed.is_back = True
    runner.wake(0)
    runner.wake(1)
    await turns(lambda: sorted(outside.happened) == [1, 2])
    running.cancel()


async def test_an_older_copy_of_the_tables_brings_nothing_twice() -> None:
    """What was done and struck off is looked for when it stands in the tables again, in the same process too."""
    outside = Outside([], [])
    life = Life({"errands": [], "done": []}, outside)
    runner = errands(life, Act(outside))
    await life.write(intended([1]))
    running = asyncio.create_task(runner.run())
    await turns(lambda: life.database.look(lambda tables: tables.execute("SELECT 1 FROM done").fetchone()))
    await life.write(lambda tables: tables.execute("DELETE FROM done"))
    await life.write(intended([1]))
    runner.wake()
    query = "SELECT how FROM done"
    await turns(lambda: life.database.look(lambda tables: tables.execute(query).fetchone()))
    assert life.database.look(lambda tables: tables.execute(query).fetchone())[0] == "found"
    assert outside.happened == [1]
    running.cancel()


class Lost(Life):
    """A process that another one takes the tables from."""

    is_lost = False

    def lose(self, subject: int) -> None:
        """The other one has the tables, and does what stands in them."""
        if not self.is_lost:
            self.is_lost = True
            self.outside.happened.append(subject)

    async def assure(self) -> None:
        """Refused."""
        if self.is_lost:
            raise errors.OwnershipLostError


@pytest.mark.parametrize(("fault", "when"), [("429", "act"), ("lost before", "seek")])
async def test_who_loses_the_tables_while_he_waits_does_nothing(fault: str, when: str) -> None:
    """He does not try again what the process that owns the tables now may have done."""

    class Waits(Act):
        async def act(self, subject: int) -> Finish:
            try:
                return await super().act(subject)
            finally:
                if when == "act":
                    life.lose(subject)

        async def seek(self, subject: int) -> Finish | None:
            found = await super().seek(subject)
            life.lose(subject)
            return found

    outside = Outside([fault], [])
    life = Lost({"errands": [], "done": []}, outside)
    runner = errands(life, Waits(outside))
    await life.write(intended([1]))
    running = asyncio.create_task(runner.run())
    await turns(lambda: life.is_lost)
    await turns(lambda: not runner._lanes)  # noqa: SLF001
    assert outside.happened == [1]
    running.cancel()


class Restored(Life):
    """A process whose first save finds that another one has saved before it did: its tables are restored again."""

    saves = 0

    async def save(self) -> None:
        """Refused once."""
        self.saves += 1
        if self.saves == 1:
            raise errors.OvertakenError
        await super().save()


async def test_errands_of_tables_that_are_restored_again_are_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """They do not wait for the next start."""
    monkeypatch.setattr(runtime.errands, "AGAIN", 0.0)
    outside = Outside([], [])
    life = Restored({"errands": [], "done": []}, outside)
    await life.write(intended([1, 2, 3]))
    running = asyncio.create_task(errands(life, Act(outside)).run())
    await turns(lambda: len(outside.happened) == 3)
    assert sorted(outside.happened) == [1, 2, 3]
    running.cancel()
