"""The environment and the env file: one line for what is wrong, and the exit status that the README promises."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from bots import BOTS
from emulator.state.changes import PATIENCE
from runtime.settings import SettingsError, read_settings
from runtime.values import EXPECTED
from scenes.company import FOREIGN
from tests.stories.harness import TOKEN, say, set_up, sign_up, until_stored, users
from tests.stories.launcher import ROOT, Bot, Spawner

if TYPE_CHECKING:
    from pathlib import Path

    from emulator.http.server import Server
    from emulator.state.telegram import Telegram

WRONG = [
    ("BOT_TOKEN", "secret"),
    ("BOT_TOKEN", "42:"),
    ("BOT_TOKEN", ":secret"),
    ("BOT_TOKEN", "42:sec ret"),
    ("BOT_TOKEN", "bot42:secret"),
    ("ADMIN_ID", "me"),
    ("ADMIN_ID", "0"),
    ("ADMIN_ID", "-1001234567890"),
    ("ADMIN_ID", "-1"),
    ("ADMIN_ID", "1.5"),
    ("ADMIN_ID", str(2**52 + 1)),
    ("CONFIG_ID", "-5"),
    ("CONFIG_ID", "0"),
    ("CONFIG_ID", "12a"),
    ("BACKUP_INTERVAL", "0"),
    ("BACKUP_INTERVAL", "-1"),
    ("BACKUP_INTERVAL", "nan"),
    ("BACKUP_INTERVAL", "inf"),
    ("BACKUP_INTERVAL", "often"),
    ("BACKUP_INTERVAL", "86401"),
    ("BOT_API_URL", "localhost:8081"),
    ("BOT_API_URL", "ftp://localhost"),
    ("BOT_API_URL", "http://api..example"),
    ("BOT_API_URL", f"http://{'x' * 64}.example"),
    ("DATABASE_URL", "postgresql://u@db..example/d"),
    ("DATABASE_URL", "postgresql:///d?host=/run/postgresql,db..example"),
    ("LOG_LEVEL", "LOUD"),
    ("DURABILITY", "maybe"),
    ("MESSAGES_PER_SECOND", "0"),
    ("MESSAGES_PER_SECOND", "many"),
    ("ANSWERS_PER_SECOND", "fast"),
    ("ANSWERS_PER_SECOND", "1001"),
    ("HISTORY", "24 hours"),
    ("LOG_FORMAT", "xml"),
    ("METRICS_PORT", "0"),
    ("PORT", "65536"),
    ("PORT", "http"),
    ("SENTRY_DSN", "https://secret.example/1"),
    ("SENTRY_DSN", "https://secret@example:port/1"),
    ("SENTRY_DSN", "https://secret@example/project"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
async def test_a_wrong_setting_ends_with_one_line_that_names_it(bot: Bot, name: str, value: str) -> None:
    """Status 2; what is expected is told, what was given is not repeated: it may be half a token."""
    await bot.start(**{name: value})
    assert await bot.wait() == 2
    (line,) = bot.lines
    assert line.startswith(f"{name} is wrong: expected ")
    assert TOKEN not in line
    assert "secret" not in line


GOOD = [
    ("DATABASE_URL", "postgresql://u:p@db.example/d"),
    ("DATABASE_URL", "postgresql://u@my_db,10.0.0.7:5433,[::1]:5432/d"),
    ("DATABASE_URL", f"postgresql://u@%2Frun%2F{'x' * 64}/d"),
    ("DATABASE_URL", "postgresql:///d?host=/run/postgresql..sock,@abstract"),
    ("BOT_API_URL", "http://[::1]:8081/"),
    ("BOT_API_URL", "http://bot_api:8081/prefix"),
    ("BOT_API_URL", "https://xn--e1afmkfd.xn--p1ai/"),
]


@pytest.mark.parametrize(("name", "value"), GOOD)
def test_an_address_of_any_host_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """A name of any script, with a line below it, a number, several, a socket of this machine."""
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    monkeypatch.setenv(name, value)
    taken = getattr(read_settings(tmp_path / "none.env"), name.lower())
    assert (taken.get_secret_value() if isinstance(taken, SecretStr) else str(taken)) == value


@pytest.mark.parametrize(("name", "value"), WRONG[::4])
async def test_a_wrong_line_in_the_file_is_named_too(bot: Bot, name: str, value: str) -> None:
    """The same for the env file."""
    bot.env_file.write_text(f"{name}={value}\n", encoding="utf-8")
    await bot.start(**{name: ""})
    assert await bot.wait() == 2
    assert [line.partition(" is wrong")[0] for line in bot.lines] == [name]


@pytest.mark.parametrize(
    ("messages", "answers", "pace"),
    [
        ("", "", (30, True)),
        ("", "auto", (30, True)),
        ("", "5", (5, False)),
        ("12", "", (12, False)),  # whoever has set that wants less of everything
        ("30", "", (30, True)),  # the default, written down
        ("100", "", (100, True)),
        ("12", "auto", (30, True)),
        ("12", "100", (100, False)),
    ],
)
def test_what_holds_answers_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, messages: str, answers: str, pace: tuple[int, bool]
) -> None:
    """What they begin with, and whether they may become more."""
    monkeypatch.setenv("MESSAGES_PER_SECOND", messages)
    monkeypatch.setenv("ANSWERS_PER_SECOND", answers)
    assert read_settings(tmp_path / "none.env").pace == pace


async def test_a_file_that_is_no_text_is_named(bot: Bot) -> None:
    """Not a traceback."""
    bot.env_file.write_bytes(b"BOT_TOKEN=\xff\xfe")
    await bot.start()
    assert await bot.wait() == 2
    assert bot.lines == ["bot0.env cannot be read: expected a text file in UTF-8."]


async def test_the_environment_wins_and_empty_counts_as_unset(bot: Bot, telegram: Telegram) -> None:
    """The file gives what the environment leaves out, also with a byte order mark and Windows line ends."""
    bot.env_file.write_bytes(
        f"\ufeffBOT_TOKEN={TOKEN}\r\nBACKUP_INTERVAL=never\r\nADMIN_ID=\r\nCONFIG_ID=\r\n".encode()
    )
    await bot.start(BOT_TOKEN="", BACKUP_INTERVAL="0.05")
    await set_up(bot, telegram)
    await sign_up(telegram, 1001, "Анна")
    await until_stored(telegram, {1001: ("Анна", 0)})


def test_no_setting_of_the_developer_reaches_the_demo() -> None:
    """It plays on ports, and writes to places, of its own."""
    assert set(EXPECTED) <= FOREIGN


async def test_a_refused_token_ends_with_one_line(bot: Bot) -> None:
    """Status 1, and the token is not in it."""
    await bot.start(BOT_TOKEN="43:OTHER")
    assert await bot.wait() == 1
    assert bot.lines == ["Telegram refused BOT_TOKEN (Unauthorized): check it with BotFather."]


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process with what would be its last signal")
async def test_a_signal_after_the_end_is_no_trouble(server: Server, tmp_path: Path) -> None:
    """A bot that has ended by itself is asked to stop before it is gone."""
    program = """
