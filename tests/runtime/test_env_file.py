"""The file of settings: what is no file of settings, what is meant by it, and ids that are remembered in it."""

from __future__ import annotations

import errno
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pytest

from runtime import env_file as remembering
from runtime.env_file import remember
from runtime.settings import SettingsError, misnamed_token, read_settings
from tests.runtime.test_settings import run_python
from tests.stories.harness import say, set_up, sign_up, users
from tests.stories.launcher import ROOT, TOKEN, Bot, Spawned, Spawner

if TYPE_CHECKING:
    from emulator.http.server import Server
    from emulator.state.telegram import Telegram

SIGHUP: signal.Signals = getattr(signal, "SIGHUP", signal.SIGTERM)
"""There is none on Windows."""

MAIN = str(ROOT / "main.py")
SELDOM = {"BOT_TOKEN": "", "DURABILITY": "interval", "BACKUP_INTERVAL": "1000"}


def unreadable(path: Path) -> Path:
    """A file that is there and cannot be read, also by root where Linux has one that nobody can."""
    memory = Path("/proc/self/mem")
    if memory.exists():
        path.symlink_to(memory)
    else:
        path.write_text("BOT_TOKEN=1:x\n", encoding="utf-8")
        path.chmod(0)
    return path


def test_a_file_that_may_not_be_read_is_one_line(tmp_path: Path) -> None:
    """Status 2 and no traceback; the same for a folder of that name."""
    (tmp_path / "folder.env").mkdir()
    for path in (unreadable(tmp_path / "un.env"), tmp_path / "folder.env"):
        ended = run_python(tmp_path, MAIN, "--env-file", str(path), BOT_TOKEN=TOKEN)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr.startswith(f"{path.name} cannot be read: ")
        assert ended.stderr.count("\n") == 1


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """Whoever names a file means to run a bot, not to play."""
    ended = run_python(tmp_path, MAIN, "--env-file", "nowhere.env")
    assert (ended.returncode, ended.stderr) == (2, "--env-file is wrong: there is no nowhere.env.\n")


