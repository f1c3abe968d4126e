"""The bazaar in numbers: python -m tests.benchmarks.bazaar [--ads N]."""

import argparse
import asyncio
import csv
import io
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bots.bazaar import imports, inline, search, texts
from bots.bazaar.letters import folded
from emulator.http.server import serve
from emulator.state.media import PICTURE
from emulator.state.people import Person
from emulator.state.telegram import Telegram
from runtime.serve import SWITCH
from tests.benchmarks.giving import give
from tests.benchmarks.roulette import seconds, tell
from tests.benchmarks.stall import stall
from tests.bots.bazaar.room import Room
from tests.bots.bazaar.stage import SETTINGS, newest_of, open_bazaar
from tests.stories.launcher import TOKEN, Bot, launcher

TIMES = 10
SETTLING = 120.0
QUERIES = ("нексия", "qo'qon avto", "л", "йўқнарса", "")

HEADING = (
    "kind,category,title,contact,year,mileage,condition,price,currency,place,description,user_id,photos,message_id"
)
CARS, PLACES, SAID = (
    words.split()
    for words in (
        "Lacetti Nexia Матиз Кобальт Дамас Спарк Нексия Gentra Captiva Жентра Тико Ласетти",
        "Қўқон Фарғона Наманган Андижон Марғилон Тошкент Шаҳрихон Асака Чуст Поп Риштон Бешариқ",
        "яхши ҳолатда мотор коробка автомат ранги оқ пробег кам эгаси битта краска йўқ баллонлар янги сотилади",
    )
)

_FTS = "CREATE VIRTUAL TABLE found USING fts5(words, tokenize = 'unicode61', prefix = '2 3')"
_FIND = "SELECT rowid FROM found WHERE found MATCH ?"


def sheet_of(count: int, photo: str) -> bytes:
    """So many ads with two photos and 300 characters each, all different but the first photo, if there is one.

    The other one is as long as two then: what is stored of a photo that all share takes no room.
    """
    dice, file = random.Random(1), io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(HEADING.split(","))
    for number in range(count):
        category = dice.choice(["auto", "estate", "appliances", "household", "clothes", "sports", "phones"])
        said = ""
        while len(said) < 300:
            said += f"{dice.choice(SAID)}{dice.choice(['', '', '', str(dice.randint(1, 9999))])} "
        files = [f"AgACAgIAAxkBAAI{dice.getrandbits(400):0100x}" for _ in range(2)]
        files = [photo, f"{files[0]}{files[1][15:]}"] if photo else files
        values = ["яхши", dice.randint(1, 10**6), "$", dice.choice(PLACES), said[:300].strip(), 10**6 + number]
        car = [dice.choice(CARS), f"+9989312{number:05}", dice.randint(1990, 2026), dice.randint(0, 300_000)]
        writer.writerow(["sell", category, *car, *values, " ".join(files), number + 1])
    return file.getvalue().encode()


class Shelf:
    """The tables of a room as the import sees a store."""

    def __init__(self, room: Room) -> None:
        self.room = room

    async def write(self, work: Callable[[object], object], *, update: int | None = None) -> object:
        """In one transaction."""
        return self.room.database.transact(update, work)

    async def read(self, work: Callable[[object], object]) -> object:
        """The same."""
        return self.room.database.look(work)

    async def fetch(self, _: str) -> bytes:
        """The sheet."""
        return self.content

    content = b""


class Hall:
    """What the import knows of the desk."""

    def __init__(self, room: Room) -> None:
        self.store = Shelf(room)


class Importing(imports.Importing):
    """Tells nobody."""

    async def send(self, *_: object) -> None:
        """Nobody hears of it."""

    async def _look(self, newest: int) -> None:
        """There is no channel."""


async def measure_import(room: Room, content: bytes) -> None:
    """Take a sheet in while others want a turn every millisecond."""
    sys.setswitchinterval(SWITCH)  # as the bot does when it starts
    hall = Hall(room)
    hall.store.content = content
    room.act(9, lambda visit: imports.begin(visit.tables, 1, "file"))

    async def tap() -> None:
        room.database.look(lambda tables: tables.execute("SELECT 1").fetchone())

    started = time.perf_counter()
    longest = await stall(Importing(hall, None).act(1), tap)  # type: ignore[arg-type]
    taken = time.perf_counter() - started
    print(
        f"import: {taken:.1f} s; longest stall {longest.longest * 1e3:.1f} ms, "
        f"{longest.own * 1e3:.1f} ms without waits for a processor, {longest.busy * 1e3:.1f} ms of work in one"
    )


def measure_search(room: Room) -> None:
    """Searching as the bot does, a plain scan that folds what it looks at, and SQLite's own index."""
    for query in QUERIES:
        tell(f"search {query!r}", timed(lambda query=query: search_all(room, query)), 1e3, "ms")  # type: ignore[misc]
        tell(f"  plain scan {query!r}", timed(lambda query=query: scan(room, query), 3), 1e3, "ms")  # type: ignore[misc]
    tell("page of a category", timed(lambda: room.press(5, "read:auto:7")), 1e3, "ms")
    tell("categories", timed(lambda: room.say(5, "Эълонларни кўрмоқчиман")), 1e3, "ms")
    tell("page of a search", timed(lambda: room.say(5, "/search нексия")), 1e3, "ms")
    fts(room)


