"""The clicker's statements stand once: whatever people do, tables in memory and in PostgreSQL say the same."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.clicker.bans import spread
from bots.clicker.members import Members
from bots.clicker.players import _TAP, _TAPPED, Players, Tapped
from bots.clicker.tables import USERS
from pinstore import Writer
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from pinstore.postgres.tables import PostgresTables
from runtime.admin.hours import Hours
from runtime.admin.roster import Roster
from runtime.broadcast.broadcasts import Broadcasts
from runtime.broadcast.mailing import ASKED, CANCELLED, PAUSED, RUNNING, STOPPED
from tests.bots.clicker.bare import TABLES, store_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from pinstore import Store, Tables, Writer
    from runtime.people import Card
    from tests.postgres.engine import Engine

PEOPLE, GROUPS = range(1001, 1005), range(-3, 0)
STRANGER = 1009
NAMES = ("Анна", "👩‍👩‍👧\u202e\n\\?1", "O'Neil")


class PostgresPlayers(Players):
    """A tap in memory looks at the row that a trigger has shown it: that is a plain function."""

    async def tap(self, player: int, name: str | None = None, update: int | Writer = Writer.HANDLED) -> Tapped | None:
        """As `Players.tap`."""
        del update

        async def count(tables: Tables) -> Tapped | None:
            await tables.change(_TAP, (await tables.order("users", "clicks"), name, player))
            row = await tables.row(_TAPPED, (player,))
            return Tapped._make(row) if row else None

        return await self.store.write(count)


class Side:
    """All that is asked of one engine."""

    def __init__(self, store: Store, players: type[Players]) -> None:
        self.store = store
        self.players = players(store, USERS)
        self.members = Members(store)
        self.broadcasts = Broadcasts(store, self.players)
        self.roster = Roster(self.players)
        self.hours = Hours(store, "users", "clicks")

    async def do(self, what: str, *values: Any) -> object:
        """One of the deeds below."""
        deed: Callable[..., Awaitable[object]] = getattr(self, what, None) or getattr(self.players, what)
        return await deed(*values)

    async def tap_in_group(self, group: int, person: int, name: str) -> object:
        """Of a member."""
        return await self.members.tap(group, person, name)

    async def broadcast(self, message: int) -> object:
        """Ask about one, begin it, take a list, pause it, stop it, and say so."""
        asked = await self.broadcasts.ask(1, message)
        row = await self.broadcasts.current()
        if row is None or not asked:
            return asked, row
        told = [await self.broadcasts.begin(row.id, message), await self.broadcasts.ask(1, message)]
        row.is_open, row.progress = True, 7
        more = await self.broadcasts.take(row, 3)
        await self.broadcasts.write(row)
        told += [await self.broadcasts.steer(row.id, [ASKED, RUNNING], PAUSED, message)]
        told += [await self.broadcasts.steer(row.id, [RUNNING], STOPPED)]
        seen = await self.broadcasts.current()
        told += [await self.broadcasts.steer(row.id, [RUNNING, PAUSED], STOPPED)]
        row.is_told = True
        await self.broadcasts.write(row)
        return told, more, seen, row, await self.broadcasts.status(row.id), await self.broadcasts.current()

    async def cancelled(self, message: int) -> object:
        """Ask about one that is edited then."""
        told = [await self.broadcasts.ask(1, message), await self.broadcasts.cancel(1, message)]
        row = await self.broadcasts.current()
        assert row
        row.progress, row.is_told = 7, True
        await self.broadcasts.write(row)
        return told, row.status == CANCELLED, await self.broadcasts.current()

    async def everything(self) -> list[object]:
        """What is in the tables, by all the ways in which people are told; numbers that an engine gives are none."""
        told: list[object] = [await self.players.rating(), await self.players.best(9), await self.players.after(0)]
        for person in (*PEOPLE, STRANGER):
            told += [await self.players.rating(person), told_of(await self.players.card(person))]
            told += [await self.players.status(person), await self.players.language(person)]
            told += [await self.members.standings(group, person) for group in GROUPS]
        told += [await asyncio.to_thread(self.players.served)]
        told += [await asyncio.to_thread(self.roster.census, (0, 2**60), lambda: False)]
        told += [await asyncio.to_thread(self.roster.named, name, lambda: False) for name in NAMES]
        for rows in (
            "SELECT chatid, name, click, state, language, status FROM users ORDER BY chatid",
            "SELECT number, chatid FROM chats ORDER BY number",
            "SELECT chat, userid, name, click, status FROM members ORDER BY chat, userid",
        ):
            told.append(await self.store.read(lambda tables: tables.fetch(rows)))  # noqa: B023
        return told


def told_of(card: Card | None) -> object:
    """What the admin reads of somebody."""
    return card and (card.id, card.name, card.status, card.language, [(fact.text, fact.values) for fact in card.facts])


def people(*names: str) -> st.SearchStrategy[tuple[object, ...]]:
    """One of these deeds by or to a person."""
    return st.tuples(st.sampled_from(names), st.sampled_from((*PEOPLE, STRANGER)))


def named(*names: str) -> st.SearchStrategy[tuple[object, ...]]:
    """One of these by a person who is called something."""
    return st.tuples(st.sampled_from(names), st.sampled_from(PEOPLE), st.sampled_from(NAMES))


GROUP_TAPS = st.tuples(
    st.just("tap_in_group"), st.sampled_from(GROUPS), st.sampled_from((*PEOPLE, *GROUPS)), st.sampled_from(NAMES)
)
BROADCASTS = st.tuples(st.sampled_from(("broadcast", "cancelled")), st.integers(1, 99))
LANGUAGES = st.tuples(st.just("choose"), st.sampled_from(PEOPLE), st.sampled_from(("", "ru", "en")))
DEEDS = st.one_of(
    people("tap", "block", "unblock", "ban", "unban"),
    named("register", "rename", "tap"),
    named("register", "tap"),
    GROUP_TAPS,
    LANGUAGES,
    BROADCASTS,
)


def in_memory() -> Side:
    """Empty tables in memory."""
    loader, database = Loader(TABLES), Database(TABLES)
    loader.finish(1)
    database.replace(loader.connection)
    return Side(store_of(database), Players)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(DEEDS, max_size=20), moves=st.permutations(GROUPS))
async def test_any_deeds_leave_equal_tables_in_both(
    other: Engine, deeds: list[tuple[str, object]], moves: list[int]
) -> None:
    """Each deed says the same, and then all that can be asked for does; at last a group moves to where another is."""
    await other.empty()
    sides = in_memory(), Side(other.store, PostgresPlayers)
    for person in PEOPLE:  # who is banned with no row of his own gets one, see `bans`
        deeds = [("register", person, "Анна"), *deeds]  # type: ignore[list-item]
    for what, *values in deeds:
        told = [await side.do(what, *values) for side in sides]
        assert told[0] == told[1], (what, values)
    for old, new in ((None, None), (moves[0], moves[1]), (moves[1], -9)):
        if old is not None and new is not None:
            for side in sides:
                await side.members.move(old, new)
        told = [await side.everything() for side in sides]
        assert told[0] == told[1]


async def test_what_deeds_seldom_meet_is_the_same_in_both(other: Engine) -> None:
    """Somebody who plays in groups alone is banned and let in again; bans of old tables spread; hours are noted."""
    sides = in_memory(), Side(other.store, PostgresPlayers)
    told: list[list[object]] = [[], []]
    for number, side in enumerate(sides):
        seen = told[number]
        await side.members.tap(-1, STRANGER, "Вера")
        await side.players.register(1001, "Анна")
        for deed in (side.players.ban, side.players.unban):
            await deed(STRANGER)
            seen.extend(await side.everything())
        await side.members.tap(-1, 1001, "Анна")
        await side.store.write(lambda tables: tables.change("UPDATE users SET status = 2"))
        await side.store.write(spread)
        seen.extend(await side.everything())
        await side.store.read(side.hours.begin_with)
        await side.players.register(1002, "Борис")
        await side.store.write(side.hours.note)
        past = await side.hours.past()
        seen.extend([past.now, past.first is not None])
    assert told[0] == told[1]


@pytest.mark.parametrize("is_known", [False, True])
async def test_no_tap_is_lost_while_a_group_moves(
    other: Engine, monkeypatch: pytest.MonkeyPatch, is_known: bool
) -> None:
    """It has found its group, and another replica moves that just then; to a new number, or to one where others are."""
    side, found, gone = Side(other.store, PostgresPlayers), asyncio.Event(), asyncio.Event()
    await side.members.tap(-1, 1001, "Анна")
    if is_known:
        await side.members.tap(-2, 1001, "Анна")
    order = PostgresTables.order

    async def slow(tables: PostgresTables, *names: str) -> int:
        found.set()
        await gone.wait()
        return await order(tables, *names)

    monkeypatch.setattr(PostgresTables, "order", slow)
    tap = asyncio.create_task(side.members.tap(-1, 1001, "Анна"))
    await found.wait()
    moving = asyncio.create_task(side.members.move(-1, -2))
    await asyncio.wait([moving], timeout=0.5)  # it waits for the tap, or has not waited and is done
    gone.set()
    await asyncio.gather(tap, moving)
    assert await side.members.numbers(-2, [1001]) == {1001: 3 if is_known else 2}


async def test_two_replicas_meet_a_new_group_at_once(other: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have looked for it and not found it."""
    side, met = Side(other.store, PostgresPlayers), asyncio.Barrier(2)
    row = PostgresTables.row

    async def together(tables: PostgresTables, sql: str, parameters: Sequence[object] = (), /) -> object:
        found = await row(tables, sql, parameters)
        if found is None and not met.broken and met.n_waiting < 2:
            await met.wait()
        return found

    monkeypatch.setattr(PostgresTables, "row", together)
    taps = [asyncio.create_task(side.members.tap(-1, person, "Анна")) for person in (1001, 1002)]
    assert await asyncio.gather(*taps) == [1, 1]


async def test_names_that_a_server_does_not_keep_break_nothing(other: Engine) -> None:
    """NUL and half a character are left out; a number that fits nowhere is a fault of its own update alone."""
    side = Side(other.store, PostgresPlayers)
    await side.players.register(1001, "\0А\ud800\0")
    assert (await side.players.tap(1001, "Б\0") or (0,))[0] == 1
    await side.members.tap(-1, 1001, "\udfff")
    assert (await side.players.best(1))[0][1] == "Б"
    assert (await side.members.standings(-1, 1001)).places == {1001: (1, "?", 1)}
    with pytest.raises(asyncpg.DataError):
        await side.players.tap(2**63, "Анна")