@pytest.mark.long
@pytest.mark.parametrize(
    ("settings", "arguments", "sentence"),
    [
        ("", ["--env-file", "x.env"], "BOT_TOKEN is not set: expected "),
        ("", ["--no-demo"], "BOT_TOKEN is not set: expected "),
        ("", ["--check"], "BOT_TOKEN is not set: expected "),
        ("ADMIN_ID=7\n", ["--env-file", "x.env"], "BOT_TOKEN is not set: expected "),
        (
            f"TELEGRAM_TOKEN=123456789:{'x' * 35}\n",
            ["--env-file", "x.env"],
            "BOT_TOKEN is not set, but TELEGRAM_TOKEN ",
        ),
    ],
)
def test_no_demo_where_a_bot_is_meant(tmp_path: Path, settings: str, arguments: list[str], sentence: str) -> None:
    """Status 2, and a token is not repeated."""
    (tmp_path / "x.env").write_text(settings, encoding="utf-8")
    ended = run_python(tmp_path, MAIN, *arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(sentence)
    assert "xxx" not in ended.stderr


def test_a_token_under_another_name_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the environment as well; what only looks a little like one is none."""
    monkeypatch.setenv("GITHUB_TOKEN", "ghs_abc")
    assert misnamed_token(tmp_path / "none") is None
    monkeypatch.setenv("BotToken", f" 123456789:{'y' * 35}\r")
    assert str(misnamed_token(tmp_path / "none")).startswith("BOT_TOKEN is not set, but ")


PADDED = {
    "BOT_TOKEN": TOKEN,
    "ADMIN_ID": "7",
    "CONFIG_ID": "8",
    "BACKUP_INTERVAL": "2.5",
    "BOT_API_URL": "http://127.0.0.1:8081",
    "LOG_LEVEL": "DEBUG",
    "DURABILITY": "interval",
    "HISTORY": "3h 2d",
    "MESSAGES_PER_SECOND": "20",
    "ANSWERS_PER_SECOND": "40",
    "LOG_FORMAT": "json",
    "METRICS_PORT": "9000",
    "PORT": "9001",
    "SENTRY_DSN": "https://key@example.com/1",
}


@pytest.mark.parametrize("around", ["{}\r", " {}\t", '"{}"', "' {} '", "\ufeff{}\r\n"])
def test_what_stands_round_a_value_is_harmless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, around: str) -> None:
    """For every variable: a file with CRLF that a shell has read, quotes that Docker leaves in their place."""
    for name, value in PADDED.items():
        monkeypatch.setenv(name, around.format(value))
    found = read_settings(tmp_path / "none.env")
    assert found.sentry_dsn
    for name, value in PADDED.items():
        monkeypatch.setenv(name, value)
    assert found.model_dump() == read_settings(tmp_path / "none.env").model_dump()
    assert (found.token, found.history, found.port) == (TOKEN, "3h 2d", 9001)
    for name in PADDED:
        monkeypatch.setenv(name, around.format("") if around != "\ufeff{}\r\n" else " \r")
    assert read_settings(tmp_path / "none.env").bot_token is None


REFUSALS = {"a folder of root's": errno.EACCES, "a mounted file": errno.EBUSY, "a full disk": errno.EXDEV}


@pytest.mark.parametrize("code", REFUSALS.values(), ids=REFUSALS)
@pytest.mark.parametrize("before", ["", "ADMIN_ID=123456\nCONFIG_ID=999999\n", "ADMIN_ID=\n# note\n"])
def test_ids_are_remembered_in_a_file_that_cannot_be_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, before: str
) -> None:
    """In place: the file is the same one, and all else in it stays."""

    def refuse(_: object, target: object) -> None:
        if str(target) == str(path):
            raise OSError(code, os.strerror(code))
        real(str(_), str(target))

    path, real = tmp_path / ".env", os.replace
    path.write_text(f"{before}BOT_TOKEN={TOKEN}\nLOG_LEVEL=INFO\n", encoding="utf-8")
    inode = path.stat().st_ino
    monkeypatch.setattr(os, "replace", refuse)
    remember(path, 1, 2)
    assert path.stat().st_ino == inode
    found = read_settings(path)
    assert (found.token, found.admin_id, found.config_id, found.log_level) == (TOKEN, 1, 2, "INFO")
    assert [each.name for each in tmp_path.iterdir()] == [".env"]


@pytest.mark.parametrize("content", [b"A=1\nBOT_TOKEN=1:x\n", b"BOT_TOKEN=1:x\nA=123456789\nB=1\n"])
@pytest.mark.parametrize("fails_at", ["write", "truncate"])
def test_a_crash_while_it_is_written_loses_no_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, fails_at: str
) -> None:
    """Before the one write all is as it was, and after it all is new but for empty lines at the end."""
    path, new = tmp_path / ".env", b"A=7\nBOT_TOKEN=1:x\n"
    path.write_bytes(content)

    class Dying:
        """A file whose process is killed at one call."""

        def __init__(self) -> None:
            self._file = opened

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

        def write(self, data: bytes) -> None:
            if fails_at == "write":
                raise KeyboardInterrupt
            self._file.write(data)

        def truncate(self, _: int) -> None:
            raise KeyboardInterrupt

    opened = path.open("r+b", buffering=0)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda *_, **__: Dying())
        with pytest.raises(KeyboardInterrupt):
            remembering._overwrite(path, new)  # noqa: SLF001 - what is done at which call is the law
    assert path.read_bytes().rstrip(b"\n") in {content.rstrip(b"\n"), new.rstrip(b"\n")}
    assert "BOT_TOKEN=1:x" in path.read_text(encoding="utf-8").splitlines()


def test_a_file_that_is_gone_is_no_trouble(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The log has the lines to set then."""
    remember(tmp_path / "none", 1, 2)
    assert "ADMIN_ID=1\nCONFIG_ID=2" in caplog.text
    with pytest.raises(SettingsError):
        read_settings(tmp_path)


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="a terminal that is closed is SIGBREAK there")
async def test_a_terminal_that_is_closed_is_a_stop(server: Server, telegram: Telegram, tmp_path: Path) -> None:
    """SIGHUP: a last save as after Ctrl-C, though nothing can be written to the terminal any more."""
    env_file = tmp_path / ".env"
    env_file.write_text(f"BOT_TOKEN={TOKEN}\n", encoding="utf-8")
    bot = Bot(Starting(signal.SIG_DFL), server.url, env_file, **SELDOM)
    try:
        await set_up(bot, telegram)
        assert await say(await sign_up(telegram, 1001, "Анна"), "Клик") == "Кликов: 1 🏆"
        assert users(telegram) == {}
        bot.signal(SIGHUP)
        assert await bot.wait() == 0, bot.output
    finally:
        await bot.close()
    assert users(telegram) == {1001: ("Анна", 1)}


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="there is no nohup")
async def test_who_is_started_to_outlive_its_terminal_does(server: Server, telegram: Telegram, tmp_path: Path) -> None:
    """nohup: a signal that is ignored at the start stays ignored."""
    env_file = tmp_path / ".env"
    env_file.write_text(f"BOT_TOKEN={TOKEN}\n", encoding="utf-8")
    bot = Bot(Starting(signal.SIG_IGN), server.url, env_file, BOT_TOKEN="")
    try:
        await set_up(bot, telegram)
        bot.signal(SIGHUP)
        assert await say(await sign_up(telegram, 1001, "Анна"), "Клик") == "Кликов: 1 🏆"
        assert await bot.stop() == 0
    finally:
        await bot.close()


class Starting(Spawner):
    """Starts `python main.py` as a terminal does, or as nohup does: with SIGHUP ignored."""

    def __init__(self, hang_up: signal.Handlers) -> None:
        super().__init__()
        self._hang_up = hang_up

    async def start(self, argv: list[str], env: dict[str, str]) -> Spawned:
        """Run it, however these tests were started themselves."""
        before = signal.signal(SIGHUP, self._hang_up)
        try:
            return await super().start(argv, env)
        finally:
            signal.signal(SIGHUP, before)
