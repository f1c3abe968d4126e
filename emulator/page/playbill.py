"""Which bots the page shows, each with its scene; which of them play, and which of them somebody looks at."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from emulator.page.process import ProcessError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Mapping

    from emulator.page.bubble import View
    from emulator.page.scene import Scene

REST = 30.0
"""Seconds after which a bot ends that nobody looks at while others are looked at: pages come back after a reload."""


class Playbill:
    """The scenes by name, the first one first.

    start: makes the bot of this name ready for the first time; moved: told by how many seconds the time went forward.
    """

    def __init__(
        self,
        scenes: Mapping[str, Scene],
        start: Callable[[str], Awaitable[None]] | None = None,
        moved: Callable[[float], None] | None = None,
    ) -> None:
        self.scenes = dict(scenes)
        self.first = next(iter(scenes))
        self.telegram = self.scenes[self.first].telegram
        self._start = start
        self._moved = moved
        self._watchers: Counter[str] = Counter()
        self._resting: set[str] = set()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._looking: asyncio.Task[None] | None = None

    def view(self, name: str) -> View:
        """The scene of this name, and under `bots` the line of each that can be chosen."""
        return {"bots": [self._bill(each) for each in self.scenes] if self._start else [], **self.scenes[name].view()}

    async def choose(self, name: str) -> None:
        """Start a bot that never played, or that has ended because nobody looked. ProcessError if it does not start."""
        process = self.scenes[name].process
        async with self._turns[name]:
            if process is None or process.running:
                return
            if process.state == "never" and self._start is not None:
                await self._start(name)
            elif name in self._resting:
                await process.start()
            self._resting.discard(name)

    @contextmanager
    def watched(self, name: str) -> Iterator[None]:
        """Somebody looks at this bot until the block ends."""
        self._watchers[name] += 1
        self._look_later()
        try:
            yield
        finally:
            self._watchers[name] -= 1
            self._look_later()

    def advance(self, seconds: float) -> None:
        """Move the time of the Telegram and of its bots forward."""
        if self._moved is not None:
            self._moved(seconds)
        self.telegram.clock.advance(seconds)
        self.telegram.changed.touch()

    def close(self) -> None:
        """No bot ends by itself any more."""
        if self._looking is not None:
            self._looking.cancel()

    def _bill(self, name: str) -> View:
        scene = self.scenes[name]
        state = "never" if scene.process is None else scene.process.state
        return {"bot": name, "name": scene.bot.user["first_name"], "line": scene.line, "state": state}

    def _look_later(self) -> None:
        self.close()
        self._looking = asyncio.get_running_loop().create_task(self._look())

    async def _look(self) -> None:
        await asyncio.sleep(REST)
        if not self._watchers.total():
            return  # somebody may come back; Ctrl-C ends everything
        for name, scene in self.scenes.items():
            async with self._turns[name]:
                if scene.process is not None and scene.process.running and not self._watchers[name]:
                    self._resting.add(name)
                    with suppress(ProcessError):  # it has ended meanwhile
                        await scene.process.stop()
