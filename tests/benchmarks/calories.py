"""The calorie counter in numbers: python -m tests.benchmarks.calories [--entries N] [--people N]."""

import argparse
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

import psutil

from bots.calories import views
from bots.calories.chart import draw
from bots.calories.diary import Diary, Person
from bots.calories.entries import Entry
from bots.calories.said import said
from bots.calories.tables import ENTRIES, TABLES
from bots.calories.talk import Talk
from pinstore import Tables
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader

NOW = 1_800_000_000
A_DAY = 86_400
ENTRIES_TIMED, VIEWS_TIMED, PICTURES = 5_000, 500, 10
ZONE = "Europe/Moscow"
ENTRY = Entry("", 3500)


def tell(what: str, seconds: Sequence[float], scale: float, unit: str) -> None:
    """Least, median and worst."""
    told = {"least": min(seconds), "median": statistics.median(seconds), "worst": max(seconds)}
    print(f"{what}: {', '.join(f'{name} {value * scale:.2f} {unit}' for name, value in told.items())}")


def rows(entries: int, people: int) -> Iterator[tuple[object, ...]]:
    """Entries of some thirty days."""
    dice = random.Random(1)
    for number in range(1, entries + 1):
        at = NOW - dice.randint(0, 30 * A_DAY)
        day = (datetime.fromtimestamp(at, UTC) + timedelta(hours=3)).date().isoformat()
        yield (number, number % people + 1, number, 0, day, at, "борщ", dice.randint(10, 9000), 1)


def filled(entries: int, people: int) -> Database:
    """So many entries of so many people."""
    loader = Loader(TABLES)
    columns = ("person", "begun", "norm", "tag")
    loader.load("people", columns, [(number, 1, 2000, "ru") for number in range(1, people + 1)], [], 1)
    loader.load("entries", ENTRIES.columns, list(rows(entries, people)), [], 1)
    loader.finish(1)
    database = Database(TABLES)
    database.replace(loader.connection)
    return database


def timed(times: int, work: Callable[[int], object]) -> list[float]:
    """Seconds of processor time of each."""
    found = []
    for number in range(times):
        started = time.process_time()
        work(number)
        found.append(time.process_time() - started)
    return found


def talk(tables: Tables, person: int) -> Talk:
    """Somebody's turn."""
    diary = Diary(tables, ZONE)
    found = diary.person(person, NOW, "ru")
    if found is None:
        raise LookupError(person)
    return Talk(diary, found, NOW)


def main() -> None:
    """Fill the tables, and time what people do."""
    parser = argparse.ArgumentParser(description="The calorie counter in numbers.")
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--people", type=int, default=20_000)
    options = parser.parse_args()
    before = psutil.Process().memory_info().rss
    database = filled(options.entries, options.people)
    print(f"memory: {(psutil.Process().memory_info().rss - before) / 2**20:.0f} MB for {options.entries} entries")
    dice = random.Random(2)

    def note(number: int) -> None:
        person = dice.randint(1, options.people)
        database.transact(None, lambda tables: said(talk(tables, person), "350", 2 * options.entries + number))

    def show(view: Callable[[Diary, Person, int], object]) -> Callable[[int], object]:
        def work(_: int) -> object:
            person = dice.randint(1, options.people)
            return database.look(lambda tables: view((turn := talk(tables, person)).diary, turn.person, NOW))

        return work

    def data(number: int) -> None:
        person, message = dice.randint(1, options.people), 3 * options.entries + number

        def work(tables: Tables) -> int:
            diary = Diary(tables, ZONE)
            found = diary.person(person, NOW, "ru")
            return diary.sum(found, diary.note(found, message, NOW, [ENTRY])[0].day) if found else 0

        database.transact(None, work)

    tell("data part of an entry", timed(ENTRIES_TIMED, data), 1e6, "µs")
    tell("an entry with its answer", timed(ENTRIES_TIMED, note), 1e6, "µs")
    tell("week", timed(VIEWS_TIMED, show(views.week)), 1e3, "ms")
    tell("month", timed(VIEWS_TIMED, show(views.month)), 1e3, "ms")
    days = [(datetime.fromtimestamp(NOW - back * A_DAY, UTC).date(), 1500 * back) for back in range(30)]
    tell("picture", timed(PICTURES, lambda _: draw(2000, days)), 1e3, "ms")


if __name__ == "__main__":
    main()