def search_all(room: Room, query: str) -> object:
    """An inline query."""
    return room.database.look(lambda tables: search.some(tables, query, 0, inline.MOST + 1))


def scan(room: Room, query: str) -> list[int]:
    """Fold all ads anew for each query."""
    wanted = [f" {word}" for word in folded(query).split()]
    return [number for number, said in said_of(room) if all(word in f" {folded(said)}" for word in wanted)]


def said_of(room: Room) -> list[tuple[int, str]]:
    """What is looked through."""
    rows = room.rows("SELECT number, title, category, condition, place, description FROM ads WHERE state = 'published'")
    names = {name: texts.say(phrase, texts.CYRILLIC) for name, phrase in texts.CATEGORIES.items()}
    return [(row[0], " ".join([row[1], names[row[2]], *row[3:]])) for row in rows]


def fts(room: Room) -> None:
    """FTS5 over folded words: how large it is, how long it takes to fill, and how fast it is."""
    rows = [(number, folded(said)) for number, said in said_of(room)]
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute(_FTS)
        filled = seconds(lambda: base.executemany("INSERT INTO found (rowid, words) VALUES (?, ?)", rows))
        size = base.execute("PRAGMA page_count").fetchone()[0] * base.execute("PRAGMA page_size").fetchone()[0]
        print(f"FTS5: {size / 1e6:.1f} MB, filled in {filled:.1f} s")
        for query in filter(None, QUERIES):
            wanted = " ".join(f'"{word}"*' for word in folded(query).split())
            taken = timed(lambda wanted=wanted: base.execute(_FIND, (wanted,)).fetchall())  # type: ignore[misc]
            tell(f"  FTS5 {query!r}", taken, 1e3, "ms")


def timed(work: Callable[[], object], times: int = TIMES) -> list[float]:
    """Seconds of each."""
    return [seconds(work) for _ in range(times)]


async def measure_whole(count: int) -> None:
    """The real program beside the local Telegram: an import, what is stored, answers, and the time after a kill."""
    telegram = Telegram()
    telegram.add_bot(TOKEN)
    telegram.bot().inline.on = True
    starter = launcher()
    with tempfile.TemporaryDirectory() as folder:
        env_file = Path(folder) / ".env"
        env_file.write_text("# settings\n", encoding="utf-8")
        async with serve(telegram) as server:
            bot = Bot(starter, server.url, env_file, BOT="bazaar")
            try:
                await walk(bot, telegram, count)
            finally:
                await bot.close()
                starter.close()


async def walk(bot: Bot, telegram: Telegram, count: int) -> None:
    """What an admin and a reader do."""
    admin, channel = await open_bazaar(bot, telegram, BACKUP_INTERVAL="30")
    reader = telegram.person(1002)
    photo = str(reader.photo(PICTURE)["photo"][-1]["file_id"])  # inline mode shows it
    started = time.perf_counter()
    admin.send_file("ads.csv", sheet_of(count, photo), caption="/import")
    await admin.wait(lambda: admin.newest.startswith("Импорт: принято"), SETTLING)
    print(f"import through Telegram: {time.perf_counter() - started:.1f} s")
    admin.send("/backup")
    await admin.wait(lambda: "генерац" in admin.newest or "Сохран" in admin.newest, SETTLING)
    files = [one["document"] for one in admin.messages if "document" in one and "caption" in one]
    print("stored: " + ", ".join(f"{one['file_name']} {one['file_size'] / 1e6:.2f} MB" for one in files))
    await answers(telegram, reader)
    await give(admin, channel, [telegram.person(2001 + number) for number in range(5)])
    await bot.kill()
    reader.send("/menu")
    before, started = newest_of(reader), time.perf_counter()
    await bot.start(**SETTINGS)
    await reader.wait(lambda: newest_of(reader) > before, SETTLING)
    print(f"from SIGKILL to the first answer: {time.perf_counter() - started:.1f} s")
    await answers(telegram, reader)


async def answers(telegram: Telegram, reader: Person) -> None:
    """Queries and texts, one after the other."""
    for query in QUERIES:
        tell(f"answer to the inline query {query!r}", [await timed_inline(telegram, reader, query)], 1e3, "ms")
    for text in ("/search нексия", "Эълонларни кўрмоқчиман", "/start", "/menu", "/my", "Эълон бермоқчиман", "?"):
        started = time.perf_counter()
        number = int(reader.send(text)["message_id"])
        await reader.wait(lambda number=number: newest_of(reader) > number, SETTLING)  # type: ignore[misc]
        tell(f"answer to {text}", [time.perf_counter() - started], 1e3, "ms")
        await asyncio.sleep(1.1)


async def timed_inline(telegram: Telegram, reader: Person, query: str) -> float:
    """Seconds until it is answered."""
    started = time.perf_counter()
    asked = reader.ask_inline(query)
    await telegram.wait(lambda: telegram.bot().inline.queries[asked].answer, SETTLING)
    return time.perf_counter() - started


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bazaar", description=__doc__)
    parser.add_argument("--ads", type=int, default=10_000)
    options = parser.parse_args()
    room, content = Room(), sheet_of(options.ads, "")
    print(f"{options.ads:,} ads, a sheet of {len(content) / 1e6:.1f} MB")
    asyncio.run(measure_import(room, content))
    measure_search(room)
    asyncio.run(measure_whole(options.ads))


if __name__ == "__main__":
    main()
