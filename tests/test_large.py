"""Large tables: the bulk lies in parts that can always be read back, and it comes back equal (Z3)."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import random
from typing import TYPE_CHECKING

import pytest

from clicker.backup.document import DocumentError
from clicker.backup.runs import DOCUMENT_ROWS
from clicker.backup.snapshot import SLICE_ROWS
from clicker.database import Database
from clicker.players import Players
from tests.harness import ADMIN, PATIENCE, adopt, bare, restart, say, stored, uploads
from tests.shelf import Shelf, everything, table, top

if TYPE_CHECKING:
    from clicker.emulator.telegram import Telegram
    from tests.harness import Bot

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
            asyncio.run(Players(database).tap(number, number * 7 + generation))
        asyncio.run(database.write(99, lambda connection: connection.execute("DELETE FROM users WHERE chatid = 77")))
        shelf.save(database)
        assert len(shelf.content) < 20_000
        restored = shelf.restore()
        assert everything(restored) == everything(database)
        assert restored.applied == database.applied
        database = restored
    assert len(shelf.files) == 1


def test_z3_what_is_stored_can_be_read_back() -> None:
    """Z3: names of 64 characters that no compression helps, and every part is still below what getFile gives."""
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


async def test_twelve_thousand_players_play_on(bot: Bot, telegram: Telegram) -> None:
    """An old backup of that size is imported into parts; after a clean stop and after SIGKILL everybody is there."""
    await adopt(bot, telegram, bare(*((10_000 + number, f"Игрок {number}", number, 0) for number in range(12_000))))
    last = telegram.person(21_999, first_name="Последний")
    assert await say(last, "Клик") == "Кликов: 12000 🏆"
    assert (await say(last, "Рейтинг")).startswith("Всего: 12000\n1: Игрок 11999 - 12000🏆\n2: Игрок 11998 - 11998🏆\n")
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
    assert (await say(last, "Рейтинг")).startswith("Всего: 12000\n1: Игрок 11999 - 12002🏆\n")
    documents = [m for m in telegram.person(ADMIN).messages if "document" in m and m["from"]["is_bot"]]
    assert max(message["document"]["file_size"] for message in documents) < MOST
