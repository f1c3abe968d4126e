"""Understudies: one process is always ready to become a bot, so that a bot that is chosen plays at once."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from emulator.page.process import Process, spawn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from emulator.state.changes import Changes

UNDERSTUDY = Path(__file__).with_name("understudy.py")


class Understudies:
    """The one that is ready or getting ready, if any; `env` is what all bots have in common."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = dict(env)
        self.ready: asyncio.subprocess.Process | None = None
        self._hiring = asyncio.Lock()
        self._over = False

    async def hire(self) -> None:
        """Have one ready from some seconds on."""
        async with self._hiring:
            if not self._over and (self.ready is None or self.ready.returncode is not None):
                self.ready = await spawn([sys.executable, str(UNDERSTUDY)], self.env, stdin=subprocess.PIPE)

    async def take(self, argv: Sequence[str], env: Mapping[str, str]) -> asyncio.subprocess.Process | None:
        """The one that is ready, told its part; None if there is none, or if it has just ended."""
        child, self.ready = self.ready, None
        if child is None or child.stdin is None or child.returncode is not None:
            return None
        child.stdin.write(orjson.dumps({"env": dict(env), "argv": list(argv)}) + b"\n")
        try:
            await child.stdin.drain()
        except ConnectionError:
            return None
        child.stdin.close()
        return child

    async def end(self) -> None:
        """Send the one that is ready home."""
        self._over = True
        async with self._hiring:
            if self.ready is not None and self.ready.returncode is None:
                with suppress(ProcessLookupError):  # it has ended meanwhile
                    self.ready.kill()
                await self.ready.communicate()


class Role(Process):
    """A bot that an understudy plays if there is one; its start takes longer otherwise."""

    def __init__(
        self, understudies: Understudies, argv: Sequence[str], env: Mapping[str, str], changes: Changes
    ) -> None:
        """`argv` are the arguments of `moved.py`, `env` what this bot alone has."""
        moved = str(Path(__file__).with_name("moved.py"))
        super().__init__([sys.executable, moved, *argv], {**understudies.env, **env}, changes=changes)
        self._understudies = understudies
        self._part = (list(argv), dict(env))

    async def launch(self) -> asyncio.subprocess.Process:
        """An understudy that plays it, or a process of its own."""
        return await self._understudies.take(*self._part) or await super().launch()
