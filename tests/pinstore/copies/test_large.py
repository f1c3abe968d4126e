"""Large tables: the bulk lies in parts that can always be read back, and it comes back equal (Z3)."""

from __future__ import annotations

import asyncio
import gc
import gzip
import hashlib
import random
from concurrent.futures import Future
from contextlib import closing
from itertools import chain, count
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
import pytest
from aiogram import Bot as AiogramBot

from bots.clicker.tables import USERS
from pinstore.chat.vault import Upload
from pinstore.copies import compaction as runs
from pinstore.copies import part_file as pieces
from pinstore.copies import snapshot
from pinstore.copies.compaction import ALIKE, DOCUMENT_ROWS
from pinstore.copies.document import Part
from pinstore.copies.draft import Taken
from pinstore.copies.loading import load_part
from pinstore.copies.snapshot import SLICE_ROWS
from pinstore.errors import DocumentError
from pinstore.memory import changes as marks
from pinstore.memory import journal
from pinstore.memory.changes import begin_run, changed_rows
from pinstore.memory.connection import Connection
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from tests.bots.clicker.bare import players_of
from tests.pinstore.shelf import COLUMNS, Shelf, everything, hurry, table, top
from tests.stories.harness import ADMIN, PATIENCE, adopt, bare, restart, say, stored, uploads

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from emulator.state.telegram import Telegram
    from pinstore.copies.part_file import Piece
    from pinstore.memory.database import Work
    from tests.pinstore.shelf import Row
    from tests.stories.harness import Bot

T = TypeVar("T")

MOST = 20 << 20
"""Bytes that getFile returns (Bot API, getFile)."""


def crowd(count: int) -> Database:
    """So many players with names of all kinds."""
    chance = random.Random(count)
    names = ("Анна", "O'Neil", '"', "\\", "new\nline", "👩‍👩‍👧", "\u2028", "")
    return table(
        (number, chance.choice(names) + str(number), chance.randrange(99), 0, number) for number in range(count)
    )


@pytest.mark.parametrize("count", [DOCUMENT_ROWS, DOCUMENT_ROWS + 1, 3 * SLICE_ROWS, 3 * SLICE_ROWS + 1, 20_000])
def test_a_table_of_any_size_comes_back_equal(count: int) -> None:
    """Around every boundary: rows, totals and the rating."""
    database, shelf = crowd(count), Shelf()
    shelf.save(database)
    assert bool(shelf.parts) == (count > DOCUMENT_ROWS)
    restored = shelf.restore()
    assert everything(restored) == everything(database)
    assert top(restored) == top(database)


def test_changes_after_parts_cost_little_and_come_back() -> None:
    """The document holds the changed rows only, deleted ones too; a restored table goes on in the same way."""
    database, shelf = crowd(20_000), Shelf()
    shelf.save(database)
    for generation in range(3):
        for number in range(50):
            asyncio.run(players_of(database).tap(number * 7 + generation, update=generation * 1000 + number))
        asyncio.run(
            database.write(
                generation * 1000 + 99, lambda connection: connection.execute("DELETE FROM users WHERE chatid = 77")
            )
        )
        shelf.save(database)
        assert len(shelf.content) < 20_000
        restored = shelf.restore()
        assert everything(restored) == everything(database)
        assert restored.applied == database.applied
        database = restored
    assert len(shelf.files) == 1


