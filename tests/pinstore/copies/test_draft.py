"""The draft of a document: kept from save to save, it always says what one that is read afresh says."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from pinstore import Table
from pinstore.copies import snapshot
from pinstore.copies.draft import Draft, Taken
from pinstore.memory.changes import begin_run
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from tests.pinstore.shelf import hurry

if TYPE_CHECKING:
    from pinstore.memory.connection import Connection
    from pinstore.memory.database import Work

NOTES = Table("CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT NOT NULL)")
SEEN = Table("CREATE TABLE seen (person INTEGER PRIMARY KEY)")
KEYS = 40
STATEMENTS = (
    "INSERT OR IGNORE INTO notes VALUES (?, 'a,\n[1]')",
    "UPDATE notes SET text = text || '\u2028,\n' WHERE number = ?",
    "DELETE FROM notes WHERE number = ?",
    "INSERT OR IGNORE INTO seen VALUES (-?)",
    "DELETE FROM seen WHERE person = -?",
)


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody needs the time."""
    hurry(monkeypatch)


def filled(rows: int) -> Connection:
    """Tables with so many rows each."""
    loader = Loader([NOTES, SEEN])
    loader.load("notes", NOTES.columns, [(number, str(number)) for number in range(rows)], (), 0)
    loader.load("seen", SEEN.columns, [(number,) for number in range(rows)], (), 0)
    loader.finish(1)
    return loader.connection


def opened(rows: int) -> Database:
    """The same, served."""
    database = Database([NOTES, SEEN])
    database.replace(filled(rows))
    return database


def change(database: Database, dice: random.Random) -> None:
    """A transaction of some statements, which may be rolled back."""
    some = dice.choices(STATEMENTS, k=dice.randrange(4))

    def work(tables: Connection) -> None:
        for statement in some:
            tables.execute(statement, (dice.randrange(KEYS),))
        if dice.random() < 0.2:
            raise KeyError

    with suppress(KeyError):
        database.transact(None, work)


def said(taken: Taken) -> dict[str, Any]:
    """What a document would say."""
    return {name: (orjson.loads(f"[{table.rows}]"), list(table.deleted)) for name, table in taken.tables.items()}


@pytest.mark.parametrize("seed", range(60))
def test_a_kept_draft_says_what_a_new_one_says(seed: int) -> None:
    """Whatever has changed, whether all rows belong into the document or those since a cut, which comes at any time."""
    dice = random.Random(seed)
    database = opened(dice.choice((0, 5, KEYS)))
    draft, since = Draft(database), 0
    for _ in range(30):
        for _ in range(dice.randrange(6)):
            change(database, dice)
        match dice.randrange(12):
            case 0:
                since = begin_run(database)
            case 1:
                since = 0
            case 2:
                database.exchange(filled(dice.randrange(KEYS)), None)
                since = 0
            case 3:
                begin_run(database)  # a drill
        assert said(draft.take(since)) == said(Draft(database).take(since))


def test_what_has_not_changed_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A save costs what has changed since the last one, and what changed while that was read."""
    database, read = opened(KEYS), list[int]()
    rows_of = snapshot._rows  # noqa: SLF001 - how many rows are read shows nowhere else

    def counted(*arguments: Any, **options: Any) -> snapshot.Slice:
        found = rows_of(*arguments, **options)
        read.append(found.number)
        return found

    monkeypatch.setattr(snapshot, "_rows", counted)
    draft, sums = Draft(database), list[int]()
    for changed in (0, 3, 0, 1):
        for key in range(changed):
            update = f"UPDATE notes SET text = 'new' WHERE number = {key}"  # noqa: S608
            database.transact(None, lambda tables: tables.execute(update))  # noqa: B023
        read.clear()
        draft.take(0)
        sums.append(sum(read))
    assert sums == [2 * KEYS, 3, 0, 1]


class Swapped(Database):
    """Tables in whose place others come after so many more looks at them."""

    looks = -1

    def look(self, work: Work[Any]) -> Any:
        """As always."""
        found = super().look(work)
        self.looks -= 1
        if self.looks == 0:
            self.exchange(filled(3), None)
        return found


@pytest.mark.parametrize("looks", range(1, 12))
@pytest.mark.parametrize("since", [0, 1])
def test_tables_that_are_exchanged_meanwhile(looks: int, since: int) -> None:
    """What was read of those before is not in the document, nor in the next one."""
    database = Swapped([NOTES, SEEN])
    database.replace(filled(KEYS))
    draft = Draft(database)
    draft.take(since)
    for statement in STATEMENTS:
        database.transact(None, lambda tables: tables.execute(statement, (7,)))  # noqa: B023
    database.looks = looks
    draft.take(since)
    database.looks = -1
    for key in (1, 2):
        database.transact(None, lambda tables: tables.execute("DELETE FROM notes WHERE number = ?", (key,)))  # noqa: B023
        assert said(draft.take(since)) == said(Draft(database).take(since))
