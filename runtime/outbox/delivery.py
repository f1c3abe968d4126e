"""What becomes of a message: it gets through, is tried again, or Telegram does not take it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiogram import Bot
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramRetryAfter,
)

from pinstore import errors, retry
from runtime.outbox.answer import Answer, Turn
from runtime.outbox.gate import Gate
from runtime.outbox.line import Line

log = logging.getLogger(__name__)


class Delivery:
    """Sends what a chat's turn has come for."""

    def __init__(
        self,
        bot: Bot,
        gate: Gate,
        on_refused: Callable[[int], Awaitable[None]],
        *,
        moved: Callable[[int, Answer], None],
    ) -> None:
        self._bot = bot
        self._gate = gate
        self._on_refused = on_refused
        """Told which chat takes no messages any more."""
        self._moved = moved
        """Told what is to go to another chat, as a group has got another id."""

    async def of(self, answer: Answer, chat_id: int, line: Line) -> float:
        """Send an answer of this line; returns the seconds to wait before it is tried again, 0 if it is done with."""
        await self._gate.turn(chat_id, answer)
        if isinstance(answer, Turn):
            answer.has_come.set()
            await answer.is_over.wait()
            self._charge(answer, line)
            return 0.0
        begun = _now()
        try:
            await answer.deliver(self._bot, chat_id)
        except retry.TRANSIENT as error:
            line.failures += 1
            line.give_back(answer)
            line.forgive(answer)
            pause = retry.delay(line.failures, error)
            if isinstance(error, TelegramRetryAfter):
                self._gate.heed(chat_id, pause, begun)
            return pause
        except TelegramMigrateToChat as error:  # a group has become a supergroup, which has another id
            for left in (answer, *line.waiting.values()):
                self._moved(error.migrate_to_chat_id, left)
            line.clear()
        except TelegramForbiddenError:
            log.debug("Chat %s does not accept messages; its answers are dropped", chat_id)
            line.clear()
            await self._note(chat_id)
        except TelegramAPIError as error:
            log.warning("Chat %s refused an answer: %s", chat_id, error.message)
        else:
            self._gate.went(begun)
            await self._got_through(answer, chat_id, line)
        line.failures = 0
        return 0.0

    async def _note(self, chat_id: int) -> None:
        """While the tables are not there it cannot be noted who takes no messages: he is when he refuses again."""
        try:
            await self._on_refused(chat_id)
        except (errors.StoreError, TelegramAPIError, *retry.TRANSIENT) as error:
            log.debug("It could not be noted that chat %s takes no messages: %s", chat_id, retry.reason(error))

    async def _got_through(self, answer: Answer, chat_id: int, line: Line) -> None:
        self._charge(answer, line)
        if rest := answer.rest():
            line.give_back(rest)
        if await self._gate.is_overtaken(chat_id, answer):
            line.give_back(answer)

    def _charge(self, answer: Answer, line: Line) -> None:
        """One message is paid for beforehand, the others of an album afterwards."""
        if answer.weight > 1:
            line.charge(answer.weight - 1, _now())
            self._gate.owe(answer.weight - 1, is_notice=answer.is_notice)


def _now() -> float:
    return asyncio.get_running_loop().time()
