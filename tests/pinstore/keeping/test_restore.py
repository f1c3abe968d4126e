"""Fail closed: a table that cannot be restored is never replaced, nothing is served meanwhile, and it comes back."""

from __future__ import annotations

import asyncio
import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from bots.clicker import app
from pinstore.keeping import complaint
from runtime.service import Service
from runtime.settings import read_settings
from tests.stories.harness import (
    ADMIN,
    PATIENCE,
    TOKEN,
    adopt,
    restart,
    say,
    set_up,
    sign_up,
    stored,
    until_stored,
    uploads,
)

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.http.server import Server
    from emulator.state.faults import Kind
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot

HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
FAULTS: dict[str, tuple[str, Kind, Any, str]] = {
    "one damaged byte": ("download", "damage", None, "checksum is wrong"),
    "an HTML page instead": ("download", "damage", HTML, "checksum is wrong"),
    "nothing instead": ("download", "damage", b"", "checksum is wrong"),
    "half of it": ("download", "truncate", None, ""),
    "download resets": ("download", "reset_before", None, ""),
    "download forbidden": ("download", "error", (403, "Forbidden"), ""),
    "link expired": ("download", "error", (404, "Not Found"), ""),
    "bad gateway": ("getChat", "502", None, ""),
    "file too big": ("getFile", "error", (400, "Bad Request: file is too big"), "file is too big"),
    "file gone": ("getFile", "error", (400, "Bad Request: wrong file_id"), "wrong file_id"),
    "bot blocked": ("getChat", "error", (403, "Forbidden: bot was blocked by the user"), "unblock it"),
    "forward blocked": ("forwardMessage", "error", (403, "Forbidden: bot was blocked by the user"), "unblock it"),
    "chat not found": ("getChat", "error", (400, "Bad Request: chat not found"), "chat 1 is not found"),
    "forward fails": ("forwardMessage", "500", None, ""),
}


async def played(bot: Bot, telegram: Telegram) -> Person:
    """Anna has two clicks, the bot has stopped."""
    await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await say(anna, "Клик")
    await say(anna, "Клик")
    assert await bot.stop() == 0
    return anna


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_copy_that_cannot_be_read_is_waited_for(bot: Bot, telegram: Telegram, fault: str) -> None:
    """Nothing is written or served, the log tells why; when the fault ends, the taps made meanwhile count."""
    method, kind, value, sentence = FAULTS[fault]
    anna = await played(bot, telegram)
    document, written, answers = stored(telegram), len(uploads(telegram)), len(anna.answers)
    telegram.faults.add(method, kind, times=None, value=value)
    anna.send("Клик")
    await bot.start()
    await bot.wait_line(f"Nothing is served until the table is restored .*{sentence}")
    assert (stored(telegram), len(uploads(telegram)), len(anna.answers)) == (document, written, answers)
    assert len(telegram.queue_of()) == 1
    telegram.faults.clear()
    assert await anna.answer(timeout=PATIENCE) == "Кликов: 3 🏆"
    await until_stored(telegram, {1001: ("Анна", 3)})


@pytest.mark.long
@pytest.mark.parametrize("fault", ["one damaged byte", "file gone", "forward blocked"])
async def test_the_admin_is_told_once_and_in_one_sentence(bot: Bot, telegram: Telegram, fault: str) -> None:
    """However often it is tried again."""
    method, kind, value, _ = FAULTS[fault]
    await played(bot, telegram)
    admin = telegram.person(ADMIN)
    before = len(admin.answers)
    telegram.faults.add(method, kind, times=None, value=value)
    await bot.start()
    await bot.wait_line(r"Nothing is served .*attempt 3")
    assert "не восстановлена" in await admin.answer(after=before, timeout=PATIENCE)
    assert "\n" not in admin.newest
    assert len(admin.answers) == before + 1
    telegram.faults.clear()
    await bot.ready()


async def test_what_only_tidies_up_may_fail(bot: Bot, telegram: Telegram) -> None:
    """The forwarded copy cannot be deleted and the pointer cannot be read: the table is good and is served."""
    anna = await played(bot, telegram)
    telegram.faults.add("deleteMessage", "error", value=(400, "Bad Request: message can't be deleted for everyone"))
    telegram.faults.add("getMyCommands", "error", value=(400, "Bad Request: no commands today"))
    await bot.start()
    assert await say(anna, "Клик") == "Кликов: 3 🏆"
    assert "could not be deleted" in bot.output


async def test_no_network_is_waited_for(bot: Bot, telegram: Telegram) -> None:
    """At the start as well as while the table is restored."""
    anna = await played(bot, telegram)
    telegram.cut = True
    anna.send("Клик")
    await bot.start()
    await bot.wait_line("getMe failed and is repeated")
    telegram.cut = False
    assert await anna.answer(timeout=PATIENCE) == "Кликов: 3 🏆"