@pytest.mark.long
def test_z3_what_is_stored_can_be_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Z3: names of 64 characters that no compression helps, and every part is still below what getFile gives."""
    hurry(monkeypatch)
    chance = random.Random(1)
    letters = [chr(code) for code in range(0x4E00, 0x9FFF)] + [chr(code) for code in range(0x20000, 0x2A6D0)]
    database, shelf = (
        table((number, "".join(chance.choices(letters, k=64)), 0, 0, 0) for number in range(130_000)),
        Shelf(),
    )
    shelf.save(database)
    assert sum(part.rows for part in shelf.parts) == 130_000
    assert max(part.bytes for part in shelf.parts) < MOST / 2
    assert len(shelf.content) < MOST / 2


@pytest.mark.parametrize("damage", ["lost", "cut", "changed"])
def test_a_damaged_part_is_seen(damage: str) -> None:
    """By its checksum."""
    shelf = Shelf()
    shelf.save(crowd(5000))
    (name, content), *_ = shelf.files.items()
    shelf.files[name] = {"lost": b"", "cut": content[:-9], "changed": content[:-9] + bytes(9)}[damage]
    with pytest.raises(DocumentError, match="checksum is wrong"):
        shelf.restore()


@pytest.mark.parametrize(
    "content",
    [b"no gzip", gzip.compress(b"no json", mtime=0), gzip.compress(b"[]", mtime=0)],
    ids=["no gzip", "no JSON", "no table"],
)
def test_a_part_that_is_no_part_is_refused(content: bytes) -> None:
    """Also if its checksum is right: whoever wrote it wrote something else."""
    shelf = Shelf()
    shelf.save(crowd(5000))
    (name,) = shelf.files
    checksum = hashlib.sha256(content).hexdigest()
    shelf.content = shelf.content.replace(shelf.parts[0].sha256.encode(), checksum.encode())
    shelf.files[name] = content
    with pytest.raises(DocumentError, match="a part of table users cannot be read"):
        shelf.restore()


def part(*lines: str, columns: object = COLUMNS, deleted: object = ()) -> bytes:
    """A part as one is written, with these rows."""
    head, tail = orjson.dumps({"columns": columns})[:-1].decode(), orjson.dumps(deleted).decode()
    return gzip.compress(f'{head}, "rows": [\n{",".join(lines)}\n], "deleted": {tail}}}\n'.encode(), mtime=0)


GOOD = '[1,"Анна",2,0,3]'
WRONG_ROWS = {
    "clicks as text": (part('[1,"Анна","много",0,3]'), "a row of its table users is wrong"),
    "negative clicks": (part('[1,"Анна",-2,0,3]'), "a row of its table users is wrong"),
    "clicks with a fraction": (part('[1,"Анна",2.5,0,3]'), "a row of its table users is wrong"),
    "a number too large": (part(f'[{2**63},"Анна",2,0,3]'), "a row of its table users is wrong"),
    "a key as text": (part('["Анна","Анна",2,0,3]'), "a row of its table users is wrong"),
    "too short": (part('[1,"Анна",2,0]'), "a row of its table users is wrong"),
    "too long": (part('[1,"Анна",2,0,3,4]'), "a row of its table users is wrong"),
    "empty": (part("[]"), "a row of its table users is wrong"),
    "a list in a row": (part('[1,["Анна"],2,0,3]'), "a row of its table users is wrong"),
    "no row": (part("7"), "a row of its table users is wrong"),
    "none": (part("null"), "a row of its table users is wrong"),
    "a deleted text": (part(GOOD, deleted=[["x"]]), "a row of its table users is wrong"),
    "rows missing": (part(GOOD), "a part of table users holds 1 rows instead of 5000"),
    "no rows at all": (part(), "a part of table users holds 0 rows instead of 5000"),
    "no deleted keys": (gzip.compress(b'{"columns": ["chatid"], "rows": [\n[1]\n]}\n', mtime=0), "cannot be read"),
    "deleted is a number": (part(GOOD, deleted=5), "cannot be read|is wrong"),
    "columns are a number": (part(GOOD, columns=7), "a part of table users cannot be read"),
    "columns are lists": (part(GOOD, columns=[["chatid"]]), "a part of table users cannot be read"),
    "an unknown column": (part("[1,2]", columns=["chatid", "gems"]), "does not know the table users with columns"),
    "no key": (part("[1]", columns=["click"]), "does not know the table users with columns click"),
    "the end is missing": (gzip.compress(b'{"columns": ["chatid"], "rows": [\n[1],\n[2]', mtime=0), "cannot be read"),
    "a row that breaks off": (part('[1,"Анна"'), "a part of table users cannot be read"),
    "no UTF-8": (
        gzip.compress(b'{"columns": ["chatid"], "rows": [\n["\xff"]\n], "deleted": []}', mtime=0),
        "cannot be",
    ),
}


@pytest.mark.parametrize("content", WRONG_ROWS)
@pytest.mark.parametrize("oldest", [True, False])
def test_wrong_rows_in_a_part_are_refused(content: str, oldest: bool) -> None:
    """Whoever wrote them knew the checksum: what cannot be a player ends the restore with one clear sentence."""
    data, sentence = WRONG_ROWS[content]
    checksum = hashlib.sha256(data).hexdigest()
    wrong = Part(table="users", file_id="f", message_id=1, rows=5000, bytes=len(data), sha256=checksum, run=7)
    with pytest.raises(DocumentError, match=sentence) as raised, closing(Loader([USERS])) as loader:
        load_part(loader, wrong, data, oldest=oldest)
    assert "\n" not in str(raised.value)
    assert gc.isenabled()


class Busy(Database):
    """A table in which somebody else plays after every look at it."""

    then: tuple[list[Row], frozenset[int]]
    """What it held at the instant that a document is made of."""

    def look(self, work: Work[Any]) -> Any:
        """Look, then sign up, tap, delete and come back."""
        result = super().look(work)
        if isinstance(result, tuple) and isinstance(result[0], Taken):
            self.then = everything(plain := table(super().look(rows_of))), result[0].applied
            plain.drop()
        super().look(self.play)
        return result

    def play(self, tables: Connection) -> None:
        """Rows of every kind: read already or not yet, changed before or never, deleted before or back again."""
        for statement in CHANCE.choice(SERVED):
            tables.execute(statement, (CHANCE.randrange(MANY),))
        tables.settle()


CHANCE = random.Random(4)
MANY = 900
TAP = "UPDATE users SET click = click + 1 WHERE chatid = ?"
COME = "INSERT OR IGNORE INTO users (chatid, name) VALUES (? / 9 * 9, 'neu')"
GO = "DELETE FROM users WHERE chatid = ? / 9 * 9"
SERVED = [(), (), (TAP,), (TAP, TAP), (COME, GO), (GO, GO, COME)]


def rows_of(connection: sqlite3.Connection) -> list[Row]:
    """All rows."""
    return connection.execute(f"SELECT {', '.join(USERS.columns)} FROM users").fetchall()


@pytest.mark.long
def test_a_document_is_exact_at_one_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Although its rows, and those of its parts, are read in many turns and somebody plays between any two of them."""
    for module, name, value in (
        (runs, "DOCUMENT_ROWS", 30),
        (marks, "LOOKED_UP", 7),
        (snapshot, "SLICE_ROWS", 7),
        (snapshot, "FAR_ROWS", 7),
        (pieces, "PIECE_ROWS", 100),
    ):
        monkeypatch.setattr(module, name, value)
    hurry(monkeypatch)
    busy, shelf = Busy([USERS]), Shelf()
    filled = Loader([USERS])
    filled.load("users", COLUMNS, ((number, "Анна", 1, 0, number) for number in range(MANY)), (), 0)
    filled.finish(1)
    busy.replace(filled.connection)
    counts = set()
    for _ in range(80):
        shelf.save(busy)
        counts.add(len({part.run for part in shelf.parts}))
        keys = [row[0] for row in orjson.loads(shelf.content)["tables"]["users"]["rows"]]
        assert len(keys) == len(set(keys))
        restored = shelf.restore()
        assert (everything(restored), frozenset(restored.applied)) == busy.then
        restored.look(lambda connection: connection.close())
    assert len(counts) > 3, counts


