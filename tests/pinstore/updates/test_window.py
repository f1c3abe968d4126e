"""Which updates may be confirmed: an offset never passes an update whose effect is not stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pinstore import Listener
from pinstore.updates.window import LONG_POLL, WINDOW, Window
from tests.bots.clicker.bare import players_of
from tests.pinstore.shelf import table

if TYPE_CHECKING:
    from pinstore.memory.database import Database

FIRST = 9001


class Desk(Listener):
    """A window, its database, and what it has told."""

    def __init__(self, database: Database, *, exact: bool = True) -> None:
        self.changes: list[bool] = []
        self.overloads: list[bool] = []
        self.database = database
        self.players = players_of(database)
        self.window = Window(database, self, self, exact=exact)

    def touch(self, *, is_full: bool) -> None:
        """Data changed."""
        self.changes.append(is_full)

    def overloaded(self, is_overloaded: bool) -> None:
        """More comes than can be stored, or no longer."""
        self.overloads.append(is_overloaded)

    async def poll(self, previous: int, *waiting: int) -> tuple[int, list[int]]:
        """One poll while these updates wait at Telegram; its offset, and which of them are new."""
        offset, _ = await self.window.plan(previous)
        return offset, self.window.received(offset, [number for number in waiting if number >= offset])

    async def tap(self, update: int) -> None:
        """What the handler of a tap does."""
        await self.players.tap(1, update=update)
        self.window.handled(update)


@pytest.fixture
async def desk() -> Desk:
    """One player, nothing applied."""
    return Desk(table([(1, "Анна", 0, 0, 1)]))


async def test_a_tap_is_held_until_it_is_stored(desk: Desk) -> None:
    """The poll repeats its offset, or asks from the head, until a save holds the tap."""
    assert await desk.poll(0, FIRST) == (0, [FIRST])
    await desk.tap(FIRST)
    assert desk.changes == [False]
    offset, new = await desk.poll(0, FIRST, FIRST + 1)
    assert (offset, new) == (FIRST, [FIRST + 1])
    assert await desk.poll(FIRST, FIRST, FIRST + 1) == (0, [])
    await desk.tap(FIRST + 1)
    desk.window.stored(frozenset({FIRST}))
    assert (await desk.poll(0, FIRST + 1))[0] == FIRST + 1
    desk.window.stored(frozenset({FIRST, FIRST + 1}))
    assert await desk.window.plan(FIRST + 1) == (FIRST + 2, LONG_POLL)
    assert desk.window.received(FIRST + 2, []) == []
    assert desk.database.applied == set()


async def test_what_changes_nothing_is_not_held(desk: Desk) -> None:
    """A rating, a stranger's tap: the next poll confirms them and waits."""
    await desk.poll(0, FIRST, FIRST + 1)
    desk.window.handled(FIRST)
    await desk.players.tap(666, update=FIRST + 1)
    desk.window.handled(FIRST + 1)
    assert await desk.window.plan(0) == (FIRST + 2, LONG_POLL)
    assert desk.changes == []


async def test_an_update_in_the_hands_of_a_handler_is_held(desk: Desk) -> None:
    """Whatever it will do, it comes again if the process dies meanwhile."""
    await desk.poll(0, FIRST)
    assert (await desk.poll(0, FIRST))[0] == FIRST
    assert desk.window.confirmed_all() is None
    desk.window.handled(FIRST)
    assert desk.window.confirmed_all() == FIRST + 1


async def test_after_a_restore_nothing_is_confirmed_before_it_is_recognised(desk: Desk) -> None:
    """Below an applied update one may wait whose handler was not through: it is handled, the applied one is not."""
    desk.database.applied = {FIRST + 1}
    desk.window.restored()
    assert await desk.poll(0, FIRST, FIRST + 1) == (0, [FIRST])
    assert (await desk.poll(0, FIRST, FIRST + 1))[0] == FIRST
    await desk.tap(FIRST)
    desk.window.stored(frozenset({FIRST, FIRST + 1}))
    assert await desk.window.plan(FIRST) == (FIRST + 2, LONG_POLL)


