"""The history: a ring of messages that costs no upload, and the way back to it when the newest copy is damaged."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from pydantic import AnyHttpUrl, SecretStr

from bots.clicker import app
from bots.clicker.tables import USERS
from pinstore.chat.held import DocumentMessage
from pinstore.chat.vault import Vault
from pinstore.copies.document import Part, Stamp
from pinstore.copies.reader import Reader
from pinstore.copies.rendering import Layout, Rendered, TableText, render
from pinstore.copies.stamp import caption
from pinstore.errors import NotRestoredError
from pinstore.keeping import opening
from pinstore.keeping.history import DAY, HOUR, History, Lengths
from runtime.service import Service
from runtime.session import new_bot
from runtime.settings import Settings, SettingsError, read_settings
from tests.pinstore.shelf import COLUMNS
from tests.stories.harness import ADMIN, PATIENCE, TOKEN, restart, say, set_up, sign_up, stored, until_stored, uploads

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from emulator.http.server import Server
    from emulator.state.faults import Kind
    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot

pytestmark = pytest.mark.long

NOON = 499_998 * DAY + 12 * HOUR


@pytest.fixture
async def vault(server: Server, telegram: Telegram) -> AsyncIterator[Vault]:
    """The backup chat as a bot reaches it."""
    telegram.person(ADMIN, first_name="Админ").send("/start")
    client = new_bot(Settings(bot_token=SecretStr(TOKEN), bot_api_url=AnyHttpUrl(server.url)))
    yield Vault(client, ADMIN)
    await client.session.close()


def document(generation: int, previous: str | None = None, parts: tuple[Part, ...] = (), users: int = 1) -> Rendered:
    """A player who has as many clicks as there were generations, and perhaps others in `parts`."""
    table = TableText(COLUMNS, f'[1001, "Анна", {generation}, 0, 1]', ())
    layout = Layout(parts, previous=previous)
    return render(Stamp(generation, 3, "me"), {"users": table}, {"users": users, "clicks": generation}, (), layout)


async def write(
    vault: Vault, generation: int, previous: str | None = None, parts: tuple[Part, ...] = (), users: int = 1
) -> DocumentMessage:
    """Store that in a message of its own."""
    rendered = document(generation, previous, parts, users)
    return await vault.write(rendered.name, rendered.content, caption("Игроков: 1", rendered.stamp, rendered.sha256))


def generations(telegram: Telegram, history: History) -> dict[str, list[int | None]]:
    """What the messages of the ring hold, slot by slot."""
    shown = {message["message_id"]: message for message in telegram.person(ADMIN).messages}

    def generation(message_id: int) -> int | None:
        return json.loads(telegram.document(shown[message_id]))["generation"] if message_id in shown else None

    return {name: [generation(message_id) for message_id in ring] for name, ring in history.rings.items()}


def damage(telegram: Telegram, held: DocumentMessage) -> None:
    """Nothing of the file is left, wherever it is shown."""
    telegram.replace_file(held.file_id, b"\x00" * 100)


async def test_an_hour_and_a_day_are_written_once(vault: Vault, telegram: Telegram) -> None:
    """The slots of this hour and this day take the first document, later ones of the same hour change nothing."""
    history = History(Lengths(3, 2), {})
    for generation in (1, 2, 3):
        held = await write(vault, generation)
        await history.fill(vault, held.file_id, held.caption, NOON + 600 * generation)
    assert generations(telegram, history) == {"hours": [1, None, None], "days": [1, None]}
    await history.fill(vault, held.file_id, held.caption, NOON + HOUR)
    assert generations(telegram, history) == {"hours": [1, 3, None], "days": [1, None]}


async def test_the_ring_comes_round_without_an_upload(vault: Vault, telegram: Telegram) -> None:
    """After days there are still as many messages as slots, each with document and caption; no byte was sent twice."""
    history = History(Lengths(4, 3), {})
    for hour in range(60):
        held = await write(vault, hour)
        await history.fill(vault, held.file_id, held.caption, NOON + HOUR * hour)
    assert generations(telegram, history) == {"hours": [56, 57, 58, 59], "days": [0, 12, 36]}
    assert telegram.count("sendDocument") == 60 + 4 + 3
    documents = [file for file in telegram.files.stored if file.folder == "documents"]
    assert len(uploads(telegram)) == len(documents) == 60
    for message_id in (*history.rings["hours"], *history.rings["days"]):
        found = await Reader(vault, [USERS]).find(message_id)
        assert found.document
        assert found.stamp.generation == found.document.generation


async def test_a_restarted_bot_goes_on_with_the_ring(vault: Vault, telegram: Telegram) -> None:
    """With the message ids alone, the messages are used again; a longer ring grows, a shorter one lets go."""
    first = History(Lengths(2, 1), {})
    held = await write(vault, 1)
    await first.fill(vault, held.file_id, held.caption, NOON)
    second = History(Lengths(3, 0), first.rings)
    newer = await write(vault, 2)
    await second.fill(vault, newer.file_id, newer.caption, NOON + 60)
    assert generations(telegram, second) == {"hours": [2, None, None], "days": []}
    assert second.rings["hours"][0] == first.rings["hours"][0]


async def test_a_deleted_slot_is_sent_anew(vault: Vault, telegram: Telegram) -> None:
    """Whoever deletes a message of the history costs it that copy and nothing else."""
    history = History(Lengths(1, 0), {})
    held = await write(vault, 1)
    await history.fill(vault, held.file_id, held.caption, NOON)
    telegram.person(ADMIN).delete(history.rings["hours"][0])
    await history.fill(vault, held.file_id, held.caption, NOON + HOUR)
    assert generations(telegram, history) == {"hours": [1], "days": []}


async def test_what_stands_there_already_is_no_failure(vault: Vault, telegram: Telegram) -> None:
    """A slot that holds this very document is filled, although Telegram refuses to edit nothing."""
    history = History(Lengths(1, 0), {})
    held = await write(vault, 1)
    for hour in range(2):
        await history.fill(vault, held.file_id, held.caption, NOON + hour * HOUR)
    assert telegram.calls[-1].method == "editMessageMedia"
    assert "message is not modified" in telegram.calls[-1].description


async def test_a_failure_is_made_up_for(vault: Vault, telegram: Telegram) -> None:
    """A slot that could not be filled is filled by the next save, and the other ring is not forgotten."""
    history = History(Lengths(1, 1), {})
    held = await write(vault, 1)
    telegram.faults.add("sendDocument", "error", value=(400, "Bad Request: wrong file"))
    with pytest.raises(Exception, match="wrong file"):
        await history.fill(vault, held.file_id, held.caption, NOON)
    await history.fill(vault, held.file_id, held.caption, NOON)
    assert generations(telegram, history) == {"hours": [1], "days": [1]}


async def test_no_history_writes_nothing(vault: Vault, telegram: Telegram) -> None:
    """HISTORY=0h 0d costs no message."""
    history = History(Lengths.read("0h 0d"), {"hours": [7], "days": [8]})
    held = await write(vault, 1)
    calls = telegram.count()
    await history.fill(vault, held.file_id, held.caption, NOON)
    assert telegram.count() == calls
    assert list(history.newest_first(NOON)) == []


@pytest.mark.parametrize(
    "text", ["24", "24h", "7d", "25h 7d", "24h 25d", "-1h 7d", "h d", "24h7d", "24H 7D", "1.5h 7d"]
)
def test_a_wrong_history_is_refused(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting is hours and days, at most 24 of each, and the error says so."""
    monkeypatch.setenv("HISTORY", text)
    with pytest.raises(SettingsError, match="HISTORY is wrong: expected hours and days"):
        read_settings(tmp_path / "no.env")
    with pytest.raises(ValueError, match="not a history"):
        Lengths.read(text)


