"""The HTTP server on loopback: /bot<token>/<method>, /file/bot<token>/<path>, and routes of others."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from emulator.http.answers import empty, refused
from emulator.http.calling import Calling
from emulator.http.downloading import Downloading
from emulator.http.post import Post
from emulator.http.reading import MalformedRequestError, UploadTooBigError
from emulator.state.errors import BotApiError
from emulator.state.network import CutError, reset

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from emulator.state.telegram import Telegram

MAX_BODY = 64 << 20
_NOT_FOUND = BotApiError(404, "Not Found")


@dataclass(frozen=True)
class Server:
    """A running server. url has no slash at its end."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The base address, what BOT_API_URL takes."""
        return f"http://{self.host}:{self.port}"


class Front:
    """Takes every request that no other route has taken."""

    def __init__(self, telegram: Telegram, calling: Calling) -> None:
        self._telegram = telegram
        self._calling = calling
        self._downloading = Downloading(telegram)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer, or reset the connection."""
        try:
            return await self._serve(request)
        except CutError:
            reset(request.transport)
            return web.Response()
        except ConnectionResetError:  # the bot was killed in the midst of its request
            return web.Response()
        except BotApiError as error:
            return refused(error)
        except UploadTooBigError:
            return refused(BotApiError(413, "Request Entity Too Large"))
        except MalformedRequestError as error:
            return empty(error.status)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        """Source: tdlib/telegram-bot-api, HttpConnection.cpp, handle; tdlib/td, HttpReader.cpp, parse_head."""
        if self._telegram.cut:
            raise CutError
        if request.method not in {"GET", "POST"}:
            return empty(501)
        path = request.path
        if path.startswith("/bot"):
            token, slash, method = path[4:].partition("/")
            if slash:
                return await self._calling.call(request, token, method)
        elif path.startswith("/file/bot"):
            token, slash, file_path = path[9:].partition("/")
            if slash:
                return await self._downloading.download(request, token, file_path)
        raise _NOT_FOUND


@asynccontextmanager
async def serve(
    telegram: Telegram, host: str = "127.0.0.1", port: int = 0, extra: Iterable[web.AbstractRouteDef] = ()
) -> AsyncIterator[Server]:
    """Serve a Telegram until the block ends; port 0 takes a free one. `extra` routes come first."""
    calling = Calling(telegram)
    post = Post(telegram, calling)
    application = web.Application(client_max_size=MAX_BODY)
    application.add_routes(extra)
    application.router.add_route("*", "/{path:.*}", Front(telegram, calling).handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, backlog=1024)
        await site.start()
        telegram.closed = False
        post.open()
        yield Server(host, runner.addresses[0][1])
    finally:
        telegram.stop()
        await post.close()
        await asyncio.sleep(0)  # let those who were waiting write their answers
        await runner.cleanup()
