"""What chats are told by several: the number told last is the right one, and nobody is told the same for ever."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from bots.clicker import texts
from bots.clicker.group_answers import Numbers, Tapped
from bots.clicker.members import Members
from pinstore.postgres.database import Database
from pinstore.server import teller
from pinstore.server.slots import Slots
from pinstore.server.teller import Teller
from pinstore.server.told import UNSEEN, Word, tell, turns
from runtime.webhook import sharing
from runtime.webhook.sharing import SharedGate
from tests.bots.clicker.bare import TABLES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Collection, Mapping, Sequence

    from pinstore import Tables
    from pinstore.server.teller import Say
    from tests.postgres.engine import Engine

ANNA = 1001


class Path:
    """Tells how often something has happened."""

    now = 5

    async def count(self, _: Tables, items: Sequence[int], __: Collection[tuple[int, int]]) -> Sequence[int]:
        """It has."""
        return [self.now] * len(items)

    def number(self, result: int) -> int:
        """What is told."""
        return result

    def saying(self, chat: int, result: int) -> Mapping[str, Any]:
        """The message."""
        return {"chat_id": chat, "text": str(result)}

    def kept(self, item: int) -> str:
        """What another replica gets."""
        return str(item)

    def recall(self, _: int, kept: str) -> int:
        """The same there."""
        return int(kept)


@asynccontextmanager
async def telling(other: Engine, path: Path, say: Say) -> AsyncIterator[Teller]:
    """One replica's teller, which ends as by a kill."""
    teller = Teller(other.database, path, Slots(other.database, 30), say)  # type: ignore[arg-type]
    running = asyncio.create_task(teller.run())
    try:
        yield teller
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("is_overtaken", [False, True])
async def test_a_slow_message_is_told_again_only_if_it_was_overtaken(
    other: Engine, monkeypatch: pytest.MonkeyPatch, is_overtaken: bool
) -> None:
    """By a newer number, which another replica has told while this one was on its way: that may have come before it."""
    monkeypatch.setattr(teller, "SLOW", -1.0)  # every message is
    path, said = Path(), list[str]()

    async def say(chat: int, saying: Mapping[str, Any]) -> float:
        said.append(saying["text"])
        if is_overtaken and len(said) == 1:
            path.now = 6
            newer = "UPDATE told SET number = 6 WHERE chat = ?"
            await other.database.write(None, lambda tables: tables.change(newer, (chat,)))
        return 0.0

    async with telling(other, path, say) as one:
        one.later(ANNA, ANNA, 0)
        await one.drain(20)
    assert said == (["5", "6"] if is_overtaken else ["5"])


LATE = """
UPDATE told SET said = '-infinity', since = since - interval '1 day', until = until - interval '1 day'"""


@pytest.mark.parametrize(
    ("fate", "again"), [("came", []), ("unheard", ["5"]), ("refused", ["5"]), ("newer", ["6"])], ids=str
)
async def test_what_nobody_has_heard_of_is_told_by_another_replica(other: Engine, fate: str, again: list[str]) -> None:
    """The one that told it was killed while the message was on its way, or while it waited to try again."""
    path, said, begun = Path(), list[str](), asyncio.Event()

    async def first(chat: int, _: Mapping[str, Any]) -> float:
        begun.set()
        if fate == "unheard":
            await asyncio.Event().wait()
        if fate == "newer":  # he taps meanwhile, and another replica, which is killed, owes him that number
            path.now = 6
            word = Word(chat, 6, path.kept(ANNA))
            await other.database.write(None, lambda tables: tell(tables, [word], 0))
        return 3600.0 if fate == "refused" else 0.0

    async def second(_: int, saying: Mapping[str, Any]) -> float:
        said.append(saying["text"])
        return 0.0

    async with telling(other, path, first) as one:
        one.later(ANNA, ANNA, 0)
        await begun.wait()
        await one.drain(0.5 if fate in {"unheard", "refused"} else 20)
    await other.database.write(None, lambda tables: tables.change(LATE))
    async with telling(other, path, second) as one:
        for _ in range(2):  # once
            await one.sweep()
            await one.drain(20)
    assert said == again


async def test_tables_of_an_older_program_grow(other: Engine) -> None:
    """Which did not know until when somebody is telling a number."""
    column = "SELECT count(*) FROM information_schema.columns WHERE table_name = 'told' AND column_name = 'until'"
    await other.database.write(None, lambda tables: tables.fetch("ALTER TABLE told DROP COLUMN until"))
    again = Database(other.url, TABLES)
    await again.open()
    assert await again.read(lambda tables: tables.fetch(column)) == [(1,)]
    await again.close()