def run(database: Database, statement: str, *values: int) -> None:
    """Change rows, as a handler does."""
    asyncio.run(database.write(None, lambda tables: tables.execute(statement, values)))


def test_few_changes_among_many_older_ones_are_found_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run takes as many looks at the table as its rows need, however many others have changed before."""
    database = crowd(5_000)
    run(database, "UPDATE users SET click = 1")
    mark = begin_run(database)
    run(database, "UPDATE users SET click = 2 WHERE chatid IN (3, 4, 777)")
    run(database, "DELETE FROM users WHERE chatid = 999")
    before = begin_run(database)
    run(database, "UPDATE users SET click = 3 WHERE chatid = 4")
    changed_rows(database, before)
    looks, look = count(), database.look
    monkeypatch.setattr(database, "look", lambda work: (next(looks), look(work))[1])
    found = list(snapshot.changed(database, USERS, mark, before))
    assert [(one.number, one.deleted) for one in found] == [(2, [999])]
    assert next(looks) < 5


def test_a_long_mark_is_walked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand rows changed under one mark, and no turn looks at more than its share of them."""
    hurry(monkeypatch)
    database = crowd(10_000)
    mark = begin_run(database)
    run(database, "UPDATE users SET click = 1")
    before = begin_run(database)
    steps: list[int] = []

    def step() -> None:
        steps[-1] += 1

    def counted(work: Work[T]) -> T:
        steps.append(0)
        return look(work)

    look = database.look
    look(lambda tables: tables.set_progress_handler(step, 100))
    monkeypatch.setattr(database, "look", counted)
    assert sorted(chain(*marks.changed_keys(database, USERS, mark, before))) == list(range(10_000))
    assert max(steps) < 100


