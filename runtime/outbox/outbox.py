"""Answers on their way: which chats wait, and whose turn it is."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from aiogram import Bot

from pinstore import retry
from runtime.outbox.answer import Answer, Markup, Turn
from runtime.outbox.caller import Caller, Due
from runtime.outbox.delivery import Delivery
from runtime.outbox.gate import TICK, Gate
from runtime.outbox.line import Lines
from runtime.outbox.topic import topic_of
from runtime.outbox.turns import taken

log = logging.getLogger(__name__)


class Outbox:
    """A line per chat: answers to one player keep their order, and one slow chat holds up no other.

    Chats that may have a message take turns, whoever has waited longest first; the caller calls them up. What waits is
    bounded by who waits: a chat has at most one line, and a line at most one answer of each kind. Notices, which nobody
    has asked for, keep to a pace of their own and let answers go before.
    """

    def __init__(
        self,
        bot: Bot,
        gate: Gate,
        *,
        is_shared: Callable[[int], bool],
        on_refused: Callable[[int], Awaitable[None]],
    ) -> None:
        self._gate = gate
        self._is_shared = is_shared
        """Tells in which chat saves happen as well: the admin's."""
        self._delivery = Delivery(bot, gate, on_refused, moved=self.put)
        self._lines = Lines(is_shared)
        self._caller = Caller(gate, self._has_answer, self._begin)
        self._under_way: set[asyncio.Task[None]] = set()
        self._moving = 0
        self._is_still = asyncio.Event()
        self._is_still.set()
        self._is_stopping = False
        """True when whoever sends ends with his message, as others wait for that."""
        self._is_over = False
        self._watched: dict[int, asyncio.Event] = {}
        """Set when this chat waits for nothing any more."""

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
        is_notice: bool = False,
    ) -> None:
        """Queue a text and return at once; it replaces one that waits with the same `replaces`, or the same text.

        `is_notice`: nobody has asked for it, and it need not go out before others are answered.
        """
        self.put(chat_id, Answer(replaces or text, text, markup, thread=thread, is_notice=is_notice))

    def put(self, chat_id: int, answer: Answer) -> None:
        """Queue an answer and return at once; it goes to the topic that asks, unless it names another one."""
        if answer.thread is None and not isinstance(answer, Turn):
            answer.thread = topic_of(chat_id)
        now = _now()
        line = self._lines.of(chat_id, now)
        line.add(answer, now)
        if not line.is_moving:
            line.is_moving = True
            self._moving += 1
            self._is_still.clear()
            self._next(chat_id)
        elif line.resting and not answer.is_notice:
            line.resting.cancel()
            self._next(chat_id)

    def drop(self, chat_id: int) -> None:
        """Forget what this chat waits for: it takes no messages."""
        if chat_id in self._lines:
            self._lines[chat_id].clear()

    @asynccontextmanager
    async def turn(self, chat_id: int, weight: int = 1, *, is_notice: bool = True) -> AsyncIterator[None]:
        """Wait until something else than an answer may go to this chat; its answers wait for the end of the block.

        `weight` is how many messages Telegram counts for what is sent; `is_notice`: nobody has asked for it. Raises
        HeldUpError.
        """
        turn = Turn(weight=weight, is_notice=is_notice)
        self.put(chat_id, turn)
        async with taken(turn, self._lines[chat_id]):
            yield

    async def told(self, chat_id: int, seconds: float) -> None:
        """Wait until this chat waits for nothing, for at most `seconds`."""
        line = self._lines.get(chat_id)
        if line and line.is_moving:
            with suppress(TimeoutError):
                await retry.within(seconds, self._watched.setdefault(chat_id, asyncio.Event()).wait())

    async def calm(self, seconds: float) -> None:
        """Wait until what is on its way now has got through, for at most `seconds`, as the process stops."""
        self._is_stopping = True
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    async def drain(self, seconds: float) -> None:
        """Send what still waits, for at most `seconds`, then give up the rest."""
        self._gate.hold(0)
        try:
            await retry.within(seconds, self._is_still.wait())
        except TimeoutError:
            log.info("%s chats get no answer any more", self._moving)
        self._is_over = True
        self._caller.stop()
        for task in self._under_way:
            task.cancel()

    def _next(self, chat_id: int) -> None:
        """Let the chat take its turn as soon as its own pace allows; a chat with nothing left stands still."""
        line, loop = self._lines[chat_id], asyncio.get_running_loop()
        line.resting, now = None, loop.time()
        if self._is_over:
            return
        if not line.waiting:
            line.is_moving = False
            self._moving -= 1
            if self._watched and (watched := self._watched.pop(chat_id, None)):
                watched.set()
            if not self._moving:
                self._is_still.set()
            self._lines.rest(chat_id)
            return
        # The admin comes first: under a load of any size he has to see what goes on, and to steer.
        is_first, answer = self._is_shared(chat_id), line.next(now)
        if answer.is_notice and not is_first:
            self._give_slot(answer)
        if pause := line.pause(answer, now):
            resting = loop.call_later(pause + TICK, self._next, chat_id)
            line.resting = resting if answer.is_notice else None
        else:
            self._caller.queue(0.0 if is_first else answer.rank, chat_id)

    def _give_slot(self, notice: Answer) -> None:
        """Let a notice wait for what bulk messages may be; once it may have gone, it waits for the others alone."""
        if not notice.has_slot:
            notice.has_slot, notice.not_before = True, max(notice.not_before, self._gate.slot())

    def _has_answer(self, chat_id: int, now: float) -> bool | None:
        """Whether what this chat waits for is an answer, or what has replaced it; None if it waits for nothing."""
        line = self._lines[chat_id]
        if line.waiting:
            return not isinstance(line.next(now), Turn)
        self._next(chat_id)
        return None

    def _begin(self, due: Due) -> None:
        task = asyncio.create_task(self._send(due))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _send(self, due: Due | None) -> None:
        """Send to one chat, and to others as their turns come: a task for each message costs a tenth of it."""
        while due:
            sent, line, pause, is_last = due, self._lines[due.chat_id], 0.0, True
            try:
                if line.waiting:
                    pause = await self._delivery.of(line.take(_now()), sent.chat_id, line)
                is_last = self._is_stopping
            finally:
                due = self._caller.ended(sent)
                if pause:
                    asyncio.get_running_loop().call_later(pause, self._next, sent.chat_id)
                else:
                    self._next(sent.chat_id)
                if due and is_last:
                    self._begin(due)
                    due = None


def _now() -> float:
    return asyncio.get_running_loop().time()
