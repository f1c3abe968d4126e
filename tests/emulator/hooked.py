"""A webhook that writes down what comes and answers what the test says, and a Telegram that delivers to it."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.emulator.api import Api, Json

CERTIFICATE = b"""\
-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUCylE5/pszW8IV4OWJ+lyAoNBWe0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODE4NDMwN1oYDzIxMjYxMTA0
MTg0MzA3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASCZuL096HDlC5G+y0h1mCivvECQHp/1HeSWjI5YJdrOszLNNzqyX1t
mwanL+isN4zx2rVJBY5ATuIjZ3g7kGpYo28wbTAdBgNVHQ4EFgQU6OK6pqy3Jzfl
gvbyj5JimyvQcVgwHwYDVR0jBBgwFoAU6OK6pqy3Jzflgvbyj5JimyvQcVgwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgASqarHkd0fFg0o7Bw+9cx5EZmUcNB5cw2oF1EhLhPDQCIGU5
6bh6CMUxUVmfx1ITOw6QhNjSSpSrRkzIAT3GiIkN
-----END CERTIFICATE-----
"""
"""One that somebody has signed himself; nobody has its key any more."""


class Hooked:
    """One replica: `answers` are given in turn, 200 when there is none; `hold` keeps all requests until it is set."""

    def __init__(self, telegram: Any) -> None:
        self.telegram = telegram
        self.updates: list[Json] = []
        self.headers: list[Any] = []
        self.answers: deque[web.Response | str] = deque()
        self.hold = asyncio.Event()
        self.hold.set()
        self.working = 0
        self.most = 0
        self.url = ""

    async def handle(self, request: web.Request) -> web.Response:
        """Take an update."""
        self.updates.append(orjson.loads(await request.read()))
        self.headers.append(request.headers)
        self.working += 1
        self.most = max(self.most, self.working)
        self.telegram.changed.touch()
        try:
            await self.hold.wait()
        finally:
            self.working -= 1
        answer = self.answers.popleft() if self.answers else web.Response()
        if isinstance(answer, str):  # "close"
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        return answer

    @property
    def texts(self) -> list[str]:
        """What the messages said, in the order in which they came."""
        return [
            update["message"]["text"] if "message" in update else update["callback_query"]["data"]
            for update in self.updates
        ]

    async def got(self, *texts: str) -> None:
        """Wait until exactly these have come, and each was answered or is being held."""
        await self.telegram.wait(lambda: len(self.updates) >= len(texts))
        assert self.texts == list(texts)

    async def idle(self) -> None:
        """Wait until Telegram knows what came of every request."""
        await self.telegram.wait(lambda: all(delivery.done for delivery in self.telegram.deliveries()))


@asynccontextmanager
async def hooked(api: Api, **settings: Any) -> AsyncIterator[Hooked]:
    """A replica that setWebhook has made known."""
    replica = Hooked(api.telegram)
    async with served(replica):
        api.telegram.local_webhooks = True
        api.telegram.clock.advance(1)
        await api.ok("setWebhook", url=replica.url, **settings)
        yield replica


@asynccontextmanager
async def served(replica: Hooked) -> AsyncIterator[None]:
    """It listens."""
    application = web.Application()
    application.router.add_post("/hook", replica.handle)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    replica.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield
    finally:
        replica.hold.set()
        await runner.cleanup()
