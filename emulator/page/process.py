"""The bot as a child process: what the chat page starts, stops and kills, and whose log it shows."""

from __future__ import annotations

import asyncio
import codecs
import re
import signal
import subprocess
import sys
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from emulator.state.changes import PATIENCE, Changes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# A group of its own: Ctrl-C in the terminal reaches the parent only, which then stops the bot in good order.
if sys.platform == "win32":
    GENTLE = signal.CTRL_BREAK_EVENT
    GROUP: dict[str, Any] = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
else:
    GENTLE = signal.SIGTERM
    GROUP: dict[str, Any] = {"start_new_session": True}


class ProcessError(Exception):
    """The bot's process is not in the state that was asked for."""


async def spawn(
    argv: Sequence[str], env: Mapping[str, str] | None, cwd: Path | None = None, stdin: int = subprocess.DEVNULL
) -> asyncio.subprocess.Process:
    """A child whose two streams of output are one, and which a Ctrl-C in the terminal does not reach."""
    out, both = subprocess.PIPE, subprocess.STDOUT
    return await asyncio.create_subprocess_exec(*argv, env=env, cwd=cwd, stdin=stdin, stdout=out, stderr=both, **GROUP)


class Process:
    """One program, run again and again: `argv` under `env`; every line and change of state touches `changes`."""

    def __init__(
        self,
        argv: Sequence[str],
        env: Mapping[str, str] | None = None,
        *,
        cwd: Path | None = None,
        keep: int = 500,
        changes: Changes | None = None,
    ) -> None:
        self.argv = list(argv)
        self.env = None if env is None else dict(env)
        self.cwd = cwd
        self.changes = changes or Changes()
        self.since = time.time()
        self._lines: deque[str] = deque(maxlen=keep)
        self._fresh = 0  # how many of the lines, from the end, are of the current run
        self._child: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._asked = ""
        self._starting = asyncio.Lock()
        self._over = False

    @property
    def lines(self) -> list[str]:
        """The newest lines of output (both streams, all runs), oldest first."""
        return list(self._lines)

    @property
    def running(self) -> bool:
        """Whether the program runs now."""
        return self._child is not None and self._child.returncode is None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._child.pid if self._child is not None and self.running else None

    @property
    def returncode(self) -> int | None:
        """Exit status of the last run, negative for a signal; None while it runs and before the first run."""
        return None if self._child is None else self._child.returncode

    @property
    def state(self) -> str:
        """One of `never`, `running`, `stopping`, `stopped`, `killed` and `ended` (by itself)."""
        if self._child is None:
            return "never"
        if self.running:
            return "stopping" if self._asked else "running"
        return {"stop": "stopped", "kill": "killed"}.get(self._asked, "ended")

    async def start(self) -> None:
        """Run the program; ProcessError when it runs already, OSError when it cannot be run."""
        async with self._starting:
            if self.running or self._over:
                raise ProcessError("the bot is over" if self._over else "the bot is running already")
            await self._drained()
            self._child = await self.launch()
            self._asked, self._fresh, self.since = "", 0, time.time()
            self._reader = asyncio.create_task(self._read(self._child, self._child.stdout))
            self.changes.touch()

    async def launch(self) -> asyncio.subprocess.Process:
        """The program as it has just begun; a child class may know a quicker way."""
        return await spawn(self.argv, self.env, self.cwd)

    async def end(self) -> None:
        """Stop the program, also one that is just being started; there is no start after this."""
        self._over = True
        async with self._starting:
            if self.running:
                await self.stop()

    async def stop(self, timeout: float = 12.0) -> int:
        """Ask the program to end, kill it after `timeout` seconds; the exit status. ProcessError if it does not run."""
        child = self._ask("stop")
        child.send_signal(GENTLE)
        try:
            await asyncio.wait_for(child.wait(), timeout)
        except TimeoutError:
            if child.returncode is None:
                child.kill()
        return await self._ended(child)

    async def kill(self) -> int:
        """End the program without a word (SIGKILL); the exit status. ProcessError when it does not run."""
        child = self._ask("kill")
        child.kill()
        return await self._ended(child)

    async def wait(self) -> int:
        """Wait until the program has ended by itself or otherwise; the exit status."""
        if self._child is None:
            raise ProcessError("the bot was never started")
        return await self._ended(self._child)

    async def wait_line(self, pattern: str, timeout: float = PATIENCE) -> re.Match[str]:
        """The first line of this run in which `pattern` is found; ProcessError when the program ends without it.

        Raises asyncio.TimeoutError after `timeout` seconds.
        """
        return await asyncio.wait_for(self._found(re.compile(pattern)), timeout)

    async def _found(self, pattern: re.Pattern[str]) -> re.Match[str]:
        while True:
            for line in self._run_lines():
                if found := pattern.search(line):
                    return found
            if self._reader is None or self._reader.done():
                last = next(reversed(self._run_lines()), "it said nothing")
                raise ProcessError(f"the bot ended with status {self.returncode}: {last}")
            await self.changes.wait()

    def _run_lines(self) -> list[str]:
        return self.lines[-self._fresh :] if self._fresh else []

    def _ask(self, what: str) -> asyncio.subprocess.Process:
        if self._child is None or not self.running:
            raise ProcessError("the bot is not running")
        self._asked = what
        self.changes.touch()
        return self._child

    async def _ended(self, child: asyncio.subprocess.Process) -> int:
        status = await child.wait()
        await self._drained()
        return status

    async def _drained(self) -> None:
        if self._reader is not None:
            await asyncio.wait([self._reader])

    async def _read(self, child: asyncio.subprocess.Process, output: asyncio.StreamReader | None) -> None:
        decode = codecs.getincrementaldecoder("utf-8")(errors="replace").decode
        rest = ""
        while output is not None and (chunk := await output.read(1 << 16)):
            *whole, rest = (rest + decode(chunk)).split("\n")
            self._keep(whole)
        self._keep([rest] if rest else [])
        await child.wait()
        self.since = time.time()
        asyncio.get_running_loop().call_soon(self.changes.touch)  # when this task counts as done

    def _keep(self, lines: list[str]) -> None:
        self._lines.extend(line.rstrip("\r") for line in lines)
        self._fresh = min(self._fresh + len(lines), len(self._lines))
        self.changes.touch()
