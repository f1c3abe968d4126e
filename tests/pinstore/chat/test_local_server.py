"""A Bot API server of one's own that runs with --local: files are not downloaded, they lie on its disk."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from emulator.state.files import Files
from tests.stories.harness import TOKEN, say, set_up, sign_up, until_stored, users

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from emulator.state.telegram import Telegram
    from tests.stories.harness import Bot

pytestmark = pytest.mark.long

TOLD = (
    "the Bot API server keeps its files on its disk, where this process cannot read them (No such file or directory): "
    "run the bot where they are, as a user who may read them, or the server without --local"
)


@pytest.fixture
def folder(telegram: Telegram, tmp_path: Path) -> Path:
    """Where the server puts files: below a folder whose name is the token."""
    telegram.files.folder = tmp_path / "server's own files"
    return telegram.files.folder


async def play(bot: Bot, telegram: Telegram) -> None:
    """One player and one click, stored; the bot is stopped."""
    await set_up(bot, telegram)
    assert await say(await sign_up(telegram, 1001, "Анна"), "Клик") == "Кликов: 1 🏆"
    await until_stored(telegram, {1001: ("Анна", 1)})
    assert await bot.stop() == 0


def spelled(monkeypatch: pytest.MonkeyPatch, spell: Callable[[str], str]) -> None:
    """The server tells paths in another way."""
    put = Files.put
    monkeypatch.setattr(Files, "put", lambda *given: spell(put(*given)))


@pytest.mark.parametrize("spell", [lambda path: path, lambda path: f"file://{path}"], ids=["path", "address"])
@pytest.mark.skipif(sys.platform == "win32", reason="a token is no name of a folder there")
@pytest.mark.usefixtures("folder")
async def test_on_the_same_machine_they_are_read(
    bot: Bot, telegram: Telegram, monkeypatch: pytest.MonkeyPatch, spell: Callable[[str], str]
) -> None:
    """The table is restored, listed and checked without a download."""
    spelled(monkeypatch, spell)
    await play(bot, telegram)
    for arguments in (("--check",), ("backups",)):
        await bot.start(*arguments)
        assert await bot.wait() == 0, bot.output
    await bot.start()
    await bot.ready()
    assert await say(telegram.person(1001), "Клик") == "Кликов: 2 🏆"
    assert telegram.count("download") == 0
    assert telegram.count("getFile") >= 3


ELSEWHERE = {
    "on another machine": lambda path: f"/nowhere{path}",
    "on Windows": lambda path: "C:\\tba" + path.replace("/", "\\").replace(":", "~"),
    "on a share": lambda path: "\\\\server" + path.replace("/", "\\"),
    "as an address": lambda path: f"file:///nowhere{path}",
}


@pytest.mark.parametrize("spell", ELSEWHERE.values(), ids=ELSEWHERE.keys())
@pytest.mark.usefixtures("folder")
async def test_elsewhere_one_line_tells_what_to_do(
    bot: Bot, telegram: Telegram, monkeypatch: pytest.MonkeyPatch, spell: Callable[[str], str]
) -> None:
    """By the log, each command and to the admin, none of which tells the token in the path. Nothing is served."""
    await play(bot, telegram)
    spelled(monkeypatch, spell)
    outputs = []
    for arguments in (("--check",), ("backups",), ("restore", "1", "--yes")):
        await bot.start(*arguments)
        assert await bot.wait() == 1
        outputs.append(bot.output)
        assert sum(TOLD in line for line in bot.lines) == 1, bot.output
    await bot.start(LOG_LEVEL="DEBUG")
    await bot.wait_line("Nothing is served until the table is restored")
    assert TOLD in bot.output
    admin = telegram.person(1)
    await admin.wait(lambda: TOLD in admin.newest)
    assert await bot.stop() == 0
    for output in (*outputs, bot.output, admin.newest):
        assert not any(token in output for token in (TOKEN, TOKEN.replace(":", "~"), TOKEN.replace(":", "%3A")))
    assert users(telegram) == {1001: ("Анна", 1)}


if sys.platform != "win32":  # where no pipe lies in a folder

    @pytest.mark.parametrize("make", [os.mkdir, os.mkfifo], ids=["folder", "pipe"])
    @pytest.mark.usefixtures("folder")
    async def test_what_is_no_file_is_not_waited_for(
        bot: Bot, telegram: Telegram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None]
    ) -> None:
        """A folder, or a pipe that nobody writes into."""
        await play(bot, telegram)
        place = tmp_path / "place"
        make(place)
        spelled(monkeypatch, lambda _: str(place))
        await bot.start("--check")
        assert await bot.wait() == 1
        assert "where this process cannot read them (Invalid argument)" in bot.output


async def test_relative_paths_are_downloaded(bot: Bot, telegram: Telegram) -> None:
    """As from Telegram's own server."""
    await play(bot, telegram)
    await bot.start()
    await bot.ready()
    assert telegram.count("download") >= 1
