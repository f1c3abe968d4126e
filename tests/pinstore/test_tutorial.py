"""The page on writing a bot: its blocks are a program that does what the page says, and its test passes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.stories.environment import foreign
from tests.stories.harness import ADMIN, PATIENCE, say, stored
from tests.stories.launcher import ROOT, Bot
from tests.stories.script import START, Script

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.http.server import Server
    from emulator.state.telegram import Telegram
    from tests.stories.launcher import Launcher

pytestmark = pytest.mark.long

DIALOGUE = "What shall others call you?"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the page's program and its test."""
    page = (ROOT / "docs" / "writing-a-bot.md").read_text(encoding="utf-8")
    *program, test = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "bot.py").write_text("\n\n".join(program), encoding="utf-8")
    (tmp_path / "test_bot.py").write_text(test, encoding="utf-8")
    return tmp_path


async def test_the_pages_bot_does_what_the_page_says(
    telegram: Telegram, server: Server, programs: Launcher, folder: Path
) -> None:
    """Taps, a dialogue with SIGKILL in the middle, a menu, and an admin whom nobody else can pass for."""
    bot = Bot(Script(programs, folder / "bot.py"), server.url, folder / ".env")
    try:
        await bot.start()
        admin, anna = telegram.person(ADMIN), telegram.person(1001)
        code = (await bot.wait_line(r"admin ([0-9a-f]{10})", START))[1]
        assert await say(anna, "/name") == DIALOGUE
        await bot.wait_line("An update is lost, as the bot is not set up yet")
        assert "Traceback" not in bot.output
        admin.send(f"admin {code}")
        await admin.wait(lambda: admin.newest.startswith("config_id = "), PATIENCE)
        assert (await say(anna, "/start")).startswith("Tap as often as you like.")
        anna.tap("Tap")
        assert await anna.answer(timeout=PATIENCE) == "Taps: 1"
        assert await say(anna, "/name") == DIALOGUE
        await bot.kill()
        anna.send("Anna")
        await bot.start()
        await anna.wait(lambda: anna.newest == "Hello, Anna!", START)
        assert await say(anna, "/top") == "1. Anna: 1"
        assert [command["command"] for command in anna.commands] == ["name", "top"]
        assert (await say(admin, "/stats")).startswith("1 people, 1 taps; saved ")
        assert (await say(admin, "/backup")).startswith("Stored as generation ")
        assert stored(telegram)["tables"]["tappers"]["rows"] == [[1001, "Anna", 1]]
        anna.send("/stats")
        assert await say(anna, "Tap") == "Taps: 2"
        assert await bot.stop() == 0, bot.output
        assert stored(telegram)["counts"] == {"tappers": 1, "taps": 2, "dialogues": 0}
    finally:
        await bot.close()


def test_the_pages_test_passes(folder: Path) -> None:
    """As it stands there, run by pytest."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_bot.py"]
    environment = {**foreign(os.environ), "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=240
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
