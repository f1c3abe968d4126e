"""Any sequence of sign-ups, taps, renames, saves and restarts restores the same table."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pinstore.copies import compaction as runs
from pinstore.copies import part_file as pieces
from pinstore.copies import snapshot
from pinstore.memory import changes as marks
from tests.bots.clicker.bare import players_of
from tests.pinstore.shelf import Shelf, everything, hurry, table, top
from tests.stories.harness import restart, set_up, until_stored, users

if TYPE_CHECKING:
    from emulator.state.telegram import Telegram
    from pinstore.memory.database import Database
    from tests.stories.harness import Bot

IDS = st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 2**52 - 1])
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
"""Everything but surrogates, which are not in any JSON that Telegram sends."""


class Life(RuleBasedStateMachine):
    """A table that is played on, stored, and lost at any moment, beside a model that just remembers.

    Rows move into parts after three changes here instead of four thousand, so that parts, merges and marks are all met.
    """

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        for module, name, value in (
            (runs, "DOCUMENT_ROWS", 3),
            (marks, "LOOKED_UP", 2),
            (snapshot, "SLICE_ROWS", 2),
            (snapshot, "FAR_ROWS", 2),
            (pieces, "PIECE_ROWS", 4),
        ):
            self.patch.setattr(module, name, value)
        hurry(self.patch)

    def teardown(self) -> None:
        """Give the sizes back."""
        self.patch.undo()

    @initialize()
    def begin(self) -> None:
        """A fresh bot, set up."""
        self.shelf = Shelf()
        self.take_over(table())
        self.players: dict[int, tuple[str, int]] = {}
        self.updates: list[tuple[int, str, str]] = []
        self.first = 0
        self.shelf.save(self.database)

    def take_over(self, database: Database) -> None:
        """Go on with this one."""
        self.database, self.table = database, players_of(database)

    @rule(chatid=IDS, name=NAMES)
    def sign_up(self, chatid: int, name: str) -> None:
        """/start, by somebody new or under another name."""
        self.updates.append((chatid, "start", name))
        self.players[chatid] = (name, self.players.get(chatid, ("", 0))[1])
        self.apply(len(self.updates) - 1)

    @rule(chatid=IDS)
    def tap(self, chatid: int) -> None:
        """Клик, by a player or a stranger."""
        self.updates.append((chatid, "tap", ""))
        if chatid in self.players:
            name, clicks = self.players[chatid]
            self.players[chatid] = (name, clicks + 1)
        self.apply(len(self.updates) - 1)

    def apply(self, number: int) -> None:
        """What the handler of an update does, unless its effect is known to be there."""
        chatid, what, name = self.updates[number]
        if number in self.database.applied:
            return
        if what == "start":
            asyncio.run(self.table.register(chatid, name))
        else:
            asyncio.run(self.table.tap(chatid, update=number))

    @rule()
    def save(self) -> None:
        """The timer."""
        self.shelf.save(self.database)

    @rule()
    def confirm(self) -> None:
        """Save, and tell Telegram: these updates will not come again."""
        self.shelf.save(self.database)
        self.database.forget(range(len(self.updates)))
        self.first = len(self.updates)

    @rule()
    def crash(self) -> None:
        """SIGKILL: back to what is stored; Telegram sends again what was not confirmed."""
        self.take_over(self.shelf.restore())
        for number in range(self.first, len(self.updates)):
            self.apply(number)

    @invariant()
    def the_table_is_the_model(self) -> None:
        """Names, clicks, number of players and sum of clicks."""
        rows = everything(self.database)
        assert {row[0]: (row[1], row[2]) for row in rows[:-2]} == self.players
        assert rows[-2:] == [("clicks", sum(c for _, c in self.players.values())), ("users", len(self.players))]

    @rule()
    def compare(self) -> None:
        """What would be restored now, after a save, is the same in everything, the order of equals included."""
        self.shelf.save(self.database)
        assert everything(self.shelf.restore()) == everything(self.database)
        assert top(self.shelf.restore()) == top(self.database)


Life.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase


@pytest.mark.parametrize("seed", range(3))
async def test_any_life_of_the_real_program_keeps_the_table(bot: Bot, telegram: Telegram, seed: int) -> None:
    """The same through the local Telegram, with real stops and SIGKILLs between sign-ups, taps and renames."""
    chance = random.Random(seed)
    await set_up(bot, telegram)
    people = [telegram.person(1001 + number, first_name=f"Игрок {number}") for number in range(3)]
    model: dict[int, tuple[str, int]] = {}
    for step in [*chance.choices(["start", "tap", "tap", "rename"], k=12), "kill", "tap", "stop", "tap", "kill"]:
        person = chance.choice(people)
        name, clicks = model.get(person.id, ("", 0))
        if step in {"kill", "stop"}:
            await restart(bot, kill=step == "kill")
        elif step == "tap":
            person.send("Клик")
            model |= {person.id: (name, clicks + 1)} if person.id in model else {}
        else:
            person.rename(f"{person.user['first_name']}'" if step == "rename" else person.user["first_name"])
            person.send("/start")
            model[person.id] = (person.user["first_name"], clicks)
    await until_stored(telegram, model)
    await restart(bot)
    assert users(telegram) == model
