"""A program that was not written for these tests, started against the local Telegram without a change to it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.stories.environment import foreign
from tests.stories.launcher import GROUP, ROOT, Spawned

if TYPE_CHECKING:
    from pathlib import Path

START = 120.0
"""Seconds that anything may take in which a program starts, which imports all that it needs: a guard only."""

RUN = """
import logging, os, runpy, sys
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import TelegramAPIServer
# A session's default server is the public one; here it is the local one, and no line of the program says so.
defaults = list(BaseSession.__init__.__defaults__)
defaults[0] = TelegramAPIServer.from_base(os.environ["BOT_API_URL"])
BaseSession.__init__.__defaults__ = tuple(defaults)
logging.basicConfig(level=logging.INFO)
runpy.run_path(sys.argv[1], run_name="__main__")
"""


class Script:
    """Starts one program, a Python file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def start(self, argv: list[str], env: dict[str, str]) -> Spawned:
        """Run it; it takes no arguments."""
        del argv
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            RUN,
            str(self._path),
            env={**foreign(env), "PYTHONPATH": str(ROOT)},
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