def document(**change: Any) -> bytes:
    """A document of this format with one player, Борис, who has 5 clicks; `change` replaces fields, None drops them."""
    envelope: dict[str, Any] = {
        "format": "clicker-backup",
        "version": 1,
        "generation": 3,
        "epoch": 1,
        "owner": None,
        "saved_at": "2026-11-21T12:00:30Z",
        "applied_updates": [],
        "counts": {"users": 1, "clicks": 5},
        "tables": {"users": {"columns": ["chatid", "name", "click", "state"], "rows": [[7, "Борис", 5, 0]]}},
        "parts": [],
        "previous": None,
    }
    return json.dumps({name: value for name, value in {**envelope, **change}.items() if value is not ...}).encode()


def rows(*rows: list[Any], columns: str = "chatid name click state", table: str = "users") -> dict[str, Any]:
    """The `tables` of a document."""
    return {table: {"columns": columns.split(), "rows": list(rows)}}


PART = {
    "table": "users",
    "file_id": "no-such-file",
    "message_id": 5,
    "rows": 1,
    "bytes": 1,
    "sha256": "0" * 64,
}
WRONG = {
    "empty": (b"", "it is not JSON"),
    "an HTML page": (HTML, "it is not JSON"),
    "half a document": (document()[:200], "it is not JSON"),
    "another JSON": (b'{"users": []}', "it is not a clicker backup"),
    "a number": (b"12", "it is not a clicker backup"),
    "a newer version": (document(version=2), "its version is 2"),
    "no version": (document(version=...), "its version is None"),
    "too many users": (document(counts={"users": 2, "clicks": 5}), "its counts are wrong: 1 users instead of 2"),
    "too few clicks": (document(counts={"users": 1, "clicks": 6}), "its counts are wrong: 5 clicks instead of 6"),
    "an unknown count": (document(counts={"users": 1, "gems": 1}), "its counts are wrong: None gems instead of 1"),
    "no counts": (document(counts=...), "its field counts is wrong"),
    "a text as generation": (document(generation="x"), "its field generation is wrong"),
    "a row too short": (document(tables=rows([7, "Борис", 5])), "row of its table users is wrong"),
    "clicks as text": (document(tables=rows([7, "Борис", "много", 0])), "row of its table users is wrong"),
    "negative clicks": (document(tables=rows([7, "Борис", -5, 0])), "row of its table users is wrong"),
    "a number too large": (document(tables=rows([2**70, "Борис", 5, 0])), "is wrong"),
    "an unknown table": (document(tables=rows([7], columns="chatid", table="shop")), "does not know the table shop"),
    "an unknown column": (document(tables=rows([7, 1], columns="chatid gems")), "does not know the table users"),
    "a missing part": (document(parts=[PART]), "cannot be downloaded"),
    "an oldest row too short": (b'[[7, "x", 1]]', "its row 1 is not"),
    "an oldest row of texts": (b'[["7", "x", 1, 0]]', "its row 1 is not"),
}


@pytest.mark.long
@pytest.mark.parametrize("content", WRONG)
async def test_a_document_that_is_wrong_in_itself_is_refused(bot: Bot, telegram: Telegram, content: str) -> None:
    """Without a checksum to look at, each thing it says is checked; the message stays, and is read when it is right."""
    data, sentence = WRONG[content]
    admin = await adopt(bot, telegram, data)
    await bot.wait_line(f"Nothing is served until the table is restored .*{sentence}")
    assert uploads(telegram) == []
    file_id = next(message["document"]["file_id"] for message in admin.messages if "document" in message)
    telegram.replace_file(file_id, document())
    await bot.ready()
    await until_stored(telegram, {7: ("Борис", 5)})


async def test_a_right_document_without_checksum_is_taken(bot: Bot, telegram: Telegram) -> None:
    """As written by a person or by another program; the next generation follows its own."""
    await adopt(bot, telegram, document())
    await bot.ready()
    await until_stored(telegram, {7: ("Борис", 5)})
    assert stored(telegram)["generation"] == 4


async def test_of_two_candidates_the_higher_generation_wins(bot: Bot, telegram: Telegram) -> None:
    """CONFIG_ID points to an old document, the pinned one is newer."""
    admin = telegram.person(ADMIN, first_name="Админ")
    old = admin.send_file("old.json", document(generation=2, counts={"users": 0, "clicks": 0}, tables=rows()))
    admin.pin(admin.send_file("new.json", document())["message_id"])
    await bot.start(ADMIN_ID=str(ADMIN), CONFIG_ID=str(old["message_id"]))
    await bot.ready()
    await until_stored(telegram, {7: ("Борис", 5)})


