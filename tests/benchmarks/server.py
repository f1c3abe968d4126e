"""Tables on a server: what a tap costs the bot and the server together, one's own place, and polling."""

import random
import time
from collections.abc import Callable
from itertools import count

from bots.clicker.tables import USERS
from bots.clicker.together import Came
from bots.clicker.together import count as count_taps
from pinstore.memory.database import Database as Memory
from pinstore.postgres.database import Database, Id
from pinstore.postgres.schema import lay
from pinstore.server.upkeep import LONG
from tests.benchmarks.crowd import crowd, ids
from tests.benchmarks.load import Load, strained
from tests.benchmarks.ours import filled
from tests.benchmarks.proc import cpu_seconds
from tests.benchmarks.programs import on_server, ours, replica
from tests.benchmarks.report import POSTGRES, Report
from tests.benchmarks.samples import Samples, each
from tests.bots.clicker.bare import TABLES, players_of
from tests.postgres.server import MISSING, Server, postgres
from tests.stories.ports import free_port

BATCH = 100
IN_MEMORY = "in memory"
ONE_BY_ONE = "one statement for each tap"
COUNTED = "count(*) by index"
TELEGRAM = "tables in Telegram"

TAP = f"tap in batches of {BATCH}, processor time of bot and server"
PLACE = "own place, processor time of bot and server"

BACKENDS = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"

LONG_WALK = 30_000_000
"""Rows walked in one sample by what counts them."""

COUNT = """
SELECT 1 + (SELECT count(*) FROM users WHERE standing > own.standing)
         + (SELECT count(*) FROM users WHERE standing = own.standing AND reached < own.reached)
FROM users own WHERE chatid = $1"""


async def measure_server(report: Report, players: int, calls: int, repeats: int) -> None:
    """Add the rows for a table of so many players; each commit is on disk."""
    tap, place = await _memory(players, calls, repeats)
    with postgres() as server:
        if server is None:
            report.add(TAP, players, "s", tap, {POSTGRES: MISSING})
            return
        await fill(server, players)
        database = Database(server.url(), TABLES)
        await database.open()
        taps = Taps(database, ids(players))
        clock = await server_clock(server)
        batches = await each(taps.batch, max(1, calls // 20), repeats, clock)
        others = {IN_MEMORY: tap, ONE_BY_ONE: await each(taps.single, calls, repeats, clock)}
        report.add(TAP, players, "s", Samples([value / BATCH for value in batches.values]), others)
        began = time.perf_counter()
        await database.read(database.places["users"].read, LONG)
        seconds = Samples([time.perf_counter() - began])
        report.add("reading a ranking's fences, on the clock", players, "s", seconds)
        found = await each(taps.place, calls, repeats, clock)
        others = {
            IN_MEMORY: place,
            COUNTED: await _counted(server, taps, max(3, min(calls, LONG_WALK // players)), repeats),
        }
        report.add(PLACE, players, "s", found, others)
        await database.close()


async def measure_polling(report: Report, load: Load, repeats: int) -> None:
    """Add the rows for polling, beside the store in Telegram."""
    beside = await strained(load, ours("exact", load.people), repeats)
    what = f"polling, {load}, exact, tables on a server"
    with postgres() as server:
        if server is None:
            report.add(what, load.people, "/s", beside.per_cpu_second, {POSTGRES: MISSING})
            return
        await fill(server, load.people)
        found = await strained(load, on_server(server.url(), load.people), repeats)
    for name, here, there in (
        ("taps per CPU second", found.per_cpu_second, beside.per_cpu_second),
        ("taps per second", found.per_second, beside.per_second),
    ):
        report.add(f"{what}: {name}", load.people, "/s", here, {TELEGRAM: there})


async def measure_webhook(report: Report, load: Load, repeats: int) -> None:
    """Add the row for a replica, beside polling with the store in Telegram."""
    beside = await strained(load, ours("exact", load.people), repeats)
    what = f"a replica by webhook, {load}: taps per CPU second of the bot"
    with postgres() as server:
        if server is None:
            report.add(what, load.people, "/s", beside.per_cpu_second, {POSTGRES: MISSING})
            return
        await fill(server, load.people)
        found = await strained(load, replica(server.url(), load.people, free_port()), repeats)
    report.add(what, load.people, "/s", found.per_cpu_second, {f"polling, {TELEGRAM}": beside.per_cpu_second})


async def server_clock(server: Server) -> Callable[[], float]:
    """Processor time of this thread and of those of the server that somebody is connected to."""
    connection = await server.connect()
    rows = await connection.fetch(
        "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"
    )
    await connection.close()
    return lambda: time.thread_time() + sum(cpu_seconds(row["pid"]) for row in rows)


class Taps:
    """Of anybody, each with an id of its own."""

    def __init__(self, database: Database, chatids: list[int]) -> None:
        self._database = database
        self.chatids = chatids
        self._numbers = count(1)

    def _some(self, number: int) -> list[Came]:
        return [Came(random.choice(self.chatids), next(self._numbers), "Анна") for _ in range(number)]

    async def _count(self, taps: list[Came]) -> None:
        keys = [Id(tap.chat, tap.number) for tap in taps]
        await self._database.write_all(keys, lambda tables, new: count_taps(tables, taps, new))

    async def batch(self) -> None:
        """Many in one transaction."""
        await self._count(self._some(BATCH))

    async def single(self) -> None:
        """One in a transaction of its own."""
        await self._count(self._some(1))

    async def place(self) -> None:
        """Find one's own place."""
        chat = random.choice(self.chatids)
        await self._database.apart(lambda tables: tables.rank("users", chat))


async def _memory(players: int, calls: int, repeats: int) -> tuple[Samples, Samples]:
    """A tap and one's own place."""
    database = Memory([USERS])
    database.replace(filled(players).connection)
    chatids, table, numbers = ids(players), players_of(database), count(1)

    async def tap() -> None:
        await table.tap(random.choice(chatids), "Анна", update=next(numbers))

    async def place() -> None:
        await database.read(lambda tables: tables.rank("users", random.choice(chatids)))

    return await each(tap, calls, repeats), await each(place, calls, repeats)


async def _counted(server: Server, taps: Taps, calls: int, repeats: int) -> Samples:
    connection = await server.connect()
    clock = await server_clock(server)

    async def place() -> None:
        await connection.fetchval(COUNT, random.choice(taps.chatids))

    found = await each(place, calls, repeats, clock)
    await connection.close()
    return found


async def fill(server: Server, players: int) -> None:
    """The clicker's tables with a crowd in them."""
    connection = await server.connect()
    await lay(connection, TABLES)
    await connection.execute("DROP INDEX users_by_place")
    await connection.copy_records_to_table("users", records=crowd(players), columns=USERS.columns[:5])
    for statement in (*USERS.indexes, "VACUUM ANALYZE users", "CHECKPOINT"):
        await connection.execute(statement)
    await connection.close()
