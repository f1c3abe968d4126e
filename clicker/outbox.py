"""Answers on their way to players, at the pace that Telegram allows."""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramForbiddenError
from aiogram.types import ReplyKeyboardMarkup
from aiolimiter import AsyncLimiter

from clicker.patience import patiently

log = logging.getLogger(__name__)

BURST = 3
BURST_PERIOD = 3.15
"""One message a second per chat with a burst of three (core.telegram.org/bots/faq), and 5 % for uneven networks."""


@dataclass(frozen=True)
class Answer:
    """A text for a chat; where answers have to wait, one replaces the last one with the same `replaces`."""

    text: str
    markup: ReplyKeyboardMarkup | None
    replaces: str


class Outbox:
    """A queue per chat: answers to one player keep their order, and one slow chat holds up no other."""

    def __init__(self, bot: Bot, messages_per_second: int) -> None:
        self._bot = bot
        # Saves do not queue here; one message a second is left to them.
        self._everyone = AsyncLimiter(1, 1 / max(1, messages_per_second - 1))
        self._paces: dict[int, AsyncLimiter] = {}
        self._waiting: dict[int, deque[Answer]] = {}
        self._workers: dict[int, asyncio.Task[None]] = {}

    def send(self, chat_id: int, text: str, markup: ReplyKeyboardMarkup | None = None, *, replaces: str = "") -> None:
        """Queue a text and return at once; `replaces` defaults to the text itself."""
        answer = Answer(text, markup, replaces or text)
        waiting = self._waiting.setdefault(chat_id, deque())
        pace = self._paces.setdefault(chat_id, AsyncLimiter(BURST, BURST_PERIOD))
        if not pace.has_capacity(len(waiting) + 1):
            stale = next((other for other in reversed(waiting) if other.replaces == answer.replaces), None)
            if stale:
                waiting.remove(stale)
        waiting.append(answer)
        if chat_id not in self._workers:
            self._workers[chat_id] = asyncio.create_task(self._work(chat_id), name=f"answers to {chat_id}")

    async def drain(self, seconds: float) -> None:
        """Send what still waits, for at most `seconds`, then give up the rest."""
        if self._workers:
            await asyncio.wait(list(self._workers.values()), timeout=seconds)
        for worker in list(self._workers.values()):
            worker.cancel()

    async def _work(self, chat_id: int) -> None:
        waiting = self._waiting[chat_id]
        try:
            while waiting:
                await self._deliver(chat_id, waiting)
        finally:
            del self._workers[chat_id], self._waiting[chat_id]
            asyncio.get_running_loop().call_later(BURST_PERIOD, self._forget_pace, chat_id)

    async def _deliver(self, chat_id: int, waiting: "deque[Answer]") -> None:
        """Send the oldest answer, or what has replaced it by the time it can be sent."""

        async def attempt() -> None:
            async with self._paces[chat_id], self._everyone:
                pass
            answer = waiting[0]
            await self._bot.send_message(chat_id, answer.text, reply_markup=answer.markup)
            if waiting and waiting[0] is answer:
                waiting.popleft()

        try:
            await patiently(attempt)
        except TelegramForbiddenError:
            log.debug("Chat %s does not accept messages; its answers are dropped", chat_id)
            waiting.clear()
        except TelegramAPIError as error:
            log.warning("Chat %s refused an answer: %s", chat_id, error.message)
            waiting.clear()

    def _forget_pace(self, chat_id: int) -> None:
        if chat_id not in self._workers:
            self._paces.pop(chat_id, None)
