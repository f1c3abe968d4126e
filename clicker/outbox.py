"""Answers on their way to players: who waits for what, and whose turn it is."""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, field

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError, TelegramRetryAfter
from aiogram.types import ReplyKeyboardMarkup
from aiolimiter import AsyncLimiter

from clicker.pace import LOOK, Pace
from clicker.patience import TRANSIENT, delay
from clicker.session import PlainMethod

log = logging.getLogger(__name__)

BURST = 3
BURST_PERIOD = 3.15
"""One message a second per chat with a burst of three (core.telegram.org/bots/faq), and 5 % for uneven networks."""

UNDER_WAY = 50
"""Messages on their way at once: half of the session's connections, so that polls and saves always find one."""


class Say(PlainMethod[object]):
    """sendMessage with what an answer needs; nobody looks at the message that comes back."""

    __returning__ = object
    __api_method__ = "sendMessage"

    chat_id: int
    text: str
    reply_markup: ReplyKeyboardMarkup | None = None


@dataclass(frozen=True)
class Answer:
    """A text for a chat; where answers have to wait, one replaces the last one with the same `replaces`."""

    text: str
    markup: ReplyKeyboardMarkup | None
    replaces: str


@dataclass
class Line:
    """The answers that one chat waits for, oldest first."""

    waiting: deque[Answer] = field(default_factory=deque)
    pace: AsyncLimiter = field(default_factory=lambda: AsyncLimiter(BURST, BURST_PERIOD))
    is_moving: bool = False
    """True from the first answer until none is left."""
    failures: int = 0

    def drop(self, replaces: str) -> None:
        """Take out the last answer that a new one replaces."""
        stale = next((answer for answer in reversed(self.waiting) if answer.replaces == replaces), None)
        if stale:
            self.waiting.remove(stale)


class Outbox:
    """A line per chat: answers to one player keep their order, and one slow chat holds up no other.

    Chats that may have a message take turns, whoever has waited longest first; one task calls them up.
    """

    def __init__(self, bot: Bot, pace: Pace) -> None:
        self._bot = bot
        self._pace = pace
        self._lines: dict[int, Line] = {}
        self._turns: deque[int] = deque()
        self._caller: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(UNDER_WAY)
        self._moving = 0
        self._is_still = asyncio.Event()
        self._is_still.set()
        self._is_over = False

    def send(self, chat_id: int, text: str, markup: ReplyKeyboardMarkup | None = None, *, replaces: str = "") -> None:
        """Queue a text and return at once; `replaces` defaults to the text itself."""
        answer = Answer(text, markup, replaces or text)
        line = self._lines.get(chat_id)
        if line is None:
            line = self._lines[chat_id] = Line()
        if line.waiting and (self._is_late() or not line.pace.has_capacity(len(line.waiting) + 1)):
            line.drop(answer.replaces)
        line.waiting.append(answer)
        if not line.is_moving:
            line.is_moving = True
            self._moving += 1
            self._is_still.clear()
            self._next(chat_id)

    async def drain(self, seconds: float) -> None:
        """Send what still waits, for at most `seconds`, then give up the rest."""
        self._pace.hold(0)
        try:
            await asyncio.wait_for(self._is_still.wait(), seconds)
        except asyncio.TimeoutError:
            log.info("%s chats get no answer any more", self._moving)
        self._is_over = True
        for task in (self._caller, *self._under_way):
            if task:
                task.cancel()

    def _is_late(self) -> bool:
        """Whether those who have their turn must wait for a second or more."""
        return len(self._turns) >= self._pace.rate or self._pace.is_held

    def _next(self, chat_id: int) -> None:
        """Let the chat take its turn as soon as its own pace allows; a chat with nothing left stands still."""
        line, loop = self._lines[chat_id], asyncio.get_running_loop()
        if self._is_over:
            return
        if not line.waiting:
            line.is_moving = False
            self._moving -= 1
            if not self._moving:
                self._is_still.set()
            loop.call_later(BURST_PERIOD + LOOK, self._forget, chat_id)
        elif line.pace.has_capacity():
            self._turns.append(chat_id)
            if self._caller is None:
                self._caller = asyncio.create_task(self._call_up(), name="answers")
        else:
            loop.call_later(LOOK, self._next, chat_id)

    async def _call_up(self) -> None:
        """Start one message after the other."""
        try:
            while self._turns:
                await self._pace.acquire()
                await self._room.acquire()
                task = asyncio.create_task(self._take_turn(self._turns.popleft()))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
        finally:
            self._caller = None

    async def _take_turn(self, chat_id: int) -> None:
        """Send the oldest answer, or what has replaced it meanwhile; one that failed in passing stays the oldest."""
        line = self._lines[chat_id]
        answer, pause = line.waiting[0], 0.0
        try:
            await line.pace.acquire()  # at once: nobody else sends to this chat
            pause = await self._deliver(chat_id, answer, line)
        finally:
            self._room.release()
            if pause:
                asyncio.get_running_loop().call_later(pause, self._next, chat_id)
            else:
                if line.waiting and line.waiting[0] is answer:
                    line.waiting.popleft()
                self._next(chat_id)

    async def _deliver(self, chat_id: int, answer: Answer, line: Line) -> float:
        """Send an answer; returns the seconds to wait before it is tried again, 0 if it is done with."""
        try:
            await self._bot(Say(chat_id=chat_id, text=answer.text, reply_markup=answer.markup))
        except TRANSIENT as error:
            line.failures += 1
            pause = delay(line.failures, error)
            if isinstance(error, TelegramRetryAfter):
                self._pace.heed(chat_id, pause)
            return pause
        except TelegramForbiddenError:
            log.debug("Chat %s does not accept messages; its answers are dropped", chat_id)
            line.waiting.clear()
        except TelegramAPIError as error:
            log.warning("Chat %s refused an answer: %s", chat_id, error.message)
            line.waiting.clear()
        line.failures = 0
        return 0.0

    def _forget(self, chat_id: int) -> None:
        line = self._lines.get(chat_id)
        if line and not line.is_moving and line.pace.has_capacity(BURST):
            del self._lines[chat_id]