class Rush(Shelf):
    """While a part is being stored, the first so many players tap; `rush` has a number for each part."""

    def __init__(self, database: Database, rush: Sequence[int]) -> None:
        super().__init__()
        self.database = database
        self.rush = list(rush)

    def store(self, piece: Piece, number: int) -> Future[Part]:
        """Store it."""
        players = self.rush.pop(0) if self.rush else 0
        run(self.database, "UPDATE users SET click = click + 1 WHERE chatid < ?", players)
        return super().store(piece, number)

    def look(self) -> tuple[list[int], int]:
        """Save, and see whether all comes back; returns the rows of the runs and those of the document."""
        self.save(self.database)
        restored = self.restore()
        assert everything(restored) == everything(self.database)
        restored.look(lambda connection: connection.close())
        return [part.rows for part in self.parts], len(orjson.loads(self.content)["tables"]["users"]["rows"])


@pytest.mark.parametrize(
    ("count", "rush", "looks"),
    [
        (2000, [20], ([2000], 20)),
        (2000, [40, 5], ([2000, 40], 5)),
        (2000, [40, 40, 40], ([2000, 40], 40)),
        (40, [35], ([40], 35)),
    ],
    ids=["few", "many", "ever more", "nearly all"],
)
def test_what_changes_during_a_long_cut_is_a_run_of_its_own(
    monkeypatch: pytest.MonkeyPatch, count: int, rush: list[int], looks: tuple[list[int], int]
) -> None:
    """Once, and unless it is so much that all would be written again: the next save does that."""
    monkeypatch.setattr(runs, "DOCUMENT_ROWS", 30)
    hurry(monkeypatch)
    assert Rush(crowd(count), rush).look() == looks


def test_a_second_run_is_taken_in_by_later_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    """None of its rows is lost: the whole run before it has made older marks superfluous, not its own."""
    monkeypatch.setattr(runs, "DOCUMENT_ROWS", 30)
    hurry(monkeypatch)
    shelf = Rush(crowd(2000), [40])
    shelf.look()
    for number in range(1, ALIKE):
        run(shelf.database, "UPDATE users SET click = 0 WHERE chatid / 40 = ?", number)
        found = shelf.look()
    assert found == ([2000, ALIKE * 40], 0)


def test_changes_that_no_save_has_written_down_are_written_by_and_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a save for long, no more keys than there is room for wait in memory; all of them are found."""
    monkeypatch.setattr(journal, "ROOM", 10)
    monkeypatch.setattr(journal, "WRITTEN_TOGETHER", 4)
    database = crowd(1000)
    mark = begin_run(database)
    for number in range(100):
        asyncio.run(players_of(database).tap(number, update=number))
    written = "SELECT count(*) FROM users_changes"
    assert database.look(lambda tables: tables.execute(written).fetchone()[0]) >= 90
    assert changed_rows(database, mark) == 100


async def test_others_have_their_turn_between_the_chunks_of_an_upload() -> None:
    """Also if the connection takes them all at once, as that of a server nearby does."""
    turns, chunks, seen = 0, [], []

    async def take_turns() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    others = asyncio.create_task(take_turns())
    content = random.Random(1).randbytes(1 << 20)
    async for chunk in Upload(content, "name").read(AiogramBot("42:TEST")):
        chunks.append(chunk)
        seen.append(turns)
    others.cancel()
    assert b"".join(chunks) == content
    assert len(chunks) == len(set(seen)) > 10


async def test_twelve_thousand_players_play_on(bot: Bot, telegram: Telegram) -> None:
    """An old backup of that size is imported into parts; after a clean stop and after SIGKILL everybody is there."""
    await adopt(bot, telegram, bare(*((10_000 + number, f"Игрок {number}", number, 0) for number in range(12_000))))
    last = telegram.person(21_999, first_name="Последний")
    assert await say(last, "Клик") == "Кликов: 12000 🏆"
    assert (await say(last, "Рейтинг")).startswith("Всего: 12000\n1: Последний - 12000🏆\n2: Игрок 11998 - 11998🏆\n")
    await telegram.wait(lambda: stored(telegram)["counts"]["clicks"] == 12_000 * 11_999 // 2 + 1, PATIENCE)
    assert stored(telegram)["parts"]
    assert len(stored(telegram)["tables"]["users"]["rows"]) < 10
    await restart(bot)
    before = len(uploads(telegram))
    await say(last, "Клик")
    await telegram.wait(lambda: len(uploads(telegram)) > before, PATIENCE)
    await restart(bot, kill=True)
    last.send("Клик")
    await last.wait(lambda: last.newest == "Кликов: 12002 🏆", PATIENCE)
    assert (await say(last, "Рейтинг")).startswith("Всего: 12000\n1: Последний - 12002🏆\n")
    documents = [m for m in telegram.person(ADMIN).messages if "document" in m and m["from"]["is_bot"]]
    assert max(message["document"]["file_size"] for message in documents) < MOST
