"""Copies on their way: begun in the order of a list, a few at a time, each with an outcome or in doubt."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter

from runtime.broadcast.copying import send_copy
from runtime.broadcast.mailing import Outcome
from runtime.outbox.gate import Gate
from runtime.outbox.turns import HeldUpError

log = logging.getLogger(__name__)

WINDOW = 4
"""Copies from the oldest one without an outcome to the newest: enough for Telegram's pace over a tenth of a second."""

SHORT = 3
"""Seconds that a 429 may ask for while the others wait behind it."""

LONGEST = 30
"""Seconds that one chat is waited for: a 429 that asks for more is the chat's own fault, or holds up everything."""

KNOWN = 1_000
"""Ids of copies that are remembered: none of them can be another player's."""


@dataclass(eq=False)
class Slot:
    """A place in the window."""

    player: int
    newest: int
    """The highest message id that was known when the copy was begun: its own is above."""
    since: float = 0.0
    """When the copy was begun, by the event loop's clock."""
    outcome: Outcome | None = None
    held_by: int = 0
    """The number of the list that must be stored before the window may pass, as this player has another place there."""
    is_called: bool = False
    """Whether Telegram has been asked and has not answered."""
    task: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def is_over(self) -> bool:
        """Whether it is known what has become of the copy."""
        return self.outcome not in (None, Outcome.DOUBT, Outcome.NOT_YET)


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
        gate: Gate,
        on_outcome: Callable[[Slot], Awaitable[None]],
    ) -> None:
        self._bot = bot
        self._source = source
        self._turn = turn
        """The chat's turn to get a message."""
        self._licence = licence
        """Waits until this process may send."""
        self._is_licensed = is_licensed
        self._gate = gate
        """Told what has got through, and which chat has met a 429."""
        self._on_outcome = on_outcome
        self._not_before: dict[int, float] = {}
        self.window: deque[Slot] = deque()
        self.newest = 0
        """The highest message id known."""
        self.known: deque[int] = deque(maxlen=KNOWN)
        """Ids of copies."""
        self.sent_at = float("-inf")
        """When a copy has last got through, by the event loop's clock."""

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

    @property
    def missing(self) -> list[Slot]:
        """Copies that have not arrived, nobody knows why."""
        return [slot for slot in self.window if slot.outcome is Outcome.NOT_YET]

    def begun(self, stored: int) -> list[int]:
        """Players whose copies are under way or in doubt, or who wait for a list after the one `stored` last."""
        return [slot.player for slot in self.window if not slot.is_over or slot.held_by > stored]

    def begin(self, player: int) -> None:
        """Begin the copy for the next player."""
        slot = Slot(player, self.newest)
        self.window.append(slot)
        self.go(slot)

    def note(self, number: int) -> None:
        """A message of the bot's has this id."""
        self.newest = max(self.newest, number)
        self.known.append(number)

    def go(self, slot: Slot) -> None:
        """Begin the copy of a slot, or begin it again."""
        slot.outcome, slot.since = None, asyncio.get_running_loop().time()
        slot.task = asyncio.create_task(self._send(slot), name="copy")

    def move_on(self, stored: int) -> None:
        """Let the window pass what is over; `stored` is the number of the list that was stored last."""
        while self.window and self.window[0].is_over and stored >= self.window[0].held_by:
            self.window.popleft()

    def withdraw(self) -> None:
        """Take back what is only waiting to be sent, now or again."""
        for slot in [slot for slot in self.window if slot.outcome in (None, Outcome.NOT_YET) and not slot.is_called]:
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
        try:
            slot.outcome = await self._outcome(slot)
        except HeldUpError:
            slot.outcome = Outcome.NOT_YET
        except Exception:  # whatever it was: the others are not to wait for it for ever
            log.exception("It is not known whether chat %s has got a broadcast", slot.player)
            slot.outcome = Outcome.DOUBT
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
                    self._gate.heed(slot.player, error.retry_after)
                    if error.retry_after > SHORT:
                        self._not_before[slot.player] = loop.time() + min(error.retry_after, LONGEST)
                        return Outcome.LATER if error.retry_after <= LONGEST else Outcome.NOT_YET
                    await asyncio.sleep(error.retry_after)
                else:
                    if number:
                        self.note(number)
                        self.sent_at = loop.time()
                        self._gate.went()
                    return outcome
