"""The random chat in numbers: python -m tests.benchmarks.roulette [--waiting N] [--pairs N] [--people N]."""

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path

from bots.roulette.acts import Act
from emulator.http.server import serve
from emulator.state.limits import Limits
from emulator.state.people import Person
from emulator.state.telegram import Telegram
from tests.bots.roulette.room import Room
from tests.bots.roulette.stage import FIND, FOUND, got
from tests.stories.launcher import TOKEN, Bot, launcher

SEEKERS, RELAYS = 300, 3_000
MESSAGES = 3
"""Of each person of a pair, all at once."""

SETTLING = 900.0

_PERSON = """
INSERT INTO people (person, tag, accepted, me, wants, anyone, interests) VALUES (?, ?, 1, ?, ?, ?, ?)"""
_SEARCH = """
INSERT INTO searches SELECT person, person, ?, tag, me, wants, anyone, interests, last FROM people WHERE person <= ?"""


def seconds(work: Callable[[], object]) -> float:
    """On the clock."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def tell(what: str, values: Sequence[float], scale: float, unit: str) -> None:
    """Median and worst."""
    print(f"{what}: median {statistics.median(values) * scale:.3f} {unit}, worst {max(values) * scale:.3f} {unit}")


def wishes(dice: random.Random) -> tuple[object, ...]:
    """What somebody wants."""
    return dice.choice(("ru", "en")), dice.randint(0, 2), dice.randint(0, 2), dice.randint(0, 1), dice.randint(0, 255)


def crowd(people: int, waiting: int) -> Room:
    """So many people, of whom the first so many wait without having found each other."""
    dice, room = random.Random(1), Room()

    def fill(act: Act) -> None:
        for number in range(1, people + 1):
            act.tables.run(_PERSON, (number, *wishes(dice)))
        act.tables.run(_SEARCH, (act.now, waiting))

    room.act(fill)
    return room


def measure_pairing(waiting: int) -> None:
    """Who begins to search beside so many, with mixed wishes; and beside as many of whom none fits."""
    room = crowd(waiting + SEEKERS, waiting)
    seekers = range(waiting + 1, waiting + SEEKERS + 1)
    taken = [seconds(lambda person=person: room.say(person, "/find")) for person in seekers]  # type: ignore[misc]
    tell(f"a search beside {waiting:,} who wait", taken, 1e3, "ms")
    room.act(lambda act: act.tables.run("UPDATE searches SET wants = 2, me = 1"))
    room.newcomer(1_000_000)
    like_them = "UPDATE people SET me = 1, wants = 2, interests = 255 WHERE person = ?"
    room.act(lambda act: act.tables.run(like_them, (1_000_000,)))
    taken = []
    for _ in range(100):
        taken.append(seconds(lambda: room.say(1_000_000, "/find")))
        room.say(1_000_000, "/stop")
    tell(f"a search beside {waiting:,} none of whom fits", taken, 1e3, "ms")


def measure_relay() -> None:
    """A message of a chat, without Telegram."""
    room = Room()
    for person in (1, 2):
        room.newcomer(person)
        room.say(person, "/find")
    taken = []
    for number in range(RELAYS):
        taken.append(seconds(lambda: room.say(1, "Привет")))
        if number % 10 == 0:
            room.deliver()
    tell("data part of a relay", taken, 1e6, "µs")


def measure_memory(people: int) -> None:
    """The growth of the process by so many people."""
    import psutil  # noqa: PLC0415 - only this asks

    process = psutil.Process()
    tracemalloc.stop()
    before = process.memory_info().rss
    room = crowd(people, 0)
    print(f"{people:,} people: {(process.memory_info().rss - before) / 1e6:.0f} MB more, {len(room.effects)} effects")


async def measure_pairs(pairs: int) -> None:
    """So many pairs write three messages each way at once, under Telegram's limits."""
    telegram = Telegram()
    telegram.add_bot(TOKEN)
    starter = launcher()
    with tempfile.TemporaryDirectory() as folder:
        env_file = Path(folder) / ".env"
        env_file.write_text("# settings\n", encoding="utf-8")
        async with serve(telegram) as server:
            bot = Bot(starter, server.url, env_file, BOT="roulette")
            try:
                people = await talking(bot, telegram, 2 * pairs)
                await bot.start(BACKUP_INTERVAL="30")
                await bot.ready()
                await talk(telegram, people)
            finally:
                await bot.close()
                starter.close()


async def talking(bot: Bot, telegram: Telegram, count: int) -> list[Person]:
    """So many people in pairs, found without limits; the bot is stopped then."""
    await bot.start(MESSAGES_PER_SECOND="1000")
    code = (await bot.wait_line(r"admin ([0-9a-f]{10})\b"))[1]
    admin = telegram.person(1)
    admin.send(f"admin {code}")
    await admin.wait(lambda: len(admin.answers) > 1, SETTLING)
    people = [telegram.person(1001 + number) for number in range(count)]
    for person in people:
        person.send("/start")
    for person in people:
        await person.wait(lambda person=person: person.answers, SETTLING)  # type: ignore[misc]
        person.press("Мне 18, правила принимаю")
    for person in people:
        await person.wait(lambda person=person: len(person.answers) > 1, SETTLING)  # type: ignore[misc]
        person.send(FIND)
    for person in people:
        await person.wait(lambda person=person: person.newest.startswith(FOUND), SETTLING)  # type: ignore[misc]
    await bot.stop()
    telegram.bot().world.limits = Limits()
    return people


async def talk(telegram: Telegram, people: list[Person]) -> None:
    """Everybody writes at once; how long it takes until all has arrived, and whether it is in order."""
    wanted = [str(number) for number in range(MESSAGES)]
    telegram.calls.clear()
    started = time.perf_counter()
    for text in wanted:
        for person in people:
            person.send(text)
    total = telegram.count("copyMessage") + MESSAGES * len(people)
    await telegram.wait(lambda: telegram.count("copyMessage") >= total, SETTLING)
    for person in people:
        await person.wait(lambda person=person: len(got(person)) >= MESSAGES, SETTLING)  # type: ignore[misc]
    taken = time.perf_counter() - started
    refused = sum(
        call.status == HTTPStatus.TOO_MANY_REQUESTS for call in telegram.calls if call.method == "copyMessage"
    )
    in_order = sum(got(person) == wanted for person in people)
    print(
        f"{len(people) // 2:,} pairs, {MESSAGES * len(people):,} messages at once: {taken:.0f} s, "
        f"{MESSAGES * len(people) / taken:.1f} a second, {refused} refused, {in_order:,} of {len(people):,} in order"
    )


def main() -> None:
    """Measure everything."""
    about = sys.modules[__name__].__doc__
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.roulette", description=about)
    parser.add_argument("--waiting", type=int, default=10_000)
    parser.add_argument("--pairs", type=int, default=1_000)
    parser.add_argument("--people", type=int, default=100_000)
    options = parser.parse_args()
    measure_memory(options.people)
    measure_pairing(options.waiting)
    measure_relay()
    asyncio.run(measure_pairs(options.pairs))


if __name__ == "__main__":
    main()