async def test_an_update_that_came_again_is_not_told_on_its_answer(other: Engine) -> None:
    """Telegram may be listening to the other one: what it led to is owed."""
    word = Word(ANNA, 5, "kept")
    assert await other.database.write(None, lambda tables: tell(tables, [word], 9)) == {ANNA}
    again = "UPDATE told SET said = '-infinity'"
    await other.database.write(None, lambda tables: tables.change(again))
    assert await other.database.write(None, lambda tables: tell(tables, [word._replace(above=UNSEEN)], 9)) == set()
    row = await other.database.read(lambda tables: tables.fetch("SELECT number, owed FROM told"))
    assert row == [(UNSEEN, "kept")]


async def test_a_tap_beside_a_number_that_is_looked_up_is_owed(other: Engine) -> None:
    """The one that is looked up is from before it, and does not strike off what is owed since."""
    counted, go_on, path = asyncio.Event(), asyncio.Event(), Path()

    class Slow(Path):
        async def count(self, _: Tables, items: Sequence[int], __: Collection[tuple[int, int]]) -> Sequence[int]:
            counted.set()
            await go_on.wait()
            return [5] * len(items)

    async def say(_: int, __: Mapping[str, Any]) -> float:
        return 0.0

    word = Word(ANNA, 6, path.kept(ANNA))
    await other.database.write(None, lambda tables: tell(tables, [word._replace(number=4)], 0))
    async with telling(other, Slow(), say) as one:
        one.later(ANNA, ANNA, 0)
        await counted.wait()
        tap = asyncio.create_task(other.database.write(None, lambda tables: tell(tables, [word], 0)))
        await asyncio.wait([tap], timeout=0.5)  # it waits, or has not waited and is overlooked
        go_on.set()
        await tap
        await one.drain(20)
    assert await other.database.read(lambda tables: tables.fetch("SELECT owed FROM told")) == [(path.kept(ANNA),)]


async def test_of_numbers_in_a_group_one_is_on_its_way(other: Engine) -> None:
    """Whatever else is told there meanwhile; and it is the one that is true when its turn has come."""
    group, repeat = -5, other.database.repeat
    assert await repeat(lambda tables: turns(tables, {group: True, ANNA: False})) == {group, ANNA}
    told = "SELECT chat FROM told WHERE said > clock_timestamp() - interval '1 minute'"
    assert await repeat(lambda tables: tables.fetch(told)) == [(group,)]
    later = "UPDATE told SET said = clock_timestamp() + interval '1 hour' WHERE chat = ?"
    await repeat(lambda tables: tables.change(later, (group,)))  # nobody knows how long a machine takes from here on
    assert await repeat(lambda tables: turns(tables, {group: True})) == set()
    assert await repeat(lambda tables: turns(tables, {group: False, ANNA: False})) == {group, ANNA}
    members = Members(other.store)
    for _ in range(3):
        await members.tap(group, ANNA, "Анна")
    await members.tap(group, 1002, "Борис")
    await members.tap(-6, ANNA, "Анна")
    tapped = {ANNA: Tapped("Анна", 1, 7), 1002: Tapped("Борис", 1, 8), 1003: Tapped("Вера", 4, 9)}
    numbers = Numbers("click", words=texts.RUSSIAN, members=tapped, look=members.numbers)
    assert numbers.is_number
    assert await numbers.renew(group)
    assert not await numbers.renew(group)
    assert [one.clicks for one in numbers.members.values()] == [3, 1, 4]


@pytest.mark.parametrize(("slow", "again"), [(-1.0, [True, False]), (60.0, [False, False])])
async def test_a_slow_number_of_a_group_is_said_again_only_if_it_was_overtaken(
    monkeypatch: pytest.MonkeyPatch, slow: float, again: list[bool]
) -> None:
    """Once: what is said then is looked up anew."""
    monkeypatch.setattr(sharing, "SLOW", slow)
    clicks = {ANNA: 1}

    async def look(_: int, people: Collection[int]) -> Mapping[int, int]:
        return {person: clicks[person] for person in people}

    async def granted(_: int, *, is_number: bool) -> None:
        assert is_number

    store = SimpleNamespace(share=lambda *_: SimpleNamespace(per_second=30), many=SimpleNamespace(turn=granted))
    settings = SimpleNamespace(messages_per_second=30, answers_per_second="auto")
    gate = SharedGate(*cast("Any", (None, store, settings, None)))
    numbers = Numbers("click", words=texts.RUSSIAN, members={ANNA: Tapped("Анна", 1, 7)}, look=look)
    said = []
    for _ in range(2):
        await gate.turn(-5, numbers)
        clicks[ANNA] = 2
        said.append(await gate.is_overtaken(-5, numbers))
    assert said == again