import os, signal, sys
from pathlib import Path
from runtime.lazy_aiogram import import_aiogram
import_aiogram()
from bots import load
from runtime import serve as bot
from runtime.settings import read_settings
env_file = Path(sys.argv[1])
status = bot.run(load("clicker"), read_settings(env_file), env_file)
os.kill(os.getpid(), signal.SIGTERM)
sys.exit(status)
"""
    env_file = tmp_path / ".env"
    env_file.write_text(f"BOT_TOKEN=43:OTHER\nBOT_API_URL={server.url}\n", encoding="utf-8")
    ended = await asyncio.to_thread(run_python, tmp_path, "-c", program, str(env_file), PYTHONPATH=str(ROOT))
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == ["Telegram refused BOT_TOKEN (Unauthorized): check it with BotFather."]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process with what would be its first signal")
def test_a_signal_in_the_first_moment_is_never_forgotten(tmp_path: Path) -> None:
    """It comes in a callback, where Python prints what is raised and goes on."""
    program = """
import os, signal, weakref
import main
class Module:
    pass
def read_arguments(_):
    module = Module()
    watched = weakref.ref(module, lambda _: os.kill(os.getpid(), signal.SIGTERM))
    del module
    raise RuntimeError("it went on")
main.read_arguments = read_arguments
main.main([])
"""
    ended = run_python(tmp_path, "-c", program, PYTHONPATH=str(ROOT))
    assert (ended.returncode, ended.stderr) == (0, "")


async def test_a_token_that_is_revoked_in_play_ends_it(bot: Bot, telegram: Telegram) -> None:
    """The same status and line; nothing is confirmed."""
    await set_up(bot, telegram)
    telegram.faults.add("getUpdates", "error", times=None, value=(401, "Unauthorized"))
    telegram.person(1001, first_name="Анна").send("/start")
    assert await bot.wait() == 1
    assert bot.lines[-1].startswith("Telegram refused BOT_TOKEN (Unauthorized)")


async def test_a_token_that_is_revoked_ends_it_whatever_was_asked(bot: Bot, telegram: Telegram) -> None:
    """A save that is refused ends it as well: with a window full of taps no poll goes out that could notice."""
    await set_up(bot, telegram)
    await sign_up(telegram, 1001, "Анна")
    telegram.faults.add("getChat", "error", times=None, value=(401, "Unauthorized"))
    telegram.person(1001).send("Клик")
    assert await bot.wait() == 1
    assert bot.lines[-1].startswith("Telegram refused BOT_TOKEN (Unauthorized)")


async def test_a_token_that_is_revoked_ends_it_under_a_save(bot: Bot, telegram: Telegram) -> None:
    """The save that is under way gets no answer; the thread that waits for it has nothing to say about that."""
    await set_up(bot, telegram)
    await sign_up(telegram, 1001, "Анна")
    hanging = telegram.faults.add("getChat", "no_answer", times=None)
    telegram.person(1001).send("Клик")
    await telegram.changed.until(lambda: hanging.hits or None, PATIENCE)
    telegram.faults.add("getUpdates", "error", times=None, value=(401, "Unauthorized"))
    assert await bot.wait() == 1
    assert bot.lines[-1].startswith("Telegram refused BOT_TOKEN (Unauthorized)")
    assert "Traceback" not in bot.output


async def test_without_a_token_heroku_is_told(bot: Bot) -> None:
    """No demo where DYNO is set: status 2 and one line."""
    await bot.start(BOT_TOKEN="", DYNO="worker.1")
    assert await bot.wait() == 2
    (line,) = bot.lines
    assert line.startswith("BOT_TOKEN is not set: expected ")


async def test_no_network_at_the_start_is_waited_for(bot: Bot, telegram: Telegram) -> None:
    """With backoff and a line in the log; a signal ends it in good order."""
    await bot.start(BOT_API_URL="http://127.0.0.1:9")
    await bot.wait_line("getMe failed and is repeated: ")
    assert await bot.stop() == 0
    telegram.cut = True
    await bot.start()
    await bot.wait_line("getMe failed")
    telegram.cut = False
    await bot.ready()


async def test_a_signal_while_the_bot_waits_to_be_set_up(bot: Bot, telegram: Telegram) -> None:
    """Status 0; nothing that was handled comes again."""
    await bot.start()
    anna = telegram.person(1001, first_name="Анна")
    await say(anna, "/start")
    assert await bot.stop() == 0
    assert telegram.queue_of() == []


def run_program(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """`python main.py` as a user types it, far from its folder."""
    (folder / ".env").touch()
    return run_python(folder, str(ROOT / "main.py"), "--env-file", str(folder / ".env"), *arguments, **env)


def run_python(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Python with nothing of the developer's environment."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "COVERAGE_PROCESS_CONFIG") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**kept, "PYTHONUTF8": "1", **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def test_the_program_says_what_is_wrong_and_ends(tmp_path: Path) -> None:
    """The true `python main.py`: one line on standard error, nothing on standard output."""
    ended = run_program(tmp_path, BOT_TOKEN=TOKEN, BACKUP_INTERVAL="soon")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert (
        ended.stderr
        == "BACKUP_INTERVAL is wrong: expected seconds between saves, a number above 0 and at most 86400.\n"
    )


def test_the_program_explains_its_arguments(tmp_path: Path) -> None:
    """`--help` ends with 0 and names them; an unknown one ends with 2."""
    ended = run_program(tmp_path, "--help")
    assert ended.returncode == 0
    assert all(argument in ended.stdout for argument in ("--demo", "--port", "--env-file"))
    assert run_program(tmp_path, "--unknown").returncode == 2


@pytest.mark.long
async def test_the_program_plays_and_ends(server: Server, telegram: Telegram, tmp_path: Path) -> None:
    """The true `python main.py`, from its start to SIGTERM."""
    env_file = tmp_path / ".env"
    env_file.write_text(f"BOT_TOKEN={TOKEN}\n", encoding="utf-8")
    bot = Bot(Spawner(), server.url, env_file, BOT_TOKEN="")
    try:
        await set_up(bot, telegram)
        assert await say(await sign_up(telegram, 1001, "Анна"), "Клик") == "Кликов: 1 🏆"
        assert await bot.stop() == 0
    finally:
        await bot.close()
    assert users(telegram) == {1001: ("Анна", 1)}


def test_a_token_is_not_in_the_settings_as_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in their repr nor in their str."""
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    settings = read_settings(tmp_path / "none.env")
    assert settings.token == TOKEN
    assert TOKEN not in f"{settings!r} {settings}"
    monkeypatch.delenv("BOT_TOKEN")
    with pytest.raises(SettingsError, match="BOT_TOKEN is not set"):
        _ = read_settings(tmp_path / "none.env").token


@pytest.mark.long
def test_a_bot_is_chosen_by_its_name(tmp_path: Path) -> None:
    """By BOT or --bot, which wins; any other name ends with status 2 and a line that lists what there is."""
    for arguments, env in ((("--bot", "shp"), {"BOT": "clicker"}), ((), {"BOT": "shp"})):
        ended = run_program(tmp_path, *arguments, BOT_TOKEN=TOKEN, **env)
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr == f"BOT is wrong: expected {' or '.join(BOTS)}, not 'shp'.\n"
    ended = run_program(tmp_path, "--bot", "clicker", "--check", BOT_TOKEN="", BOT="shp")
    assert ended.stderr.startswith("BOT_TOKEN is not set")
