"""A place that is found between fences is the one that is counted, and large tables are not counted while one waits."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinstore.listener import Listener
from pinstore.postgres import places, tables
from pinstore.server.upkeep import Upkeep
from tests.bots.clicker.bare import TABLES
from tests.postgres.test_engines import PostgresPlayers, Side, in_memory

if TYPE_CHECKING:
    from pinstore import Tables
    from tests.postgres.engine import Engine

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4)), max_size=25)
NEW = "INSERT INTO users (chatid, click, reached) SELECT * FROM unnest(?::bigint[], ?::bigint[], ?::bigint[])"
BEST = "UPDATE users SET click = 9, reached = 0 WHERE chatid = ?"


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, moved=st.integers(1, 25), block=st.integers(2, 5))
async def test_ranks_between_fences_are_exact(
    other: Engine, rows: list[tuple[int, int]], moved: int, block: int
) -> None:
    """With many who are equal in one column or in both; one's own tap counts at once, whenever the fences were read."""
    await other.empty()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "BLOCK", block)
        patch.setitem(other.database.places, "users", places.Places(TABLES[0], ("standing", "reached")))
        columns = ([*range(1, len(rows) + 1)], [row[0] for row in rows], [row[1] for row in rows])
        await other.write(lambda tables: tables.change(NEW, columns))
        await other.read(other.database.places["users"].read)
        order = sorted((-click, reached, key) for key, (click, reached) in enumerate(rows, 1))
        for key in range(len(rows) + 2):
            rank = next((number for number, row in enumerate(order, 1) if row[2] == key), None)
            assert await other.read(lambda tables: tables.rank("users", key)) == rank  # noqa: B023
            among = rank and sum(row[0] >= -1 for row in order[:rank])
            found = await other.read(lambda tables: tables.rank("users", key, 1))  # noqa: B023
            assert found == among or (rank and order[rank - 1][0] < -1)
        if moved <= len(rows):
            await other.write(lambda tables: tables.change(BEST, (moved,)))
            assert await other.read(lambda tables: tables.rank("users", moved)) == 1


async def test_own_taps_count_at_once_and_those_of_others_with_the_next_reading(
    other: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A place lies behind the first fence; before it others count at once as well."""
    monkeypatch.setattr(places, "BLOCK", 4)
    monkeypatch.setitem(other.database.places, "users", found := places.Places(TABLES[0], ("standing", "reached")))
    keys = [*range(1, 21)]
    await other.write(lambda tables: tables.change(NEW, (keys, [100 - key for key in keys], keys)))
    await other.read(found.read)

    async def rank(key: int) -> int | None:
        return await other.read(lambda tables: tables.rank("users", key))

    await other.write(lambda tables: tables.change(BEST, (1,)))  # the first one is the last one now
    assert [await rank(key) for key in (1, 2, 5, 20)] == [21, 1, 5, 20]
    await other.read(found.read)
    assert [await rank(key) for key in (1, 2, 5, 20)] == [20, 1, 4, 19]


class Counted(Listener):
    """Hears when the totals have been counted."""

    def __init__(self) -> None:
        self.event = asyncio.Event()

    async def saving(self, _: Tables) -> None:
        """They have been."""
        self.event.set()


async def test_what_takes_long_to_count_is_counted_beside(other: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each process tells the same numbers, as they were counted last; of few rows they are those of now."""
    sides = in_memory(), Side(other.store, PostgresPlayers)
    for side in sides:
        await side.players.register(1001, "Анна")
        await side.players.tap(1001)
    listener = Counted()
    task = asyncio.create_task(Upkeep(other.database, TABLES, listener).run(lambda: True, lambda: True))
    await listener.event.wait()
    task.cancel()
    for few, users in ((1, 2), (0, 1)):
        monkeypatch.setattr(tables, "FEW", few)
        await sides[1].players.register(1002, "Борис")
        told = await other.read(lambda tables: tables.totals("users", "clicks", "members"))
        assert told == [users, 1, 0]
        assert (await sides[1].players.rating()).count == users


async def test_only_what_is_ranked_has_places(other: Engine) -> None:
    """Players and members; a table that names no ranking has none."""
    assert [*other.database.places] == ["users", "members"]
    for found in other.database.places.values():
        await other.read(found.read)
    with pytest.raises(LookupError, match="table chats has no ranking"):
        await other.read(lambda tables: tables.rank("chats", 1))
