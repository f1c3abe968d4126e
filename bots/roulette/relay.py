"""What goes to a chat in the order of its line: messages that are passed on, and what changes there."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError, TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.methods import TelegramMethod

from bots.roulette.acts import Passed
from bots.roulette.doubts import MARGIN, Doubts
from pinstore import retry
from runtime.outbox.answer import Answer
from runtime.outbox.calls import Alone, Copies, Copy

log = logging.getLogger(__name__)

COLLECT = 0.7
"""Seconds after the last part of an album until it is sent."""

SETTLE = 3.0
"""Seconds after which a call without an answer has been executed or never will be."""


class Ledger(Protocol):
    """Where it is noted what has become of messages."""

    doubts: Doubts

    @property
    def is_stopping(self) -> bool:
        """Whether the process ends: what has not begun is left to the next one, as nothing is noted any more."""

    async def arrived(self, row: Passed, copy: int) -> None:
        """It is there."""

    async def refused(self, row: Passed) -> None:
        """Telegram never takes it."""

    async def lost(self, row: Passed) -> None:
        """It is there or not, and nobody can tell."""

    def target(self, found: int) -> int:
        """The message that a counterpart stands for, see `passing.counterpart`."""


@dataclass(slots=True)
class Relay(Alone):
    """A message, or the parts of an album, on the way to the partner."""

    kind: str = "relay"
    rows: list[Passed] = field(default_factory=list)
    ledger: Ledger | None = None
    is_doubtful: bool = False
    """Whether some of it may have arrived already."""
    until: int = 0
    """Below which id it would be, see `Doubts.find`."""
    margin: int = MARGIN
    is_open: bool = True
    """Whether further parts may come."""

    def take(self, row: Passed, now: float, wait: float = COLLECT) -> None:
        """One more part."""
        self.rows.append(row)
        self.weight = len(self.rows)
        if row.album:
            self.not_before = now + wait

    async def deliver(self, bot: Bot, chat_id: int) -> None:
        """Send what has not arrived yet."""
        self.is_open = False
        if self.ledger is None or self.ledger.is_stopping:
            return
        if self.is_doubtful:
            await self._look(self.ledger, chat_id)
        self.is_doubtful, self.until, self.margin = False, 0, MARGIN
        if not self.rows:
            return
        try:
            await self._send(self.ledger, bot, chat_id)
        except retry.AMBIGUOUS:
            self.is_doubtful, self.not_before = True, asyncio.get_running_loop().time() + SETTLE
            raise
        except (TelegramRetryAfter, TelegramForbiddenError):
            raise
        except TelegramAPIError as error:
            log.debug("A message for chat %s is refused: %s", chat_id, retry.reason(error))
            for row in self.rows:
                await self.ledger.refused(row)

    async def _look(self, ledger: Ledger, chat_id: int) -> None:
        """Note those that have arrived; they went out one after the other."""
        while self.rows:
            row = self.rows[0]
            copy = await ledger.doubts.find(chat_id, row.source, self.until, self.margin)
            if not copy:
                break
            await ledger.arrived(row, copy)
            del self.rows[0]

    async def _send(self, ledger: Ledger, bot: Bot, chat_id: int) -> None:
        first = self.rows[0]
        if len(self.rows) == 1:
            target = ledger.target(first.answers) if first.answers else 0
            reply = {"message_id": target, "allow_sending_without_reply": True} if target else None
            copy = Copy(chat_id=chat_id, from_chat_id=first.sender, message_id=first.source, reply_parameters=reply)
            copies = [await bot(copy)]
        else:
            sources = sorted(row.source for row in self.rows)
            copies = await bot(Copies(chat_id=chat_id, from_chat_id=first.sender, message_ids=sources))
        for place, row in enumerate(sorted(self.rows, key=lambda row: row.source)):
            if len(copies) == len(self.rows):
                await ledger.arrived(row, copies[place].message_id)
            else:  # some were left out, and it is not said which
                await ledger.lost(row)


@dataclass(slots=True)
class Change(Answer):
    """Something that happens to a message which is there, or will be when its turn comes; the newest change counts."""

    stands_alone: ClassVar[bool] = True

    found: int = 0
    """The message, as `passing.counterpart` tells it."""
    ledger: Ledger | None = None
    method: Callable[[int], TelegramMethod[Any]] | None = None
    """The call for a message."""

    async def deliver(self, bot: Bot, chat_id: int) -> None:
        """Change it, if it is there and can be changed."""
        target = self.ledger.target(self.found) if self.ledger else 0
        if not target or self.method is None:
            return
        try:
            await bot(self.method(target))
        except TelegramBadRequest as error:
            log.debug("A message in chat %s stays as it is: %s", chat_id, retry.reason(error))


@dataclass(slots=True)
class Screen(Alone):
    """A text with inline buttons, whose id is remembered."""

    kind: str = "screen"
    on_sent: Callable[[int], None] | None = None

    async def deliver(self, bot: Bot, chat_id: int) -> None:
        """Send it."""
        result: Any = await bot(self.say(chat_id))
        if self.on_sent and isinstance(result, dict):
            self.on_sent(int(result["message_id"]))
