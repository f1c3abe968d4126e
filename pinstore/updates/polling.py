"""The polls themselves: what getUpdates asks for, and what of its answer goes on to the handlers."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol, cast

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramConflictError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import DeleteWebhook, GetUpdates, Response, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Update

from pinstore.chat.methods import CALL_TIME, PlainMethod
from pinstore.chat.retry import within
from pinstore.updates.fast import RawUpdate
from pinstore.updates.reading import read
from pinstore.updates.window import Window

log = logging.getLogger(__name__)

LEAST_WAIT = 0.5
"""Seconds that a poll takes at least which waits for updates and gets none."""


class Ask(PlainMethod[Any]):
    """getUpdates whose answer is not turned into models yet: while something is held, most of it is known already."""

    __returning__ = Any
    __api_method__ = "getUpdates"

    offset: int
    timeout: int
    limit: int | None = None
    allowed_updates: list[str] | None = None


class Taking(Protocol):
    """Whoever applies updates as they arrive."""

    async def take(self, updates: Iterable[RawUpdate], on_handled: Callable[[int], None]) -> list[RawUpdate]:
        """Returns those that are left to handlers."""


class Guarding(Protocol):
    """Whoever knows whether this process may go on."""

    gate: asyncio.Event
    """Set while updates may be taken: the tables are there, or wait to be set up."""

    async def check(self) -> None:
        """Another process polls."""

    def end(self, why: Exception) -> None:
        """The token does not work any more."""


class Poll(BaseRequestMiddleware):
    """Sets `offset` and `timeout` of every getUpdates by the window and filters its result."""

    def __init__(self, window: Window, lane: Taking, guard: Guarding) -> None:
        self.answered_at = float("-inf")
        """When Telegram last answered a poll, in seconds of the monotonic clock."""
        self.received = 0
        """Updates that came, each counted once."""
        self.window = window
        self._lane = lane
        self._guard = guard
        self._previous = 0

    async def confirm(self, bot: Bot) -> None:
        """End the polls by confirming what the last save holds, as aiogram never confirms the last batch."""
        offset = self.window.confirmed_all()
        if offset is None:
            return
        if offset == self._previous:  # a repeated offset would wait for 3 s, see Window.plan
            await bot(Ask(offset=0, limit=1, timeout=0))
        await bot(Ask(offset=offset, limit=1, timeout=0))  # nothing of what comes back is confirmed

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        try:
            if isinstance(method, GetUpdates):
                return cast("Response[TelegramType]", await self._poll(make_request, bot, method))
            if isinstance(method, DeleteWebhook) and method.drop_pending_updates:
                log.warning("What waits at Telegram is not dropped: it may be what the last process had not stored")
                kept: Any = method.model_copy(update={"drop_pending_updates": None})
                return await make_request(bot, kept)
            return await make_request(bot, method)
        except TelegramUnauthorizedError as error:
            self._guard.end(error)  # whatever was asked: with a full window no poll would notice
            raise

    async def _poll(self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: GetUpdates) -> list[Update]:
        await self._guard.gate.wait()
        offset, timeout = await self.window.plan(self._previous)
        self._previous = offset
        ask = Ask(offset=offset, timeout=timeout, allowed_updates=method.allowed_updates)
        started = time.monotonic()
        try:
            answer: Any = await within(timeout + CALL_TIME, make_request(bot, ask))
        except TimeoutError as error:
            raise TelegramNetworkError(method=method, message="getUpdates was not answered in time") from error
        except ClientDecodeError:  # what came holds texts of players, so it is not told
            raise _unreadable(method) from None
        except TelegramRetryAfter as error:
            await asyncio.sleep(error.retry_after)
            return []
        except TelegramConflictError as error:
            await self._guard.check()
            if "webhook" in error.message and self._guard.gate.is_set():
                await bot.delete_webhook()
            raise
        self.answered_at = time.monotonic()
        if not self._guard.gate.is_set():  # the tables are being restored again; what came will come again
            return []
        if not answer and timeout:  # a server that does not wait is not asked without a pause
            await asyncio.sleep(started + LEAST_WAIT - time.monotonic())
        return await self._take(offset, answer, method, bot)

    async def _take(self, offset: int, answer: Any, method: GetUpdates, bot: Bot) -> list[Update]:
        """The new updates that handlers take; one that cannot be read is dropped, as it would come again."""
        try:
            updates: dict[int, RawUpdate] = {int(update["update_id"]): update for update in answer}
        except (KeyError, TypeError, ValueError):
            raise _unreadable(method) from None
        numbers = self.window.received(offset, list(updates))
        self.window.listener.polled(list(updates.values()), [updates[number] for number in numbers])
        new = []
        for update in await self._lane.take((updates[number] for number in numbers), self.window.handled):
            if (readable := read(update, bot)) is None:
                self.window.handled(int(update["update_id"]))
            else:
                new.append(readable)
        self.received += len(numbers)
        return new


def _unreadable(method: GetUpdates) -> TelegramNetworkError:
    return TelegramNetworkError(method=method, message="getUpdates was answered by something that cannot be read")
