"""A program that was not written for these tests, started against the local Telegram without a change to it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.stories.launcher import GROUP, ROOT, Spawned

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.launcher import Launcher, Running

START = 120.0
"""Seconds that anything may take in which a program starts, which imports all that it needs: a guard only."""


class Programs:
    """Starts any program, each with an interpreter of its own."""

    async def start(self, argv: list[str], env: dict[str, str]) -> Spawned:
        """Run the Python file that comes first."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.stories.program",
            *argv,
            env={**env, "PYTHONPATH": str(ROOT)},
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


def programs() -> Launcher:
    """The fastest way that this system knows."""
    if sys.platform != "win32":
        from tests.stories.forking import ForkServer  # noqa: PLC0415 - there is none on Windows

        return ForkServer("tests.stories.program_server")
    else:  # noqa: RET505 - mypy follows platforms by branches
        return Programs()


class Script:
    """Starts one program, a Python file."""

    def __init__(self, programs: Launcher, path: Path) -> None:
        self._programs, self._path = programs, path

    async def start(self, argv: list[str], env: dict[str, str]) -> Running:
        """Run it; it takes no arguments."""
        del argv
        return await self._programs.start([str(self._path)], env)

    def close(self) -> None:
        """Whoever has started it closes what it is started by."""
