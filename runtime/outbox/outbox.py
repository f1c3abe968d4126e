"""Answers on their way: whose turn it is, and what becomes of an answer that Telegram does not take."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from heapq import heappop, heappush
from itertools import count

from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
)

from pinstore import retry
from runtime.outbox.answer import Answer, Markup, Turn
from runtime.outbox.line import Line, new_line
from runtime.outbox.pace import Pace
from runtime.outbox.topic import topic_of
from runtime.outbox.turns import taken

log = logging.getLogger(__name__)

UNDER_WAY = 50
"""Messages on their way at once: half of the session's connections, so that polls and saves always find one."""

AT_ONCE = 0.8
"""Of a second's messages, so many may be on their way: if the network holds them up, they reach Telegram together."""


class Outbox:
    """A line per chat: answers to one player keep their order, and one slow chat holds up no other.

    Chats that may have a message take turns, whoever has waited longest first; one task calls them up. What waits is
    bounded by who waits: a chat has at most one line, and a line at most one answer of each kind.
    """

    def __init__(
        self,
        bot: Bot,
        pace: Pace,
        *,
        is_shared: Callable[[int], bool],
        on_refused: Callable[[int], Awaitable[None]],
    ) -> None:
        self._bot = bot
        self._pace = pace
        self._is_shared = is_shared
        """Tells in which chat saves happen as well: the admin's."""
        self._on_refused = on_refused
        """Told which chat takes no messages any more."""
        self._lines: dict[int, Line] = {}
        self._turns: list[tuple[float, int, int]] = []
        """A heap of chats that may have a message: since when they wait, whose call was first, which chat."""
        self._calls = count()
        self._caller: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(min(UNDER_WAY, max(1, int(AT_ONCE * pace.rate))))
        self._moving = 0
        self._is_still = asyncio.Event()
        self._is_still.set()
        self._is_over = False

    @property
    def waiting(self) -> int:
        """How many chats wait for an answer."""
        return self._moving

    def send(
        self,
        chat_id: int,
        text: str,
        markup: Markup | None = None,
        *,
        replaces: str = "",
        thread: int | None = None,
    ) -> None:
        """Queue a text and return at once; it replaces one that waits with the same `replaces`, or the same text."""
        self.put(chat_id, Answer(replaces or text, text, markup, thread=thread))

    def put(self, chat_id: int, answer: Answer) -> None:
        """Queue an answer and return at once; it goes to the topic that asks, unless it names another one."""
        if answer.thread is None and not isinstance(answer, Turn):
            answer.thread = topic_of(chat_id)
        line = self._lines.get(chat_id)
        if line is None:
            line = self._lines[chat_id] = new_line(chat_id, is_shared=self._is_shared(chat_id))
        line.add(answer, _now())
        if not line.is_moving:
            line.is_moving = True
            self._moving += 1
            self._is_still.clear()
            self._next(chat_id)

    def drop(self, chat_id: int) -> None:
        """Forget what this chat waits for: it takes no messages."""
        if chat_id in self._lines:
            self._lines[chat_id].clear()

    @asynccontextmanager
    async def turn(self, chat_id: int, weight: int = 1) -> AsyncIterator[None]:
        """Wait until a message that is no answer may go to this chat; its answers wait for the end of the block.

        `weight` is how many messages Telegram counts for what is sent. Raises HeldUpError.
        """
        turn = Turn(weight=weight)
        self.put(chat_id, turn)
        async with taken(turn, self._lines[chat_id]):
            yield

    async def calm(self, seconds: float) -> None:
        """Wait until what is on its way now has got through, for at most `seconds`."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    async def drain(self, seconds: float) -> None:
        """Send what still waits, for at most `seconds`, then give up the rest."""
        self._pace.hold(0)
        try:
            await asyncio.wait_for(self._is_still.wait(), seconds)
        except TimeoutError:
            log.info("%s chats get no answer any more", self._moving)
        self._is_over = True
        for task in (self._caller, *self._under_way):
            if task:
                task.cancel()

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
            loop.call_later(line.memory, self._forget, chat_id)
        elif pause := line.pause(loop.time()):
            loop.call_later(pause, self._next, chat_id)
        else:
            # The admin comes first: under a load of any size he has to see what goes on, and to steer.
            since = 0.0 if self._is_shared(chat_id) else line.next.rank
            heappush(self._turns, (since, next(self._calls), chat_id))
            if self._caller is None:
                self._caller = asyncio.create_task(self._call_up(), name="answers")

    async def _call_up(self) -> None:
        """Start one message after the other."""
        try:
            while self._turns:
                await self._pace.acquire()
                await self._room.acquire()
                task = asyncio.create_task(self._take_turn(heappop(self._turns)[-1]))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
        finally:
            self._caller = None

    async def _take_turn(self, chat_id: int) -> None:
        """Send the oldest answer, or what has replaced it meanwhile; one that failed in passing stays the oldest."""
        line, pause = self._lines[chat_id], 0.0
        try:
            if line.waiting:
                pause = await self._deliver(chat_id, await line.take(_now()), line)
        finally:
            self._room.release()
            await line.pay()
            if pause:
                asyncio.get_running_loop().call_later(pause, self._next, chat_id)
            else:
                self._next(chat_id)

    async def _deliver(self, chat_id: int, answer: Answer, line: Line) -> float:
        """Send an answer; returns the seconds to wait before it is tried again, 0 if it is done with."""
        if isinstance(answer, Turn):
            answer.has_come.set()
            await answer.is_over.wait()
            self._pace.went(answer.weight)
            line.debt = answer.weight - 1
            return 0.0
        try:
            await answer.deliver(self._bot, chat_id)
        except retry.TRANSIENT as error:
            line.failures += 1
            line.give_back(answer)
            line.forgive(answer)
            pause = retry.delay(line.failures, error)
            if isinstance(error, TelegramRetryAfter):
                self._pace.heed(chat_id, pause)
            return pause
        except TelegramMigrateToChat as error:  # a group has become a supergroup, which has another id
            for left in (answer, *line.waiting.values()):
                self.put(error.migrate_to_chat_id, left)
            line.clear()
        except TelegramForbiddenError:
            log.debug("Chat %s does not accept messages; its answers are dropped", chat_id)
            line.clear()
            await self._on_refused(chat_id)
        except TelegramAPIError as error:
            log.warning("Chat %s refused an answer: %s", chat_id, error.message)
        else:
            self._pace.went(answer.weight)
            line.debt = answer.weight - 1
            if rest := answer.rest():
                line.give_back(rest)
        line.failures = 0
        return 0.0

    def _forget(self, chat_id: int) -> None:
        line = self._lines.get(chat_id)
        if line and line.is_rested:
            del self._lines[chat_id]


def _now() -> float:
    return asyncio.get_running_loop().time()
