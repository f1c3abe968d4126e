"""The bot as a process that a test starts, stops and kills, and whose log it reads."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import pytest

from emulator.state.changes import PATIENCE, Changes
from runtime.values import EXPECTED
from tests.stories.environment import MOVED

if TYPE_CHECKING:
    from collections.abc import Awaitable

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
TOKEN = "42:TEST"

if sys.platform == "win32":
    GENTLE, SUDDEN, GROUP = signal.CTRL_BREAK_EVENT, signal.SIGTERM, subprocess.CREATE_NEW_PROCESS_GROUP
else:
    GENTLE, SUDDEN, GROUP = signal.SIGTERM, signal.SIGKILL, 0


def is_setting(name: str) -> bool:
    """Whether a bot would take this variable of whoever runs the tests for its own."""
    is_money = name.startswith(("HELEKET_", "FRAGMENT_"))
    return is_money or name in {*EXPECTED, "DYNO"} or name.lower().endswith("_proxy")


async def awaited(work: Awaitable[T], what: str, seconds: float = 2 * PATIENCE) -> T:
    """Await this, for at most so long; asyncio.TimeoutError says `what` did not come."""
    try:
        return await asyncio.wait_for(work, seconds)
    except TimeoutError:
        raise TimeoutError(f"{what} did not come within {seconds:g} s") from None


class Running(Protocol):
    """A process that has been started."""

    pid: int
    output: asyncio.StreamReader

    async def wait(self) -> int:
        """Its exit status, negative for a signal."""


class Launcher(Protocol):
    """A way to start bots."""

    async def start(self, argv: list[str], env: dict[str, str]) -> Running:
        """Start `main.py` with these arguments and exactly this environment."""

    def close(self) -> None:
        """End whatever it has started."""


class Spawned:
    """A plain subprocess."""

    def __init__(self, process: asyncio.subprocess.Process, output: asyncio.StreamReader) -> None:
        self._process, self.pid, self.output = process, process.pid, output

    async def wait(self) -> int:
        """Its exit status."""
        return await self._process.wait()


class Spawner:
    """Starts `python main.py`: slower, and the very command that users run."""

    async def start(self, argv: list[str], env: dict[str, str]) -> Spawned:
        """Run it."""
        moved = [str(ROOT / "scenes" / "moved.py"), env[MOVED]] if MOVED in env else []
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *moved,
            str(ROOT / "main.py"),
            *argv,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            creationflags=GROUP,
        )
        if process.stdout is None:
            raise RuntimeError("a process started with a pipe has one")
        return Spawned(process, process.stdout)

    def close(self) -> None:
        """Nothing is kept here."""


def launcher() -> Launcher:
    """The fastest way that this system knows."""
    if sys.platform != "win32":
        from tests.stories.forking import ForkServer  # noqa: PLC0415 - there is none on Windows

        return ForkServer()
    else:  # noqa: RET505 - mypy follows platforms by branches
        return Spawner()


class Bot:
    """One bot that can be started again and again, with the same env file; `url` is the Bot API server's."""

    def __init__(self, launcher: Launcher, url: str, env_file: Path, **env: str) -> None:
        self.env_file = env_file
        self.moved = env_file.parent / "moved"
        """The file that says by how much its time is ahead, see `tests.stories.moment`; it may not be there."""
        self.changed = Changes()
        self.lines: list[str] = []
        """The output of the current or last run, standard error and standard output together."""
        self.status: int | None = None
        """Exit status of the last run, None while it runs and before."""
        self._launcher = launcher
        self._env = {"BOT_TOKEN": TOKEN, "BOT_API_URL": url, "BACKUP_INTERVAL": "0.05", **env}
        self._process: Running | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def database_url(self) -> str:
        """Where its tables are; "" for Telegram."""
        return self._env.get("DATABASE_URL", "")

    @property
    def running(self) -> bool:
        """Whether it runs now."""
        return self._process is not None and self.status is None

    @property
    def pid(self) -> int:
        """Its process id."""
        if self._process is None:
            raise RuntimeError("the bot was never started")
        return self._process.pid

    @property
    def output(self) -> str:
        """Everything the current or last run has printed."""
        return "\n".join(self.lines)

    async def start(self, *arguments: str, **env: str) -> None:
        """Start it with further variables ("": unset); it may not be ready yet, see `ready`."""
        if self.running:
            raise RuntimeError("the bot runs already")
        kept = {name: value for name, value in os.environ.items() if not is_setting(name)}
        argv = ["--env-file", str(self.env_file), *arguments]
        ours = {name: value for name, value in {**self._env, **env}.items() if value}
        if self.moved.exists():
            ours[MOVED] = str(self.moved)
        self._process = await self._launcher.start(argv, {**kept, **ours})
        self.lines, self.status = [], None
        self._reading = asyncio.create_task(self._read(self._process))

    async def ready(self) -> str:
        """Wait until it polls; the line that says so."""
        return (await self.wait_line(r'Ready: |admin [0-9a-f]{10}|send: admin("|$)')).string

    async def stop(self) -> int:
        """SIGTERM, Ctrl-Break on Windows; the exit status."""
        self.signal(GENTLE)
        return await self.wait()

    async def kill(self) -> None:
        """SIGKILL."""
        self.signal(SUDDEN)
        await self.wait()

    def signal(self, number: int) -> None:
        """Send it a signal."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def wait(self) -> int:
        """Wait until it has ended and all its output is read; the exit status."""
        if self._process is None or self._reading is None:
            raise RuntimeError("the bot was never started")
        try:
            await asyncio.wait_for(asyncio.shield(self._reading), PATIENCE)
            self.status = await asyncio.wait_for(self._process.wait(), PATIENCE)
        except TimeoutError:
            raise TimeoutError(f"the bot has not ended within {PATIENCE:g} s:\n{self.output}") from None
        return self.status

    async def wait_line(self, pattern: str, timeout: float = PATIENCE) -> re.Match[str]:
        """The first line of this run in which `pattern` is found. AssertionError if the run ends without it."""
        expression = re.compile(pattern)

        def found() -> re.Match[str] | None:
            for line in self.lines:
                if match := expression.search(line):
                    return match
            assert not self.has_ended, f"the bot ended without {pattern!r}:\n{self.output}"
            return None

        try:
            match = await self.changed.until(found, timeout)
        except TimeoutError:
            pytest.fail(f"no line {pattern!r} in:\n{self.output}")
        assert match
        return match

    async def close(self) -> None:
        """End it if it still runs: gently, so that its coverage is written, and if that does not work by SIGKILL."""
        if self.running:
            try:
                await self.stop()
            finally:
                if self.running:
                    await self.kill()

    @property
    def has_ended(self) -> bool:
        """Whether it has ended, and all of its output is read."""
        return self._reading is None or self._reading.done()

    async def _read(self, process: Running) -> None:
        while line := await process.output.readline():
            self.lines.append(line.decode(errors="replace").rstrip())
            self.changed.touch()
        asyncio.get_running_loop().call_soon(self.changed.touch)  # when this task counts as done
