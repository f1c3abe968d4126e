"""Dialogues: what aiogram's own storages do, a storage on the store does as well, and it survives SIGKILL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from aiogram import Bot
from aiogram.exceptions import DataNotDictLikeError
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import BaseStorage, StorageKey
from aiogram.fsm.storage.memory import MemoryStorage

from pinstore import FSMStorage, Store, Table
from pinstore.errors import SecondWriteError
from pinstore.memory.loader import Loader
from pinstore.parts import Parts
from pinstore.updates.handled import Handled, Scope
from tests.stories.launcher import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = StorageKey(bot_id=42, chat_id=-42, user_id=42)
NOTES = Table("CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT NOT NULL)")


class Form(StatesGroup):
    """A dialogue."""

    name = State()


def inside(store: Store) -> Parts:
    """What a store is made of."""
    return store._parts  # noqa: SLF001 - what only its updates and saves show otherwise


def opened() -> Store:
    """A store with empty tables, as after its set-up, and without Telegram."""
    store = Store(Bot(TOKEN), [NOTES, FSMStorage.table])
    loader = Loader(store.tables)
    loader.finish(1)
    inside(store).database.replace(loader.connection)
    return store


def rows(store: Store, table: str = "dialogues") -> list[Any]:
    """All rows of a table."""
    return store.look(lambda tables: tables.execute(f"SELECT * FROM {table}").fetchall())  # noqa: S608


@pytest.fixture(params=["memory", "store"])
def storage(request: pytest.FixtureRequest) -> BaseStorage:
    """Each kind of storage."""
    return MemoryStorage() if request.param == "memory" else FSMStorage(opened())


async def test_a_state_is_set_and_taken_away(storage: BaseStorage) -> None:
    """A text or a State, and None for no state."""
    assert await storage.get_state(KEY) is None
    for state, name in ("state", "state"), (Form.name, "Form:name"), (None, None):
        await storage.set_state(KEY, state)
        assert await storage.get_state(KEY) == name


async def test_data_is_replaced(storage: BaseStorage) -> None:
    """Whole; what the caller holds is a copy."""
    assert await storage.get_data(KEY) == {}
    given: dict[str, Any] = {"имя": "Аня", "list": [1, {"two": None}]}
    await storage.set_data(KEY, given)
    given["more"] = 1
    (await storage.get_data(KEY))["more"] = 2
    assert await storage.get_data(KEY) == {"имя": "Аня", "list": [1, {"two": None}]}
    await storage.set_data(KEY, {})
    assert await storage.get_data(KEY) == {}
    with pytest.raises(DataNotDictLikeError, match="dict"):
        await storage.set_data(KEY, [1])  # type: ignore[arg-type]


async def test_data_is_updated(storage: BaseStorage) -> None:
    """Name by name; a single value can be asked for."""
    for more, whole in (
        ({"foo": "bar"}, {"foo": "bar"}),
        ({}, {"foo": "bar"}),
        ({"baz": "spam"}, {"foo": "bar", "baz": "spam"}),
        ({"baz": "test"}, {"foo": "bar", "baz": "test"}),
    ):
        assert await storage.update_data(KEY, more) == whole
        assert await storage.get_data(KEY) == whole
    assert await storage.get_value(KEY, "foo") == "bar"
    assert await storage.get_value(KEY, "none") is None
    assert await storage.get_value(KEY, "none", 7) == 7


OTHERS: dict[str, dict[str, Any]] = {
    "bot": {"bot_id": 43},
    "chat": {"chat_id": 42},
    "user": {"user_id": 43},
    "topic": {"thread_id": 1},
    "business": {"business_connection_id": "b"},
    "destiny": {"destiny": "wizard"},
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
async def test_dialogues_are_told_apart(storage: BaseStorage, other: dict[str, Any]) -> None:
    """By each part of the key, so that none answers for another."""
    elsewhere = replace(KEY, **other)
    await storage.set_state(KEY, "here")
    await storage.set_data(KEY, {"here": 1})
    assert (await storage.get_state(elsewhere), await storage.get_data(elsewhere)) == (None, {})
    await storage.set_state(elsewhere, "there")
    assert (await storage.get_state(KEY), await storage.get_data(KEY)) == ("here", {"here": 1})


async def test_what_is_empty_is_removed() -> None:
    """A dialogue that is over takes no place in the document."""
    store = opened()
    storage = FSMStorage(store)
    await storage.set_state(KEY, "state")
    await storage.set_data(KEY, {"a": 1})
    await storage.set_state(KEY, None)
    assert len(rows(store)) == 1
    await storage.set_data(KEY, {})
    assert rows(store) == []


def test_a_store_without_the_table_is_refused() -> None:
    """When the program starts, not when somebody writes."""
    with pytest.raises(ValueError, match="FSMStorage"):
        FSMStorage(Store(Bot(TOKEN), [NOTES]))


async def test_a_change_rides_on_the_write_of_its_update() -> None:
    """One transaction for both; until then the handler sees its own change, and the tables do not."""
    store = opened()
    storage = FSMStorage(store)
    with Scope(7):
        await storage.set_state(KEY, "first")
        await storage.set_state(KEY, "second")
        assert await storage.get_state(KEY) == "second"
        assert rows(store) == []
        await store.write(lambda tables: tables.execute("INSERT INTO notes (text) VALUES ('x')"))
        assert [row[2] for row in rows(store)] == ["second"]
        assert store.position == 2
        with pytest.raises(SecondWriteError, match="update 7 has written already"):
            await storage.set_state(KEY, "third")
    assert inside(store).database.applied == {7}


async def test_a_write_that_fails_changes_no_state() -> None:
    """Both or nothing; what the handler has said of the dialogue still counts when it is through."""
    store = opened()
    storage = FSMStorage(store)

    async def handler(*_: object) -> None:
        await storage.set_state(KEY, "asked")
        with pytest.raises(ZeroDivisionError):
            await store.write(lambda _: 1 // 0)
        assert rows(store) == []

    await through(store, handler)
    assert [row[2] for row in rows(store)] == ["asked"]


@pytest.mark.parametrize("fails", [False, True])
async def test_a_handler_that_writes_nothing_has_it_written(fails: bool) -> None:
    """When it is through, whether it failed or not, as with any other storage."""
    store = opened()
    storage = FSMStorage(store)

    async def handler(*_: object) -> None:
        await storage.set_state(KEY, "asked")
        if fails:
            raise LookupError

    try:
        await through(store, handler)
    except LookupError:
        assert fails
    assert [row[2] for row in rows(store)] == ["asked"]
    assert inside(store).database.applied == {7}


async def through(store: Store, handler: Callable[..., Any]) -> None:
    """Have an update handled."""
    from aiogram.types import Update  # noqa: PLC0415 - its models are built late

    inside(store).window.received(0, [7])  # as a poll would
    await Handled(inside(store).window, inside(store).database)(handler, Update(update_id=7), {})
