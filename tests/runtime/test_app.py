"""A bot that is no clicker goes through everything that bots share, in words and numbers of its own."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from bots.roulette import app as roulette
from runtime.in_chat import InChat
from runtime.outbox.backlog import FULL
from runtime.settings import Settings
from tests.runtime.pantry import app
from tests.stories.harness import PATIENCE, say, set_up, stored
from tests.stories.launcher import ROOT, Bot, Launcher
from tests.stories.script import START, Script

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from emulator.http.server import Server
    from emulator.state.chats import Json
    from emulator.state.people import Person
    from emulator.state.telegram import Telegram

SERVING = ROOT / "tests" / "runtime" / "pantry" / "serving.py"


@pytest.fixture
async def pantry(programs: Launcher, server: Server, tmp_path: Path) -> AsyncIterator[Bot]:
    """The bot, which is not started yet."""
    bot = Bot(Script(programs, SERVING), server.url, tmp_path / ".env")
    yield bot
    await bot.close()


def words(message: Json) -> str:
    """What stands in a message, or below its picture."""
    return str(message.get("text") or message.get("caption") or "")


async def told(admin: Person, text: str, beginning: str) -> str:
    """Say this and wait for the message that begins so."""
    admin.send(text)
    return await admin.wait(
        lambda: next((words(one) for one in reversed(admin.messages) if words(one).startswith(beginning)), ""), PATIENCE
    )


async def test_another_bot_goes_through_all_that_bots_share(pantry: Bot, telegram: Telegram) -> None:
    """Set-up, play, SIGKILL, /stats, /player, /export, a broadcast, a restore, SIGTERM."""
    await pantry.start()
    await pantry.wait_line(r"admin [0-9a-f]{10}", START)
    admin = await set_up(pantry, telegram)
    anna, boris = (telegram.person(number, first_name=name) for number, name in ((1001, "Анна"), (1002, "Борис")))
    for guest in (anna, boris):
        assert await say(guest, "/start") == "Shelf"
    assert await say(anna, "Plums") == "Jars: 1"
    before = await backup(admin, telegram)
    assert await say(anna, "Pears") == "Jars: 2"
    await pantry.kill()
    boris.send("Quinces")
    await pantry.start()
    assert await boris.wait(lambda: boris.newest if boris.newest == "Jars: 3" else "", START)
    summary = await told(admin, "/stats", "Сводка")
    assert "\nГостей: 2, новых сегодня: 2\nБанок: 3, сегодня: 3\nЗаблокировали бота: 0" in summary
    assert await say(admin, "/player 1001") == "Анна (id 1001): пользуется ботом, язык как в Telegram."
    await exports(admin)
    await broadcasts(admin, anna, boris)
    await restores(admin, before)
    assert await pantry.stop() == 0, pantry.output
    assert stored(telegram)["bot"] == "pantry"
    assert list(stored(telegram)["counts"]) == ["guests", "jars", "hours", "broadcasts"]
    assert (stored(telegram)["counts"]["guests"], stored(telegram)["counts"]["jars"]) == (2, 1)
    assert (admin.pinned or {})["caption"].startswith("Гостей: 2, банок: 1, ")
    foreign = [text for text in map(words, admin.messages) if re.search("клик|игрок", text, re.IGNORECASE)]
    assert foreign == []


async def backup(admin: Person, telegram: Telegram) -> bytes:
    """The document as it is now."""
    assert (await told(admin, "/backup", "Сохранено")).startswith("Сохранено: поколение ")
    return telegram.document(admin.pinned or {})


async def exports(admin: Person) -> None:
    """The tables as lines of text, in a file called after the bot."""
    admin.send("/export json")
    name = await admin.wait(lambda: next((file for file in files(admin) if not file.endswith("gz")), ""), PATIENCE)
    assert name == "pantry.json"


def files(admin: Person) -> list[str]:
    """The names of all files in the chat but the backup."""
    found = [message.get("document", {}).get("file_name", "") for message in admin.messages]
    return [name for name in found if name and not re.fullmatch(r"pantry-\d+-[0-9a-f]{16}\.json", name)]


async def broadcasts(admin: Person, *guests: Person) -> None:
    """A message to all guests."""
    admin.send("/broadcast", reply_to=admin.send("The shelf is full"))
    await admin.wait(lambda: admin.newest.startswith("Разослать это сообщение? Получателей сейчас: 2"), PATIENCE)
    admin.press("📣 Разослать")
    for guest in guests:
        assert await guest.wait(lambda: guest.newest == "The shelf is full", PATIENCE)  # noqa: B023


async def restores(admin: Person, content: bytes) -> None:
    """An older document, after a question in numbers of this bot."""
    admin.send_file("pantry.json", content)
    question = await admin.wait(lambda: admin.newest if admin.newest.startswith("Восстановить") else "", PATIENCE)
    assert "\nГостей: 2 → 2 (+0)\nБанок: 4 → 1 (-3)\n" in question
    admin.press("Восстановить")
    done = await admin.wait(lambda: admin.newest if "восстановлена" in admin.newest else "", PATIENCE)
    assert done.startswith("Копия восстановлена: гостей 2, банок 1, ")


@pytest.mark.parametrize("holds_back", [True, False])
async def test_answers_wait_for_a_backlog_only_if_the_bot_says_so(tmp_path: Path, *, holds_back: bool) -> None:
    """What people tell each other is not replaced by what comes next, so it goes out at once."""
    parts = InChat(replace(app, holds_back=holds_back), Settings(bot_token=SecretStr("42:TEST")), tmp_path / ".env")
    old = [{"update_id": number, "message": {"date": 1, "chat": {"id": 1001}}} for number in range(FULL)]
    parts.polled(old, old)
    assert parts.gate.is_held(asyncio.get_running_loop().time()) == holds_back
    assert not roulette.holds_back
    await parts.bot.session.close()
