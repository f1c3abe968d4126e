"""Taps in batches count as taps one by one."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.clicker.together import Came, count
from pinstore.postgres.batch import Batch
from pinstore.postgres.database import Database, Id
from tests.bots.clicker.bare import TABLES
from tests.postgres.test_engines import PostgresPlayers, Side, in_memory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bots.clicker.players import Tapped
    from tests.postgres.engine import Engine

PEOPLE = range(1001, 1006)


async def counted(database: Database, taps: Sequence[Came]) -> list[Tapped | None]:
    """In one transaction."""
    return await database.write_all(
        [Id(tap.chat, tap.number) for tap in taps], lambda tables, new: count(tables, taps, new)
    )


TAPS = st.lists(
    st.builds(Came, st.sampled_from(PEOPLE), st.integers(1, 12), st.sampled_from((None, "Яна"))), min_size=1
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(TAPS, max_size=4))
async def test_a_batch_counts_what_taps_one_by_one_count(other: Engine, batches: list[list[Came]]) -> None:
    """Each update once, whatever came twice, in a batch or after it; a stranger and somebody banned are no trouble."""
    await other.empty()
    memory, server = in_memory(), Side(other.store, PostgresPlayers)
    for side in (memory, server):
        for person in PEOPLE[:-1]:  # the last one is a stranger
            await side.players.register(person, "Анна")
        await side.players.ban(PEOPLE[0])
    seen = set[tuple[int, int]]()
    for taps in batches:
        for tap in taps:
            if tap[:2] not in seen:
                seen.add(tap[:2])
                await memory.players.tap(tap.chat, tap.name)
        told = await counted(other.database, taps)
        for tap, tapped in zip(taps, told, strict=True):
            assert (tapped is None) == (tap.chat == PEOPLE[-1])
    names = "SELECT chatid, click, status FROM users ORDER BY chatid"
    told_now = [await side.store.read(lambda tables: tables.fetch(names)) for side in (memory, server)]
    assert told_now[0] == told_now[1]


async def test_replicas_that_count_for_the_same_players_do_not_lock_each_other_out(other: Engine) -> None:
    """Three of them, in batches that meet; every tap counts once, and none was tried again for a deadlock."""
    server = Side(other.store, PostgresPlayers)
    for person in PEOPLE:
        await server.players.register(person, "Анна")
    replicas = [Database(other.url, TABLES) for _ in range(3)]
    await asyncio.gather(*(replica.open() for replica in replicas))
    batches = [Batch(partial(counted, replica)) for replica in replicas]
    taps = [Came(PEOPLE[number % 5], number, None) for number in range(300)]
    for begin in range(0, len(taps), 60):
        some = taps[begin : begin + 60]
        await asyncio.gather(*(batch.put(tap) for batch in batches for tap in reversed(some)))
    rows = await other.database.read(lambda tables: tables.fetch("SELECT click FROM users"))
    assert rows == [(60,)] * 5
    deadlocks = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    assert await other.database.read(lambda tables: tables.row(deadlocks)) == (0,)
    assert sum(replica.committed for replica in replicas) < len(taps) / 5
    for replica in replicas:
        await replica.close()
