"""The drill: the stored copy is downloaded into a second database and compared with the tables it was made from."""

from __future__ import annotations

import asyncio
import re
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bots.clicker.tables import USERS
from pinstore import Listener
from pinstore.copies.drill import compare
from pinstore.copies.snapshot import SLICE_ROWS
from pinstore.errors import DrillError
from pinstore.keeping import drills as daily
from pinstore.keeping.schedule import Schedule
from pinstore.keeping.timer import Timer
from pinstore.memory.changes import begin_run
from pinstore.memory.connection import Connection
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from tests.bots.clicker.bare import players_of
from tests.pinstore.shelf import COLUMNS
from tests.stories.harness import PATIENCE, say, set_up, sign_up, stored

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emulator.state.telegram import Telegram
    from pinstore.memory.database import Work
    from tests.stories.harness import Bot

MANY = range(-2, 3 * SLICE_ROWS)


def database(chatids: Iterable[int] = MANY, kind: type[Database] = Database) -> Database:
    """A table with these players; their names and clicks follow from their ids."""
    loader = Loader([USERS])
    loader.load("users", COLUMNS, ((key, f"Игрок {key}", key % 99, 0, 0) for key in chatids), (), 0)
    loader.finish(1)
    filled = kind([USERS])
    filled.replace(loader.connection)
    return filled


def change(filled: Database, statement: str) -> None:
    """Change the rows without leaving a mark of it, as a fault in memory or in storage would."""
    for each in (statement, "UPDATE users_changes SET mark = 0"):
        filled.look(lambda connection: connection.execute(each))  # noqa: B023


def test_what_is_equal_agrees() -> None:
    """Every row is compared, over as many slices as it takes, negative ids included."""
    assert compare(database(), database(), begin_run(database())) == len(MANY)
    assert compare(database([]), database([]), 1) == 0


@pytest.mark.parametrize("key", [MANY[0], SLICE_ROWS - 2, SLICE_ROWS - 1, MANY[-1]], ids=str)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE users SET click = click + 1 WHERE chatid = {}",
        "UPDATE users SET name = name || ' ' WHERE chatid = {}",
        "UPDATE users SET state = 1 WHERE chatid = {}",
        "DELETE FROM users WHERE chatid = {}",
    ],
)
def test_one_wrong_row_is_found(statement: str, key: int) -> None:
    """A row that differs, is missing or is too many fails the drill, wherever it stands, on either side."""
    good, wrong = database(), database()
    change(wrong, statement.format(key))
    for live, copy in ((good, wrong), (wrong, good)):
        with pytest.raises(DrillError, match="table users differs between the keys"):
            compare(live, copy, begin_run(live))


def test_the_first_and_the_last_key_are_compared() -> None:
    """A row too many is found at the very ends of what an integer can be."""
    for key in (-(2**63), 2**63 - 1):
        with pytest.raises(DrillError):
            compare(database([1]), database([1, key]), 1)
        assert compare(database([1, key]), database([1, key]), 1) == 2


async def test_rows_that_changed_since_are_left_out() -> None:
    """What changed after the mark may differ: changed, new and deleted rows are not compared, all others are."""
    live, copy = database(), database()
    mark = begin_run(live)
    await players_of(live).tap(5, update=1)
    await players_of(live).register(10**6, "Новый")
    await live.write(3, lambda connection: connection.execute("DELETE FROM users WHERE chatid = 7"))
    assert compare(live, copy, mark) == len(MANY) - 2
    change(copy, "UPDATE users SET click = 0 WHERE chatid = 6")
    with pytest.raises(DrillError):
        compare(live, copy, mark)


class Busy(Database):
    """A table in which somebody else taps after every look at it, once `plays` is set."""

    plays = False
    looks = 0

    def look(self, work: Work[Any]) -> Any:
        """Look, then let the next player of each slice tap."""
        result = super().look(work)
        self.looks += 1
        tap = "UPDATE users SET click = click + 1 WHERE chatid % ? = ?"

        def play(tables: Connection) -> None:
            tables.execute(tap, (SLICE_ROWS, self.looks))
            tables.settle()

        if self.plays:
            super().look(play)
        return result


def test_taps_between_two_looks_are_no_difference() -> None:
    """However taps fall between the looks of a drill, they raise no false alarm."""
    live = database(kind=Busy)
    assert isinstance(live, Busy)
    mark = begin_run(live)
    live.plays = True
    assert compare(live, database(), mark) < len(MANY)


