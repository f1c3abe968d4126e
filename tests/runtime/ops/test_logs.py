"""The log: an object a line where no person watches, plain lines on a terminal, and nothing in it that is secret."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp.http_exceptions import BadHttpMessage, LineTooLong

from emulator.state.changes import PATIENCE
from runtime.ops.logs import Answered, JsonLines, Lines, Redaction, Seldom
from tests.stories.harness import ADMIN, TOKEN, admin_of, say, set_up, sign_up
from tests.stories.launcher import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot

BROKEN = """
import sys
from pathlib import Path
from runtime.lazy_aiogram import import_aiogram
import_aiogram()
from bots import load
from runtime import serve as bot
from runtime.settings import read_settings

async def live(_, settings, *others):
    raise KeyError(f"https://api.telegram.org/bot{settings.token}/getMe")

bot.live = live
sys.exit(bot.run(load("clicker"), read_settings(Path("none")), Path("none")))
"""
"""The bot with a fault of its own."""


def read(bot: Bot) -> list[dict[str, Any]]:
    """The lines of its run, each an object."""
    return [json.loads(line) for line in bot.lines]


def record(level: int, text: str, at: float = 0.0, logger: str = "runtime.test") -> logging.LogRecord:
    """A record of the time `at`."""
    made = logging.LogRecord(logger, level, __file__, 1, text, None, None)
    made.created = at
    return made


async def test_a_life_is_told_in_objects(bot: Bot, telegram: Telegram) -> None:
    """From the start to the stop, failures of saves among it; people copy from it what stood in lines of its own."""
    bot.env_file.unlink()
    admin = await set_up(bot, telegram)
    anna = await sign_up(telegram, 1001, "Анна Каренина")
    telegram.faults.add("editMessageMedia", "500", times=2)
    assert await say(anna, "Клик") == "Кликов: 1 🏆"
    await bot.wait_line("Saves work again after 2 failures")
    anna.send("Тайна")
    admin.send("/drill")
    await admin.answer()
    assert await bot.stop() == 0
    lines = read(bot)
    assert {tuple(line)[:4] for line in lines} == {("time", "level", "logger", "message")}
    said = [line["message"] for line in lines]
    message = admin.pinned["message_id"] if admin.pinned else 0
    assert f"ADMIN_ID={ADMIN}" in said
    assert f"CONFIG_ID={message}" in said
    assert f"On Heroku: heroku config:set ADMIN_ID={ADMIN} CONFIG_ID={message}" in said
    assert lines[0]["message"].startswith("Started as @clicker_bot: version ")
    assert (lines[0]["durability"], lines[0]["interval"]) == ("exact", 0.05)
    assert [line["attempt"] for line in lines if line["message"].startswith("The save failed")] == [1, 2]
    assert lines[-1]["message"].startswith("Stopped as asked")
    assert lines[-1]["status"] == 0
    assert "Кликер" in bot.output  # the bot's own name: readable, not escaped
    for private in ("Каренина", "Тайна", TOKEN):
        assert private not in bot.output
    await bot.start(ADMIN_ID=str(ADMIN))
    await bot.ready()
    (ready,) = [line for line in read(bot) if line["message"].startswith("Ready: users 1, clicks 1, generation ")]
    assert ready["counts"] == {"users": 1, "clicks": 1}
    assert ready["message"].endswith(f"generation {ready['generation']}")


async def test_people_choose_plain_lines(bot: Bot, telegram: Telegram) -> None:
    """LOG_FORMAT decides; PyCharm's console is no terminal and has a reader nevertheless."""
    for env in ({"LOG_FORMAT": "text"}, {"PYCHARM_HOSTED": "1"}):
        await bot.start(**env)
        line = await bot.ready()
        assert "WARNING pinstore.keeping.code: The bot has no backup chat yet" in line
        assert await bot.stop() == 0
    await bot.start(LOG_FORMAT="json", PYCHARM_HOSTED="1")
    assert json.loads(await bot.ready())["logger"] == "pinstore.keeping.code"
    assert admin_of(telegram).answers == []


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_a_terminal_gets_plain_lines(tmp_path: Path) -> None:
    """Not objects."""
    if sys.platform != "win32":
        ours, theirs = os.openpty()
        env = {**os.environ, "BOT_TOKEN": TOKEN, "BOT_API_URL": "http://127.0.0.1:9"}
        argv = [sys.executable, str(ROOT / "main.py"), "--env-file", str(tmp_path / "none")]
        with subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs) as process:
            os.close(theirs)
            shown = os.read(ours, 1 << 16).decode()
            process.terminate()
            assert process.wait(PATIENCE) == 0
        os.close(ours)
        assert " WARNING pinstore.chat.retry: getMe failed" in shown


@pytest.mark.long
def test_a_fault_of_its_own_is_an_object_too(tmp_path: Path) -> None:
    """With the traceback in it and without the token; status 1."""
    env = {**os.environ, "BOT_TOKEN": TOKEN}
    ended = subprocess.run(
        [sys.executable, "-c", BROKEN],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    line = json.loads(ended.stderr)
    assert (ended.returncode, line["level"], list(tmp_path.iterdir())) == (1, "CRITICAL", [])
    assert "KeyError: 'https://api.telegram.org/bot<BOT_TOKEN>/getMe'" in line["traceback"]
    assert TOKEN not in ended.stderr.decode()


@pytest.mark.parametrize("formatter", [Lines, JsonLines])
def test_what_players_wrote_is_left_out_of_tracebacks(formatter: type[Lines | JsonLines]) -> None:
    """Of what they could not read, pydantic and aiogram quote much."""
    lines = (
        "1 error",
        "first_name",
        "wrong [input_value={'a': 'Анна, 5'}, input_type=dict]",
        'Content: {"text": "Анна"}',
    )
    shown = formatter(Redaction(TOKEN)).format(record(logging.ERROR, "\n".join(lines), logger="aiogram.event"))
    assert "Анна" not in shown
    assert "first_name" in shown
    assert "input_type=dict" in shown


def test_what_is_no_http_is_quoted_nowhere() -> None:
    """Whoever spoils a header has his token in what aiohttp says of it; other faults of a page are told."""

    def passes(error: Exception) -> bool:
        told = record(logging.ERROR, "Error handling request", logger="aiohttp.server")
        told.exc_info = (type(error), error, None)
        return bool(Answered().filter(told))

    assert not passes(BadHttpMessage("Invalid header value char:\n\n  b'Authorization: Bearer eyJ\\x01'"))
    assert not passes(LineTooLong(b"Authorization: Bearer eyJ", 8190))
    assert passes(ValueError("a fault of ours"))


def test_the_same_warning_is_written_once_a_minute() -> None:
    """The next time the number of those left out stands with it; other lines are not held back."""
    seldom = Seldom()

    def passes(at: float, text: str = "no network", level: int = logging.WARNING) -> bool:
        return bool(seldom.filter(record(level, text, at)))

    assert [passes(at) for at in (0, 5, 59.9)] == [True, False, False]
    assert passes(6, "no chat")
    assert [passes(at, level=logging.INFO) for at in (7, 8)] == [True, True]
    again = record(logging.WARNING, "no network", 60.0)
    assert seldom.filter(again)
    assert again.__dict__["left_out"] == 2
    assert [passes(at) for at in (61, 59)] == [False, True], "and a clock that is set back holds nothing up"
    assert not seldom.filter(
        record(logging.WARNING, "Sleep for 1 seconds and try again...", logger="aiogram.dispatcher")
    )
