"""Copies on their way: begun in the order of a list, a few at a time, each with an outcome or in doubt."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter

from runtime.broadcast.copying import send_copy
from runtime.broadcast.mailing import Outcome

WINDOW = 4
"""Copies from the oldest one without an outcome to the newest: enough for Telegram's pace over a tenth of a second."""

SHORT = 3
"""Seconds that a 429 may ask for while the others wait behind it."""

KNOWN = 1_000
"""Ids of copies that are remembered: none of them can be another player's."""


@dataclass(eq=False)
class Slot:
    """A place in the window."""

    player: int
    newest: int
    """The highest message id that was known when the copy was begun: its own is above."""
    outcome: Outcome | None = None
    held_by: int = 0
    """The number of the list that must be stored before the window may pass, as this player has another place there."""
    is_called: bool = False
    """Whether Telegram has been asked and has not answered."""
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def is_over(self) -> bool:
        """Whether it is known what has become of the copy."""
        return self.outcome not in (None, Outcome.DOUBT)


class Courier:
    """Sends one message to players."""

    def __init__(
        self,
        bot: Bot,
        source: tuple[int, int],
        *,
        turn: Callable[[int], AbstractAsyncContextManager[None]],
        licence: Callable[[], Awaitable[None]],
        is_licensed: Callable[[], bool],
        heed: Callable[[int, float], None],
        on_outcome: Callable[[Slot], Awaitable[None]],
    ) -> None:
        self._bot = bot
        self._source = source
        self._turn = turn
        """The chat's turn to get a message."""
        self._licence = licence
        """Waits until this process may send."""
        self._is_licensed = is_licensed
        self._heed = heed
        """Told which chat has met a 429, and for how long."""
        self._on_outcome = on_outcome
        self._not_before: dict[int, float] = {}
        self.window: deque[Slot] = deque()
        self.newest = 0
        """The highest message id known."""
        self.known: deque[int] = deque(maxlen=KNOWN)
        """Ids of copies."""

    @property
    def has_room(self) -> bool:
        """Whether one more may be begun."""
        return len(self.window) < WINDOW

    @property
    def mark(self) -> int:
        """Ids of copies without an outcome, and of those not begun yet, are above it."""
        return min((slot.newest for slot in self.window if not slot.is_over), default=self.newest)

    @property
    def doubts(self) -> list[Slot]:
        """Copies that may have arrived."""
        return [slot for slot in self.window if slot.outcome is Outcome.DOUBT]

    def begun(self, stored: int) -> list[int]:
        """Players whose copies are under way or in doubt, or who wait for a list after the one `stored` last."""
        return [slot.player for slot in self.window if not slot.is_over or slot.held_by > stored]

    def begin(self, player: int) -> None:
        """Begin the copy for the next player."""
        slot = Slot(player, self.newest)
        self.window.append(slot)
        self.go(slot)

    def go(self, slot: Slot) -> None:
        """Begin the copy of a slot, or begin it again."""
        slot.outcome = None
        slot.task = asyncio.create_task(self._send(slot), name="copy")

    def move_on(self, stored: int) -> None:
        """Let the window pass what is over; `stored` is the number of the list that was stored last."""
        while self.window and self.window[0].is_over and stored >= self.window[0].held_by:
            self.window.popleft()

    def withdraw(self) -> None:
        """Take back what is only waiting to be sent."""
        for slot in [slot for slot in self.window if slot.outcome is None and not slot.is_called]:
            if slot.task:
                slot.task.cancel()
            self.window.remove(slot)

    async def finish(self) -> None:
        """Let what is under way come to its end."""
        if tasks := [slot.task for slot in self.window if slot.task]:
            await asyncio.wait(tasks)

    def abandon(self) -> None:
        """Break off what is under way."""
        for slot in self.window:
            if slot.task:
                slot.task.cancel()

    async def _send(self, slot: Slot) -> None:
        slot.outcome = await self._outcome(slot)
        slot.is_called = False
        await self._on_outcome(slot)

    async def _outcome(self, slot: Slot) -> Outcome:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(self._not_before.pop(slot.player, 0) - loop.time())
        while True:
            await self._licence()
            async with self._turn(slot.player):
                if not self._is_licensed():
                    continue
                try:
                    slot.is_called = True
                    outcome, number = await send_copy(self._bot, slot.player, *self._source)
                except TelegramRetryAfter as error:
                    slot.is_called = False
                    self._heed(slot.player, error.retry_after)
                    if error.retry_after > SHORT:
                        self._not_before[slot.player] = loop.time() + error.retry_after
                        return Outcome.LATER
                    await asyncio.sleep(error.retry_after)
                else:
                    if number:
                        self.newest = max(self.newest, number)
                        self.known.append(number)
                    return outcome
