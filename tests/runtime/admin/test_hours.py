"""The hours: what is noted of them, when, and what is told of any of them afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.clicker.tables import USERS
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from runtime.admin.hours import HOUR, KEPT, Hours, Past, Totals, hours_table
from tests.bots.clicker.bare import players_of, store_of

if TYPE_CHECKING:
    from collections.abc import Iterable

START = 1_000
HOURS = hours_table("users", "clicks")


class Game:
    """A player whose taps, hours and saves a test decides on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, rows: Iterable[tuple[int, int, int]] = ()) -> None:
        self.now = START
        monkeypatch.setattr("runtime.admin.hours.time.time", lambda: self.now * HOUR + 1.0)
        loader = Loader((USERS, HOURS))
        loader.load("hours", HOURS.columns, rows, [], 1)
        loader.load("users", ("chatid",), [(1001,)], [], 1)
        loader.finish(1)
        self.database = Database((USERS, HOURS))
        self.database.replace(loader.connection)
        self.players = players_of(self.database)
        self.hours = Hours(store_of(self.database), "users", "clicks")
        self.hours.begin()
        self.update = 0

    async def tap(self, times: int) -> None:
        """So many clicks."""
        for _ in range(times):
            self.update += 1
            await self.players.tap(1001, update=self.update)

    async def later(self, by: int) -> None:
        """So many hours later; the clock is looked at."""
        self.now += by
        await self.hours.turn()

    def save(self) -> None:
        """What a save does first."""
        self.database.transact(None, self.hours.note)

    @property
    def rows(self) -> list[tuple[int, ...]]:
        """The table."""
        return self.database.look(lambda tables: tables.execute("SELECT * FROM hours ORDER BY hour").fetchall())


async def test_an_hour_is_written_with_the_first_save_after_a_tap(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the totals of its beginning; hours that bring nothing leave the tables untouched; old rows go."""
    game = Game(monkeypatch)
    await game.tap(2)
    game.save()
    await game.tap(1)
    await game.later(1)  # unsaved taps of the hour before are not those of this one
    await game.later(3)
    position = game.database.position
    game.save()
    assert game.rows == [(START, 1, 0)]
    assert game.database.position == position
    await game.tap(4)
    game.save()
    game.save()
    assert game.rows == [(START, 1, 0), (START + 4, 1, 3)]
    past = await game.hours.past()
    assert [past.deeds(START + hour) for hour in range(-2, 6)] == [0, 0, 3, 0, 0, 0, 4, 0]
    await game.later(KEPT - 3)
    await game.tap(1)
    game.save()
    assert game.rows == [(START, 1, 0), (START + 4, 1, 3), (START + KEPT + 1, 1, 7)]
    await game.later(4)
    await game.tap(1)
    game.save()
    assert game.rows == [(START + 4, 1, 3), (START + KEPT + 1, 1, 7), (START + KEPT + 5, 1, 8)]


async def test_taps_that_no_save_has_seen_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """From memory; a restart in the same hour keeps what was noted first, a restored table begins anew."""
    game = Game(monkeypatch, [(START - 2, 1, 0), (START, 1, 0)])
    await game.tap(3)
    assert (await game.hours.past()).deeds(START) == 3
    game.hours.begin()
    await game.tap(1)
    game.save()
    assert game.rows == [(START - 2, 1, 0), (START, 1, 0)]
    assert (await game.hours.past()).deeds(START) == 4


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5), st.booleans()), max_size=12))
def test_the_hours_add_up(story: list[tuple[int, int, bool]]) -> None:
    """Whatever is tapped and saved when, each hour has its own clicks and all together are those there are."""

    async def play() -> None:
        with pytest.MonkeyPatch.context() as monkeypatch:
            game, clicks = Game(monkeypatch), dict[int, int]()
            for wait, taps, saves in story:
                await game.later(wait)
                await game.tap(taps)
                clicks[game.now] = clicks.get(game.now, 0) + taps
                if saves:
                    game.save()
            past = await game.hours.past()
            assert {hour: past.deeds(hour) for hour in clicks} == clicks
            assert past.at(START) == Totals(1, 0)
            assert past.now.deeds == sum(clicks.values())

    import asyncio  # noqa: PLC0415 - hypothesis calls plain functions

    asyncio.run(play())


def test_an_older_table_brings_no_negative_hours() -> None:
    """Even if a clock was set back, or rows were edited by hand."""
    past = Past([(5, 9, 90), (7, 3, 30)], Totals(1, 10))
    assert [past.deeds(hour) for hour in range(4, 9)] == [0, 0, 0, 0, 0]
    assert past.first == 5
    assert Past([], Totals(1, 10)).deeds(4) == 0
