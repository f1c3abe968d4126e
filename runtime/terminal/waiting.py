"""What a person at a terminal hears while Telegram does not answer, and when such a wait has an end.

A bot waits for as long as it takes. Whoever has typed a command would like to know for what, and not for ever.
"""

import asyncio
import sys
import time

from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import Response, TelegramMethod
from aiogram.methods.base import TelegramType

from pinstore import retry

SILENCE = 5.0
"""Seconds without an answer before it is said what is waited for, and before the same is said again."""

LIMIT = 20.0
"""Seconds of failures after which a call is not tried any more."""

PAUSE_LIMIT = 90.0
"""The same for pauses that Telegram asks for: of copies it lets a bot read about twenty a minute."""


class WaitedError(Exception):
    """Telegram was waited for in vain; the message is one line."""


class Waiting(BaseRequestMiddleware):
    """Sees every call and download of a session."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}
        """When the calls began that have not succeeded yet, by method."""
        self._said: dict[str, float] = {}

    async def __call__(
        self, make_request: NextRequestMiddlewareType[TelegramType], bot: Bot, method: TelegramMethod[TelegramType]
    ) -> Response[TelegramType]:
        """Raises WaitedError when it makes no sense to go on."""
        what = method.__api_method__
        since = self._since.setdefault(what, time.monotonic())
        telling = asyncio.create_task(self._tell(what))
        try:
            answer = await make_request(bot, method)
        except retry.TRANSIENT as error:
            self._failed(what, error, time.monotonic() - since)
            raise
        finally:
            telling.cancel()
        self._since.pop(what, None)
        return answer

    async def _tell(self, what: str) -> None:
        while True:
            await asyncio.sleep(SILENCE)
            self._say(f"Waiting for Telegram to answer {what}")

    def _failed(self, what: str, error: BaseException, seconds: float) -> None:
        if isinstance(error, TelegramRetryAfter):
            if seconds + error.retry_after > PAUSE_LIMIT:
                line = f"Telegram allows {what} again in {error.retry_after} s ({retry.reason(error)}): try it then."
                raise WaitedError(line) from error
            self._say(f"Waiting for Telegram: it allows {what} again in {error.retry_after} s")
        elif seconds > LIMIT:
            raise WaitedError(
                f"{what} has failed for {seconds:.0f} s, the last time so: {retry.reason(error)}"
            ) from error
        else:
            self._say(f"Waiting for Telegram: {what} failed: {retry.reason(error)}")

    def _say(self, line: str) -> None:
        """On a line of its own, also where a bar is being drawn; the same not again at once."""
        if time.monotonic() - self._said.get(line, float("-inf")) >= SILENCE:
            self._said[line] = time.monotonic()
            print(f"\r\x1b[K{line}" if sys.stderr.isatty() else line, file=sys.stderr, flush=True)
