"""A large table is downloaded while it is loaded: parts in order, few at once, damaged ones seen, progress told."""

from __future__ import annotations

import asyncio
import logging
import sys
from contextlib import aclosing
from typing import TYPE_CHECKING

import pytest

from bots.clicker.tables import USERS
from pinstore.chat.vault import Vault
from pinstore.copies.document import Part, parse
from pinstore.copies.downloads import AHEAD, TRIES, downloads
from pinstore.copies.progress import Progress
from pinstore.copies.reader import Reader
from pinstore.copies.snapshot import SLICE_ROWS
from pinstore.errors import DocumentError, MissingError
from pinstore.memory.database import Database
from pinstore.memory.loader import Loader
from tests.pinstore.shelf import Shelf, everything, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pinstore.memory.table import Table


class Shelved(Vault):
    """A vault that gives what lies on a shelf; it notes what is under way at once."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.fetched: list[str] = []
        self.under_way = self.most = 0
        self.damaged: dict[str, int] = {}
        """How often a file still comes damaged."""

    async def fetch(self, file_id: str) -> bytes:
        """Give a file; the others get their turn meanwhile."""
        self.fetched.append(file_id)
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        try:
            await asyncio.sleep(0)
            if file_id not in self.shelf.files:
                raise MissingError(f"there is no {file_id}")
        finally:
            self.under_way -= 1
        content = self.shelf.files[file_id]
        left = self.damaged[file_id] = self.damaged.get(file_id, 0) - 1
        return content if left < 0 else content[:-1] + bytes([content[-1] ^ 1])


class Watched(Loader):
    """Tables of which a test knows whether they were closed."""

    made: list[Watched]

    def __init__(self, tables: Sequence[Table]) -> None:
        super().__init__(tables)
        self.closed = False
        self.made.append(self)

    def close(self) -> None:
        """Note it."""
        self.closed = True
        super().close()


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> Shelved:
    """Ten parts and a document over them."""
    monkeypatch.setattr("pinstore.copies.part_file.PIECE_ROWS", 2 * SLICE_ROWS)
    monkeypatch.setattr("pinstore.copies.downloads.delay", lambda *_: 0.0)
    Watched.made = []
    monkeypatch.setattr("pinstore.copies.reader.Loader", Watched)
    shelf = Shelf()
    shelf.save(table((number, f"Игрок {number}", number % 9, 0, number) for number in range(20 * SLICE_ROWS)))
    assert len(shelf.parts) == 10
    return Shelved(shelf)


async def restored(vault: Shelved) -> Database:
    """What a reader makes of it."""
    loader = await Reader(vault, [USERS]).open(parse(vault.shelf.content))
    database = Database([USERS])
    database.replace(loader.connection)
    return database


async def test_parts_come_in_order_and_few_at_once(vault: Shelved) -> None:
    """While one is loaded the next are on their way, but never all of them: they must fit into memory."""
    async with aclosing(downloads(vault, vault.shelf.parts)) as stored:
        got: list[Part] = []
        async for part, content in stored:
            got.append(part)
            assert content == vault.shelf.files[part.file_id]
            await asyncio.sleep(0)  # whatever was begun asks for its file
            assert len(vault.fetched) == min(len(got) + AHEAD - 1, 10)
    assert got == list(vault.shelf.parts)
    assert vault.most == AHEAD


async def test_who_stops_leaves_nothing_under_way(vault: Shelved) -> None:
    """A part that is not good ends the restore, and what was on its way ends with it."""
    async with aclosing(downloads(vault, vault.shelf.parts)) as stored:
        async for _ in stored:
            break
    assert vault.under_way == 0
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_part_damaged_on_the_way_is_downloaded_again(vault: Shelved) -> None:
    """In the middle of the pipeline, while others are under way; the table is whole in the end."""
    vault.damaged = {vault.shelf.parts[4].file_id: TRIES - 1}
    assert everything(await restored(vault)) == everything(vault.shelf.restore())
    assert vault.fetched.count(vault.shelf.parts[4].file_id) == TRIES


@pytest.mark.parametrize("number", [0, 4, 9])
async def test_a_part_damaged_for_good_ends_the_restore(vault: Shelved, number: int) -> None:
    """Wherever it stands: one clear error, no table, nothing left open or under way."""
    vault.damaged = {vault.shelf.parts[number].file_id: TRIES}
    with pytest.raises(DocumentError, match="its checksum is wrong"):
        await restored(vault)
    assert [made.closed for made in Watched.made] == [True]
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_part_that_is_gone_ends_the_restore(vault: Shelved) -> None:
    """The same for one that Telegram no longer has."""
    del vault.shelf.files[vault.shelf.parts[6].file_id]
    with pytest.raises(MissingError, match="there is no file6"):
        await restored(vault)
    assert [made.closed for made in Watched.made] == [True]


async def test_a_good_restore_keeps_its_tables_open(vault: Shelved) -> None:
    """They are the table from here on."""
    await restored(vault)
    assert [made.closed for made in Watched.made] == [False]


def test_progress_is_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """In a log there is at most a line in five seconds, and none for what is quick."""
    caplog.set_level(logging.INFO)
    now = 100.0
    monkeypatch.setattr("pinstore.copies.progress.time.monotonic", lambda: now)
    progress = Progress(1_000)
    for _ in range(100):
        now += 0.15
        progress.add(10)
    progress.end()
    assert [record.getMessage() for record in caplog.records] == [
        f"Restoring: {percent} % of 1000 rows" for percent in (34, 68)
    ]


def test_progress_is_a_bar_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """It grows on one line, no row of the log comes between, and at the end it is gone."""
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress = Progress(30)
    progress.add(10)
    progress.add(20)
    progress.end()
    steps = capsys.readouterr().err.split("\r")
    assert steps[1:3] == [f"Restoring [{'#' * 9}{' ' * 21}]  33 %", f"Restoring [{'#' * 30}] 100 %"]
    assert [step.strip() for step in steps[3:]] == ["", ""]
    assert len(steps[3]) >= len(steps[2])
    assert caplog.records == []


def test_no_rows_are_no_progress(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A small table has no parts, and nothing is drawn for it."""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    progress = Progress(0)
    progress.end()
    assert capsys.readouterr().err == ""