async def test_what_telegram_no_longer_has_is_forgotten(desk: Desk) -> None:
    """Ids that the table holds and the queue does not are written into no further document."""
    desk.database.applied = {FIRST, FIRST + 1}
    desk.window.restored()
    assert await desk.poll(0) == (0, [])
    assert desk.database.applied == set()


async def test_an_answer_cut_short_forgets_nothing(desk: Desk) -> None:
    """Another process has just polled with the same offset, so of all that waits one update came: nothing counts twice.

    Source: tdlib/telegram-bot-api, Client.cpp, process_get_updates_query.
    """
    desk.database.applied = {FIRST, FIRST + 1, FIRST + 2}
    desk.window.restored()
    assert await desk.poll(0, FIRST) == (0, [])
    assert desk.database.applied == {FIRST, FIRST + 1, FIRST + 2}
    assert await desk.poll(0, FIRST, FIRST + 1, FIRST + 2, FIRST + 3) == (FIRST + 1, [FIRST + 3])
    desk.window.handled(FIRST + 3)
    assert await desk.window.plan(FIRST + 1) == (FIRST + 4, LONG_POLL)
    desk.window.received(FIRST + 4, [])
    assert desk.database.applied == set()


async def test_ids_that_jump_back_after_a_quiet_week_are_new(desk: Desk) -> None:
    """No comparison of ids decides what is new (Bot API, Update.update_id)."""
    await desk.poll(0, FIRST)
    await desk.tap(FIRST)
    desk.window.stored(frozenset({FIRST}))
    offset, _ = await desk.window.plan(0)
    assert desk.window.received(offset, [7]) == [7]


async def test_a_full_window_waits_for_a_save(desk: Desk) -> None:
    """All hundred held: no poll goes out before something is stored; near that, a save is asked for."""
    numbers = range(FIRST, FIRST + WINDOW)
    await desk.poll(0, *numbers)
    for number in numbers:
        await desk.tap(number)
    assert desk.changes == [True] * WINDOW
    planned = desk.window.plan(0)
    desk.window.stored(frozenset(numbers))
    assert await planned == (FIRST + WINDOW, LONG_POLL)
    assert desk.overloads == []


async def test_interval_durability_holds_nothing() -> None:
    """Confirmed as soon as handled."""
    desk = Desk(table([(1, "Анна", 0, 0, 1)]), exact=False)
    await desk.poll(0, FIRST)
    await desk.tap(FIRST)
    assert await desk.window.plan(0) == (FIRST + 1, LONG_POLL)


async def test_calm_waits_for_handlers(desk: Desk) -> None:
    """For so long, and no longer."""
    await desk.poll(0, FIRST)
    await desk.window.calm(0.01)
    desk.window.handled(FIRST)
    await desk.window.calm(1000)


async def test_full_windows_that_persist_are_confirmed_and_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only while saves succeed; a save that fails never loosens anything. With the backlog gone, all is exact again."""
    now = 1000.0
    monkeypatch.setattr("pinstore.updates.window.time.monotonic", lambda: now)
    numbers = list(range(FIRST, FIRST + WINDOW))
    await desk.poll(0, *numbers)
    for number in numbers:
        await desk.tap(number)
    for _ in range(8):
        now += 3
        desk.window.stored(frozenset())
    assert desk.overloads == [True]
    assert await desk.window.plan(0) == (FIRST + WINDOW, 0)  # a poll that waits would leave it open whether it is gone
    desk.window.received(FIRST + WINDOW, [])
    assert desk.overloads == [True, False]
    assert await desk.window.plan(FIRST + WINDOW) == (FIRST + WINDOW, LONG_POLL)


async def test_failing_saves_never_loosen_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A minute of full windows without a save, then one save: still held."""
    now = 1000.0
    monkeypatch.setattr("pinstore.updates.window.time.monotonic", lambda: now)
    numbers = list(range(FIRST, FIRST + WINDOW))
    await desk.poll(0, *numbers)
    for number in numbers:
        await desk.tap(number)
    desk.window.stored(frozenset())
    now += 60
    desk.window.stored(frozenset(numbers[1:]))
    assert desk.overloads == []
    assert desk.window.confirmed_all() is None
