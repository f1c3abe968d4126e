"""The processes of one bot: started, doubled, stopped, killed, and started again when none is left."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING

from tests.stories.launcher import GENTLE, SUDDEN, Bot

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Mapping
    from collections.abc import Set as AbstractSet

    from emulator.state.changes import Changes

LOST = "Another process has taken over this bot's backup"
STOPPED_EARLY = -GENTLE if sys.platform != "win32" else 0xC000013A
"""Status of a process that was asked to stop before it listened."""

# A kill may follow a stop that has already ended the process.
ALLOWED = {"kill": {-SUDDEN, STOPPED_EARLY, 0, 1, 3}, "stop": {0, 1, 3, STOPPED_EARLY}, None: {3}}
"""Status of a process by what it was asked."""


class Fleet:
    """Processes with one token; `changed` is told when one starts or ends.

    `dice` draws the time until a host starts a bot again that has ended.
    """

    def __init__(
        self,
        make: Callable[[], Bot],
        dice: random.Random,
        changed: Changes,
        allowed: Mapping[str | None, AbstractSet[int]] = ALLOWED,
    ) -> None:
        self._make = make
        self._allowed = allowed
        self._dice = dice
        self._asked: dict[Bot, str] = {}
        self._starting: set[asyncio.Task[Bot]] = set()
        self._watching: set[asyncio.Task[None]] = set()
        self.bots: list[Bot] = []
        self.changed = changed
        self.kills = 0
        self.stops = 0

    @property
    def running(self) -> list[Bot]:
        """Those that run, oldest first."""
        return [bot for bot in self.bots if bot.running]

    @property
    def staying(self) -> list[Bot]:
        """Those of them that nobody has asked to end."""
        return [bot for bot in self.running if bot not in self._asked]

    async def start(self) -> Bot:
        """Start one more; if whoever wants it is cancelled meanwhile, `close` knows of it nevertheless."""
        starting = asyncio.create_task(self._start())
        self._starting.add(starting)
        return await asyncio.shield(starting)

    async def _start(self) -> Bot:
        bot = self._make()
        await bot.start()
        self.bots.append(bot)
        self._watching.add(asyncio.create_task(self._watch(bot)))
        self.changed.touch()
        return bot

    def kill(self, bot: Bot) -> None:
        """SIGKILL."""
        if bot.running:
            self._asked[bot] = "kill"
            self.kills += 1
            bot.signal(SUDDEN)

    def stop(self, bot: Bot) -> None:
        """SIGTERM."""
        if bot.running and bot not in self._asked:
            self._asked[bot] = "stop"
            self.stops += 1
            bot.signal(GENTLE)

    async def host(self) -> None:
        """Start one again whenever none runs, as a host does, until cancelled."""
        while True:
            if not self.running:
                await asyncio.sleep(self._dice.uniform(0, 0.8))
                await self.start()
            await self.changed.wait()

    async def alone(self, seconds: float) -> Bot:
        """Wait until one process is left; WaitError after `seconds`."""
        await self.changed.until(lambda: len(self.running) == 1, seconds, "more than one process, or none, is left")
        return self.running[0]

    async def close(self) -> None:
        """Kill what is left and wait for all ends."""
        await asyncio.gather(*self._starting)
        for bot in self.running:
            self.kill(bot)
        await asyncio.gather(*self._watching)

    def complaints(self) -> list[str]:
        """What no process may do, whatever happens to it."""
        return [complaint for bot in self.bots if (complaint := self._complaint(bot))]

    def _complaint(self, bot: Bot) -> str:
        """A process ends as it was asked to, or with status 3 and one line; nothing is ever unexpected."""
        asked = self._asked.get(bot)
        last = bot.lines[-1] if bot.lines else ""
        if bot.status is not None and bot.status not in self._allowed[asked]:
            return f"process {bot.pid} ended with status {bot.status}: {last}"
        if bot.status == 3 and not last.startswith(LOST):
            return f"process {bot.pid} ended with status 3 and said: {last}"
        if "Traceback" in bot.output:
            return f"process {bot.pid} printed a traceback:\n{bot.output}"
        return ""

    async def _watch(self, bot: Bot) -> None:
        while bot.running:
            try:
                await bot.wait()
            except TimeoutError:  # it simply lives
                continue
        self.changed.touch()
