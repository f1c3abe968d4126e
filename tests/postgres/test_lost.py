"""The answer to a COMMIT is lost, whatever was committed: it has counted once, and says what it would have said."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from bots.clicker.players import Players
from bots.clicker.together import Came, PlayersTogether, count
from pinstore.errors import CountedError
from pinstore.listener import Listener
from pinstore.postgres.database import Database, Id
from pinstore.postgres.lease import Lease
from pinstore.server.known import Known
from pinstore.server.upkeep import Upkeep
from tests.bots.clicker.bare import TABLES
from tests.postgres.cutting import cutting
from tests.postgres.engine import Engine
from tests.postgres.test_engines import Side, in_memory
from tests.stories.harness import say, set_up, sign_up

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from emulator.state.telegram import Telegram
    from tests.conftest import NewBot
    from tests.postgres.server import Server

pytestmark = pytest.mark.long

DEEDS: dict[str, tuple[Any, ...]] = {
    "a sign-up": ("register", 1003, "Вера"),
    "a sign-up of somebody known": ("register", 1001, "Вера"),
    "a tap": ("tap", 1001, "Анна"),
    "a name": ("rename", 1001, "Яна"),
    "a language": ("choose", 1001, "en"),
    "a block": ("block", 1001),
    "no block any more": ("unblock", 1002),
    "a ban": ("ban", 1001),
    "a ban of who plays in groups": ("ban", 1009),
    "a pardon": ("unban", 1004),
    "a tap in a group": ("tap_in_group", -1, 1001, "Анна"),
    "a tap in a new group": ("tap_in_group", -3, 1001, "Анна"),
    "a broadcast": ("broadcast", 7),
    "a broadcast that is cancelled": ("cancelled", 7),
    "a group that moves": ("move", -1, -2),
}


PRESS = "UPDATE users SET state = state + 1 WHERE chatid = ?"

OLD = "INSERT INTO handled VALUES (1, 1, now() - interval '26 hours') ON CONFLICT DO NOTHING"

WATCH = """
CREATE TABLE seen (how text);
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
CREATE TRIGGER seeing AFTER INSERT ON handled EXECUTE FUNCTION see()"""


class Moving(Side):
    """With what befalls groups."""

    async def move(self, old: int, new: int) -> None:
        """A group gets another id."""
        await self.members.move(old, new)


@asynccontextmanager
async def cut(other: Engine, postgresql: Server) -> AsyncIterator[Database]:
    """The database by a way on which every other COMMIT is cut, as at least one has been in the end."""
    async with cutting(postgresql.port) as (proxy, port):
        database = Database(other.url.replace(str(postgresql.port), str(port)), TABLES)
        try:
            await database.open()
            proxy.cuts, proxy.spares = 10**6, 2
            yield database
            assert proxy.done
        finally:
            proxy.cuts = 0
            await database.close()


async def before(side: Side) -> None:
    """Some who have played."""
    for person in (1001, 1002, 1004):
        await side.players.register(person, "Анна")
        await side.players.tap(person)
    await side.players.block(1002)
    await side.players.ban(1004)
    for group, person in ((-1, 1009), (-1, 1001), (-2, 1001)):
        await side.members.tap(group, person, "Анна")


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
async def test_every_deed_of_people_counts_once(other: Engine, postgresql: Server, deed: tuple[Any, ...]) -> None:
    """Every other COMMIT is cut, so each write is done twice; all that is told is what tables in memory tell."""
    memory = Moving(in_memory().store, Players)
    await before(memory)
    await before(Moving(other.store, PlayersTogether))
    async with cut(other, postgresql) as database:
        server = Moving(Engine(other.url, database).store, PlayersTogether)
        told = [await side.do(*deed) for side in (memory, server)]
    assert told[0] == told[1]
    assert await memory.everything() == await Moving(other.store, PlayersTogether).everything()


async def known(database: Database) -> object:
    """The admin, a line of numbers, the owner of the tables."""
    found = Known()
    await database.repeat(lambda tables: found.lay(tables, "clicker"))
    await database.repeat(lambda tables: found.appoint(tables, 7))
    await database.repeat(lambda tables: found.note(tables, "line", [1, 2]))
    await database.repeat(found.read)
    return found.admin, found.noted("line"), found.bot


async def lease(database: Database) -> object:
    """Taken, held and given up."""
    one = Lease("poll", 60)
    return [await database.repeat(deed) for deed in (one.take, one.take, one.leave)]


async def cleared(database: Database) -> object:
    """Totals are kept, and old ids are gone."""
    await database.repeat(lambda tables: tables.change(OLD))
    upkeep = Upkeep(database, TABLES, Listener())
    await upkeep.keep()
    await upkeep.clear()
    return await database.repeat(lambda tables: tables.fetch("SELECT chat FROM handled"))


@pytest.mark.parametrize(
    ("deed", "says"), [(known, (7, [1, 2], "clicker")), (lease, [True, True, None]), (cleared, [])]
)
async def test_what_the_store_does_is_the_same_if_it_is_done_twice(
    other: Engine, postgresql: Server, deed: Callable[[Database], Awaitable[object]], says: object
) -> None:
    """None of it has an id of its own."""
    async with cut(other, postgresql) as database:
        assert await deed(database) == says


@pytest.mark.parametrize("isolation", ["read committed", "serializable"])
async def test_a_press_and_a_message_of_one_person_at_once_count_both(other: Engine, isolation: str) -> None:
    """At two processes; each of them comes to both."""
    connection = await asyncpg.connect(other.url)
    name = await connection.fetchval("SELECT current_database()")
    await connection.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = '{isolation}'")
    await connection.close()
    replicas = [Database(other.url, TABLES) for _ in range(2)]
    await Side(other.store, PlayersTogether).players.register(1001, "Анна")
    for replica in replicas:
        await replica.open()

    async def press(replica: Database, number: int) -> None:
        with suppress(CountedError):
            await replica.write(Id(1001, number), lambda tables: tables.change(PRESS, (1001,)))

    async def message(replica: Database, number: int) -> None:
        tap = Came(1001, number, "Анна")
        await replica.write_all([Id(1001, number)], lambda tables, new: count(tables, [tap], new))

    for number in range(0, 100, 2):
        deeds = ((press, number), (message, number + 1))
        await asyncio.gather(*(deed(replica, update) for deed, update in deeds for replica in replicas))
    assert await other.read(lambda tables: tables.fetch("SELECT click, state FROM users")) == [(50, 50)]
    for replica in replicas:
        await replica.close()


@pytest.mark.parametrize(("durability", "waits"), [("exact", {"on"}), ("interval", {"on", "off"})])
async def test_no_commit_but_that_of_a_tap_may_come_before_the_disk(
    new_bot: NewBot, telegram: Telegram, database_url: str, durability: str, waits: set[str]
) -> None:
    """And only where the settings say so: a trigger notes how each transaction with an id in it commits."""
    bot = new_bot(DATABASE_URL=database_url, DURABILITY=durability)
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    connection = await asyncpg.connect(database_url)
    await connection.execute(WATCH)
    assert await say(anna, "/language") == "Выберите язык"
    assert await say(anna, "English") == "The bot speaks English now"
    assert await connection.fetch("SELECT DISTINCT how FROM seen") == [("on",)]
    assert await say(anna, "Click") == "Clicks: 1 🏆"
    assert {row[0] for row in await connection.fetch("SELECT how FROM seen")} == waits
    await connection.close()
    assert await bot.stop() == 0
