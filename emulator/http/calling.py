"""One call of a method over HTTP: token, parameters, faults, effect, answer."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from emulator.http.answers import bad_gateway, injected, succeeded
from emulator.http.logged import logged
from emulator.http.reading import read_parameters
from emulator.http.tokens import authorize
from emulator.methods import METHODS
from emulator.state.calls import Call
from emulator.state.errors import BotApiError, too_many_requests
from emulator.state.faults import AFTER_EFFECT
from emulator.state.network import CutError

if TYPE_CHECKING:
    from aiohttp import web

    from emulator.methods.parameters import Parameters
    from emulator.state.bots import Bot
    from emulator.state.faults import Fault
    from emulator.state.telegram import Telegram

FLOOD_PAUSE = 3.0
FLOOD_RETRY = 60


class Calling:
    """Calls of methods on one Telegram."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    async def call(self, request: web.Request, token: str, name: str) -> web.StreamResponse:
        """Serve one call; CutError if its connection is to be reset. The call is logged in any case."""
        bot = authorize(self._telegram, token)
        if bot.network.cut:
            raise CutError
        parameters = await read_parameters(request)
        call = self._call(name or parameters.text("method"), parameters, bot.id)
        return await logged(self._telegram, call, self._answer(bot, call.method, parameters))

    async def carry_out(self, bot: Bot, parameters: Parameters) -> None:
        """Serve a call that came in a webhook's answer: logged and limited as any other, but nobody learns its result.

        Source: tdlib/telegram-bot-api, WebhookActor.cpp, handle.
        """
        call = self._call(parameters.text("method"), parameters, bot.id)
        call.rode = True
        with suppress(BotApiError, CutError):
            await logged(self._telegram, call, self._answer(bot, call.method, parameters))

    async def _answer(self, bot: Bot, name: str, parameters: Parameters) -> web.Response:
        telegram = self._telegram
        faults = telegram.faults.take(name, [parameters.text(role) for role in ("chat_id", "from_chat_id")], bot.id)
        for fault in faults:
            if fault.kind == "502":
                return bad_gateway()
            await self._before(bot, fault)
        method = METHODS.get(name.lower())
        if method is None:
            raise BotApiError(404, "Not Found: method not found")
        if parameters.files:
            await self._stand_in_line(bot, parameters)
        try:
            result = method.function(bot, parameters)
            if isinstance(result, asyncio.Future):
                result = await bot.network.wait(result)
            return succeeded(result)
        finally:
            for fault in faults:
                await self._after(bot, fault)

    async def _before(self, bot: Bot, fault: Fault) -> None:
        if fault.kind == "latency":
            await bot.network.wait(self._telegram.clock.alarm(float(fault.value or 0)))
        elif fault.kind == "reset_before":
            raise CutError
        elif fault.kind == "no_answer":
            await bot.network.hang()
        elif (error := injected(fault)) is not None:
            raise error

    async def _after(self, bot: Bot, fault: Fault) -> None:
        if fault.kind in AFTER_EFFECT:
            if fault.kind == "timeout_after":
                await bot.network.hang()
            raise CutError

    async def _stand_in_line(self, bot: Bot, parameters: Parameters) -> None:
        """Source: tdlib/telegram-bot-api, Client.cpp, on_cmd and fail_query_flood_limit_exceeded."""
        telegram = self._telegram
        if telegram.limits is None or not telegram.limits.equal_uploads:
            return
        size = sum(len(upload.data) for upload in parameters.files.values())
        delay = bot.uploads.delay(size, telegram.clock.now())
        if delay is None:
            await bot.network.wait(telegram.clock.alarm(FLOOD_PAUSE))
            raise too_many_requests(FLOOD_RETRY)
        if delay > 0:
            await bot.network.wait(telegram.clock.alarm(delay))

    def _call(self, name: str, parameters: Parameters, bot_id: int) -> Call:
        method = METHODS.get(name.lower())
        given = parameters.summary() if parameters.files else parameters.texts
        unknown: tuple[str, ...] = ()
        if method is not None:
            name = method.name
            if not given.keys() <= method.takes:
                unknown = tuple(sorted(given.keys() - method.takes - parameters.files.keys() - {"method"}))
        return Call(name, given, self._telegram.clock.now(), 0, "", unknown, bot_id)