STALE = {"deleted": "999999", "none": "", "the code itself": "1"}


@pytest.mark.long
@pytest.mark.parametrize("config_id", STALE)
async def test_a_stale_config_id_gives_way_to_the_pinned_message(bot: Bot, telegram: Telegram, config_id: str) -> None:
    """It names a message that is gone, none, or one without a document: getChat's pinned message serves."""
    anna = await played(bot, telegram)
    await bot.start(ADMIN_ID=str(ADMIN), CONFIG_ID=STALE[config_id])
    assert await say(anna, "Клик") == "Кликов: 3 🏆"


async def test_an_unpinned_document_is_found_and_pinned_again(bot: Bot, telegram: Telegram) -> None:
    """By its id, at the start and with the next save."""
    anna = await played(bot, telegram)
    admin = telegram.person(ADMIN)
    message = (admin.pinned or {})["message_id"]
    admin.unpin()
    await bot.start()
    assert await say(anna, "Клик") == "Кликов: 3 🏆"
    await until_stored(telegram, {1001: ("Анна", 3)})
    admin.unpin()
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 4)})
    assert (admin.pinned or {})["message_id"] == message


async def test_a_document_hidden_by_another_pin_comes_to_light(bot: Bot, telegram: Telegram) -> None:
    """The admin pins something newer: the document is written anew so that getChat shows it; nothing is lost."""
    anna = await played(bot, telegram)
    admin = telegram.person(ADMIN)
    admin.pin(admin.send("важное")["message_id"])
    await bot.start()
    assert await say(anna, "Клик") == "Кликов: 3 🏆"
    await until_stored(telegram, {1001: ("Анна", 3)})
    admin.pin(admin.send("ещё важнее")["message_id"])
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 4)})


async def test_a_cleared_chat_loses_nothing_while_the_bot_runs(bot: Bot, telegram: Telegram) -> None:
    """The admin deletes everything: the next save writes the whole table anew."""
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})
    admin.clear_history()
    await say(anna, "Клик")
    await until_stored(telegram, {1001: ("Анна", 1)})
    await restart(bot)
    assert await say(anna, "Клик") == "Кликов: 2 🏆"


async def test_a_cleared_chat_while_the_bot_is_away_is_no_empty_table(bot: Bot, telegram: Telegram) -> None:
    """There was a table: the bot does not begin with an empty one, it waits and says why."""
    anna = await played(bot, telegram)
    written = len(uploads(telegram))
    telegram.person(ADMIN).clear_history()
    anna.send("Клик")
    await bot.start()
    await bot.wait_line("Nothing is served until the table is restored .*message to forward not found")
    assert len(uploads(telegram)) == written
    assert len(telegram.queue_of()) == 1


async def test_the_caption_names_the_checksum_of_the_bytes(bot: Bot, telegram: Telegram) -> None:
    """So that anybody can check a copy that was downloaded."""
    await played(bot, telegram)
    pinned = telegram.person(ADMIN).pinned or {}
    assert pinned["caption"].endswith(hashlib.sha256(telegram.document(pinned)).hexdigest())


@pytest.mark.long
@pytest.mark.parametrize("is_cut", [False, True])
async def test_a_start_that_fails_for_long_is_told(
    bot: Bot,
    telegram: Telegram,
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    *,
    is_cut: bool,
) -> None:
    """What passes is news if it does not pass, unless it keeps the news back as well."""
    admin = await set_up(bot, telegram)
    assert await bot.stop() == 0
    heard = admin.chat.texts_sent
    fault = telegram.faults.add("forwardMessage", "reset_before" if is_cut else "500", times=None)
    monkeypatch.setattr(complaint, "LATE", 0.0)
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv("BOT_API_URL", server.url)
    stop = asyncio.Event()
    running = asyncio.create_task(Service(app, read_settings(tmp_path / "no.env"), tmp_path / "no.env", stop).run())
    if is_cut:
        await telegram.wait(lambda: "Nothing is served" in caplog.text or fault.hits > 3, PATIENCE)
    else:
        assert (await admin.answer(after=heard, timeout=PATIENCE)).startswith("Таблица не восстановлена")
    telegram.faults.clear()
    assert (await sign_up(telegram, 1001, "Анна")).answers
    stop.set()
    await running
    assert any(text.startswith("Таблица не восстановлена") for text in admin.answers) != is_cut


async def test_another_bots_document_is_not_touched(bot: Bot, telegram: Telegram) -> None:
    """Status 2 and one line; whoever has set BOT or the chat of another bot loses nothing."""
    content = document(bot="shop")
    await adopt(bot, telegram, content)
    assert await bot.wait() == 2
    assert bot.lines[-1].startswith("BOT is wrong: the stored document belongs to shop, and this is ")
    assert uploads(telegram) == []
