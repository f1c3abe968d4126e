"""One download of a file over HTTP, whole, truncated or damaged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from emulator.http.answers import bad_gateway, injected
from emulator.http.logged import logged
from emulator.http.tokens import authorize
from emulator.state.calls import Call
from emulator.state.errors import BotApiError
from emulator.state.network import CutError

if TYPE_CHECKING:
    from emulator.state.faults import Fault
    from emulator.state.telegram import Telegram

METHOD = "download"


class Downloading:
    """Downloads from one Telegram."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram

    async def download(self, request: web.Request, token: str, path: str) -> web.StreamResponse:
        """Serve one link. 404 if it was never opened or is older than an hour; Range is not honoured."""
        bot = authorize(self._telegram, token)
        call = Call(METHOD, {"file_path": path}, self._telegram.clock.now(), 0, "", (), bot.id)
        return await logged(self._telegram, call, self._answer(request, bot.id, path))

    async def _answer(self, request: web.Request, bot_id: int, path: str) -> web.StreamResponse:
        faults = self._telegram.faults.take(METHOD)
        stored = self._telegram.files.linked(bot_id, path)
        if stored is None:
            raise BotApiError(404, "Not Found")
        data = stored.data
        for fault in faults:
            if fault.kind == "502":
                return bad_gateway()
            if fault.kind == "truncate":
                return await self._truncated(request, data)
            if fault.kind == "damage":
                data = damaged(data, fault)
            else:
                await self._suffer(fault)
        return web.Response(body=data, headers={"Content-Type": "application/octet-stream"})

    async def _suffer(self, fault: Fault) -> None:
        if fault.kind == "latency":
            await self._telegram.network.wait(self._telegram.clock.alarm(float(fault.value or 0)))
        elif fault.kind in {"no_answer", "timeout_after"}:
            await self._telegram.network.hang()
        elif (error := injected(fault)) is not None:
            raise error
        else:
            raise CutError

    async def _truncated(self, request: web.Request, data: bytes) -> web.StreamResponse:
        """Promise all of it, send half of it, close the connection."""
        response = web.StreamResponse(headers={"Content-Length": str(len(data))})
        response.force_close()
        await response.prepare(request)
        await response.write(data[: len(data) // 2])
        return response


def damaged(data: bytes, fault: Fault) -> bytes:
    """The data with one byte changed in the middle, or the fault's value in its place."""
    if isinstance(fault.value, bytes):
        return fault.value
    middle = len(data) // 2
    return data[:middle] + bytes([(data[middle] if data else 0) ^ 0x55]) + data[middle + 1 :]