@pytest.mark.parametrize(("text", "lengths"), [("24h 7d", (24, 7)), ("0h 0d", (0, 0)), ("1h 24d", (1, 24))])
def test_a_history_is_read(
    text: str, lengths: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the setting accepts the history can read."""
    monkeypatch.setenv("HISTORY", text)
    assert Lengths.read(read_settings(tmp_path / "no.env").history) == Lengths(*lengths)


async def test_a_damaged_copy_stays_alone_while_there_is_hope(vault: Vault, telegram: Telegram) -> None:
    """Without permission to fall back, a newest copy that is not good is an error, however good the older ones are."""
    older = await write(vault, 1)
    newest = await write(vault, 2, previous=older.file_id)
    damage(telegram, newest)
    with pytest.raises(NotRestoredError, match=f"message {newest.message_id}: its checksum is wrong"):
        await Reader(vault, [USERS]).newest([newest.message_id, older.message_id])


async def test_the_generation_before_is_next(vault: Vault, telegram: Telegram) -> None:
    """While the damaged text still names the file before it, that file is taken; the damaged message is not touched."""
    before = await write(vault, 8)
    newest = await write(vault, 9, previous=before.file_id)
    telegram.person(ADMIN).delete(before.message_id)
    telegram.replace_file(newest.file_id, document(9, before.file_id).content.replace(b"1001", b"1002"))
    copy = await Reader(vault, [USERS]).newest([newest.message_id], older=[])
    assert copy.document.counts["clicks"] == 8
    assert copy.held is None
    assert copy.stamp == Stamp(9, 3, "me")
    assert copy.faults == (f"message {newest.message_id}: its checksum is wrong",)


async def test_of_the_ring_the_newest_good_copy_is_taken(vault: Vault, telegram: Telegram) -> None:
    """In whatever order the slots lie, and past damaged copies, missing ones and ones whose part is gone."""
    held = {generation: await write(vault, generation) for generation in (3, 7, 5, 6)}
    part = Part(table="users", file_id=held[3].file_id, message_id=1, rows=1, bytes=1, sha256="0" * 64)
    held[8] = await write(vault, 8, parts=(part,))
    held[9] = await write(vault, 9)
    damage(telegram, held[9])
    damage(telegram, held[7])
    ring = [10**6, *(held[generation].message_id for generation in (3, 7, 8, 5, 6))]
    copy = await Reader(vault, [USERS]).newest([held[9].message_id], ring)
    assert copy.document.counts["clicks"] == 6
    assert copy.held is None
    assert copy.stamp == Stamp(9, 3, "me")


async def test_an_old_document_elsewhere_is_not_newer(vault: Vault, telegram: Telegram) -> None:
    """Where CONFIG_ID names a document that was left behind long ago, the ring's newer copies come first."""
    left_behind = await write(vault, 3)
    ring = await write(vault, 8)
    damage(telegram, newest := await write(vault, 9))
    copy = await Reader(vault, [USERS]).newest([newest.message_id, left_behind.message_id], [ring.message_id])
    assert copy.document.counts["clicks"] == 8


async def test_a_damaged_download_of_a_part_is_no_damaged_part(vault: Vault, telegram: Telegram) -> None:
    """Parts are downloaded again as the document is."""
    older = await write(vault, 1)
    content = gzip.compress(b'{"columns": ["chatid", "name"], "rows": [\n[1002, "\xd0\xaf"]\n], "deleted": []}\n')
    held = await vault.write("users-1.json.gz", content, "users: 1")
    checksum = hashlib.sha256(content).hexdigest()
    part = Part(table="users", file_id=held.file_id, message_id=0, rows=1, bytes=len(content), sha256=checksum)
    newest = await write(vault, 2, parts=(part,), users=2)
    telegram.faults.add("download", "damage", times=2, after=1)
    copy = await Reader(vault, [USERS]).newest([newest.message_id], [older.message_id])
    assert copy.document.counts["clicks"] == 2


async def test_after_a_long_break_the_last_hour_counts(vault: Vault, telegram: Telegram) -> None:
    """A bot that was down for hours falls back to the last copy before that, not to the one of a day before."""
    history = History(Lengths(24, 0), {})
    for hour in range(30):
        held = await write(vault, hour)
        await history.fill(vault, held.file_id, held.caption, NOON + HOUR * hour)
    damage(telegram, newest := await write(vault, 30))
    ring = history.newest_first(NOON + HOUR * (30 + 5))
    assert (await Reader(vault, [USERS]).newest([newest.message_id], ring)).document.counts["clicks"] == 29


async def test_a_deleted_newest_copy_falls_back_too(vault: Vault) -> None:
    """Generation and epoch go on above those of the copy that is taken."""
    held = await write(vault, 5)
    copy = await Reader(vault, [USERS]).newest([10**6], [held.message_id])
    assert copy.document.counts["clicks"] == 5
    assert copy.stamp == Stamp(5, 3, "me")
    assert copy.held is None


@pytest.mark.parametrize("kind", ["damage", "truncate", "500", "reset_before"])
async def test_a_damaged_download_is_no_damaged_copy(vault: Vault, telegram: Telegram, kind: Kind) -> None:
    """What went wrong on the way is downloaded again, although falling back would be allowed."""
    older = await write(vault, 1)
    newest = await write(vault, 2, previous=older.file_id)
    telegram.faults.add("download", kind, times=2)
    copy = await Reader(vault, [USERS]).newest([newest.message_id], [older.message_id])
    assert copy.document.counts["clicks"] == 2
    assert copy.held
    assert copy.faults == ()


async def test_bad_downloads_take_nothing_away(bot: Bot, telegram: Telegram) -> None:
    """A bot that finds its copy damaged again and again waits; when the network is good again, all is there."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await say(anna, "Клик")
    assert await bot.stop() == 0
    telegram.faults.add("download", "damage", times=4)
    await bot.start()
    await bot.ready()
    assert "Nothing is served until the table is restored (attempt 1)" in bot.output
    assert await say(anna, "Клик") == "Кликов: 2 🏆"
    assert telegram.person(ADMIN).newest.startswith("Таблица не восстановлена, бот ждёт и пробует снова.")


async def test_the_ring_never_holds_the_newest_file(bot: Bot, telegram: Telegram) -> None:
    """A file that is damaged for good must not take the history with it, not even in the first hour."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 1)})
    await restart(bot)
    await say(anna, "Клик")
    assert await bot.stop() == 0
    held = [message["document"]["file_unique_id"] for message in admin.messages if "document" in message]
    assert len(held) == 3
    assert held.count(held[0]) == 1


async def test_an_older_copy_is_taken_and_told(
    bot: Bot,
    telegram: Telegram,
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Of a copy damaged for good log and admin hear, the one before is taken, and Telegram fills in what it lacks."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    await say(anna, "Клик")
    telegram.faults.add("getUpdates", "500", times=None)
    await until_stored(telegram, {1001: ("Анна", 1)})
    await bot.kill()
    telegram.faults.clear()
    newest = admin.pinned
    assert newest
    damaged = telegram.document(newest).replace(b'"clicks":1', b'"clicks":7')
    telegram.replace_file(newest["document"]["file_id"], damaged)

    monkeypatch.setattr(opening, "FALL_BACK_AFTER", 0.0)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("BOT_API_URL", server.url)
    stop = asyncio.Event()
    running = asyncio.create_task(Service(app, read_settings(tmp_path / "no.env"), tmp_path / "no.env", stop).run())
    await anna.wait(lambda: anna.newest == "Кликов: 1 🏆" and len(anna.answers) == 3, PATIENCE)
    await until_stored(telegram, {1001: ("Анна", 1)})
    stop.set()
    await running

    assert any(text.startswith("Взята более старая копия, потому что новая повреждена: ") for text in admin.answers)
    assert "its checksum is wrong" in caplog.text
    left = next(message for message in admin.messages if message["message_id"] == newest["message_id"])
    assert telegram.document(left) == damaged
    assert stored(telegram)["generation"] > json.loads(damaged)["generation"]
    assert stored(telegram)["owner"] is None