async def test_the_admin_asks_for_a_drill(bot: Bot, telegram: Telegram) -> None:
    """`/drill` compares what is stored, says how many rows agree, and caption and document tell when that was."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await say(anna, "Клик")
    assert stored(telegram)["drilled_at"] is None
    rows = re.fullmatch(r"Копия скачана и сверена: совпадают все строки \((\d+)\)\.", await say(admin, "/drill"))
    assert rows
    assert int(rows[1]) in (1, 2, 3)  # Anna; this hour, if it was stored before; the one before, too
    await say(anna, "Клик")
    await telegram.wait(lambda: stored(telegram)["counts"]["clicks"] == 2, PATIENCE)
    drilled_at = datetime.fromisoformat(stored(telegram)["drilled_at"])
    assert timedelta() <= datetime.now(UTC) - drilled_at < timedelta(minutes=2)
    assert admin.pinned
    assert f", проверено {drilled_at:%d.%m.%Y %H:%M} · " in admin.pinned["caption"]
    assert await bot.stop() == 0


async def test_when_the_last_drill_was_survives_a_restart(bot: Bot, telegram: Telegram) -> None:
    """The time of the last good drill is stored with the table, so a restart is no reason to drill again."""
    admin = await set_up(bot, telegram)
    await say(admin, "/drill")
    assert await bot.stop() == 0
    drilled_at = stored(telegram)["drilled_at"]
    assert drilled_at
    await bot.start()
    await bot.ready()
    assert await bot.stop() == 0
    assert stored(telegram)["drilled_at"] == drilled_at


async def test_a_drill_is_the_admins_alone(bot: Bot, telegram: Telegram) -> None:
    """For anybody else `/drill` is just another text, and nothing is downloaded."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    assert await say(telegram.person(666), "/drill") == "Вы не зарегистрированы"
    assert "«Клик»" in await say(anna, "/drill")
    assert telegram.count("download") == 0


async def test_a_copy_that_cannot_be_read_fails_the_drill(bot: Bot, telegram: Telegram) -> None:
    """The admin and the log are told; the table goes on, and the next drill may succeed."""
    admin = await set_up(bot, telegram)
    telegram.faults.add("download", "damage", times=None)
    assert re.match("Проверка копии не прошла: .*message 2: its checksum is wrong", await say(admin, "/drill"))
    assert "The drill failed" in bot.output
    assert stored(telegram)["drilled_at"] is None
    telegram.faults.clear()
    assert await say(admin, "/drill") == "Копия скачана и сверена: совпадают все строки (0)."
    assert await bot.stop() == 0


class Kept:
    """A keeper to whom a timer comes: always something to save; a drill that fails as long as `error` is set."""

    is_dirty, owns, sent = True, True, 0

    def __init__(self, drilled_at: datetime | None = None, error: Exception | None = None) -> None:
        self.drilled_at, self.error = drilled_at, error
        self.saves, self.drills = threading.Semaphore(0), 0

    def save(self, *, last: bool = False) -> None:
        """Count it; the last one gives up the ownership."""
        self.owns = not last
        self.saves.release()

    def drill(self) -> int:
        """Count it and fail, or not."""
        self.drills += 1
        if self.error:
            raise self.error
        self.drilled_at = datetime.now(UTC)
        return 3


class Heard(Listener):
    """What a timer tells."""

    def __init__(self) -> None:
        self.drills: list[str] = []
        self.troubles: list[object] = []

    def trouble(self, why: str | None) -> None:
        """Saves fail, or work again."""
        self.troubles.append(why)

    def bad_drill(self, why: str) -> None:
        """A drill has failed."""
        self.drills.append(why)

    def end(self, why: Exception) -> None:
        """It is over."""
        self.troubles.append(why)


async def after_saves(kept: Kept, number: int) -> list[str]:
    """Let a timer save so often; what it tells of drills."""
    heard, schedule = Heard(), Schedule(0.001, exact=False)
    timer = Timer(kept, schedule, heard, heard)
    timer.start()
    for _ in range(number):
        schedule.touch(is_full=False)
        assert await asyncio.to_thread(kept.saves.acquire, timeout=PATIENCE)
    await timer.stop(PATIENCE)
    await asyncio.sleep(0)  # what the thread has handed to this loop
    assert heard.troubles == []
    return heard.drills


@pytest.mark.parametrize(("age", "drills"), [(None, 1), (daily.EVERY, 1), (daily.EVERY / 2, 0)])
async def test_a_drill_comes_once_a_day(age: timedelta | None, drills: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It follows a save if the last good one was never, or a day ago; a young process does not begin with it."""
    drilled_at = None if age is None else datetime.now(UTC) - age
    young = Kept(drilled_at)
    assert (await after_saves(young, 3), young.drills) == ([], 0)
    monkeypatch.setattr(daily, "PAUSE", 0.0)
    kept = Kept(drilled_at)
    assert (await after_saves(kept, 3), kept.drills) == ([], drills)


async def test_a_failing_daily_drill_is_told(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """The admin and the log hear of it, and the saves go on."""
    monkeypatch.setattr(daily, "PAUSE", 0.0)
    kept = Kept(error=DrillError("table users differs between the keys 1 and 9"))
    assert await after_saves(kept, 2) == ["table users differs between the keys 1 and 9"] * 2
    assert kept.drills == 2
    assert "The drill failed: table users differs between the keys 1 and 9" in caplog.text
