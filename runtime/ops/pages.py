"""The port that a host and Prometheus look at: /healthz, /health and /metrics, for whoever reaches it."""

import errno
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client.aiohttp import make_aiohttp_handler

from runtime.ops.health import Health, where
from runtime.ops.logs import Redaction
from runtime.ops.metrics import registry
from runtime.settings import SettingsError
from runtime.values import EXPECTED
from runtime.webhook.hook import Hook
from runtime.webhook.receiver import BIGGEST

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - a host's router reaches it from outside, some by IPv6 alone

TAKEN = {errno.EADDRINUSE, errno.EACCES}
"""What is wrong with a port; all else is an Internet Protocol that this machine does not have."""

FAREWELL = 0.5
"""Seconds that a request under way may take at the end."""


def application(health: Health, redact: Redaction, *, tells_numbers: bool = True) -> web.Application:
    """The pages of every bot, and its own; /metrics only where `tells_numbers`."""

    async def healthz(_: web.Request) -> web.Response:
        word, is_good, reason = health.state
        said = {"status": word, **where(health.parts.store.status)[1]}
        if reason:
            said["reason"] = redact(reason)
        said |= health.parts.app.concerns(health.parts.store)
        return web.json_response(said, status=200 if is_good else 503)

    app = web.Application(client_max_size=BIGGEST)
    for path in ("/healthz", "/health"):
        app.router.add_get(path, healthz)
    if tells_numbers:
        app.router.add_get("/metrics", make_aiohttp_handler(registry(health)))
    app.router.add_routes(health.parts.app.pages(health.parts.shared, health.parts.given, lambda: health.state.word))
    return app


@asynccontextmanager
async def watched(health: Health, redact: Redaction, name: str, port: int) -> AsyncIterator[None]:
    """Serve both at `port` as long as this lasts. Raises SettingsError with the variable's `name` if it cannot be."""
    async with _served(application(health, redact), name, port):
        yield


@asynccontextmanager
async def received(health: Health, redact: Redaction, hook: Hook, name: str, port: int) -> AsyncIterator[None]:
    """Serve a webhook at `port`, and /healthz. Raises as `watched` does."""
    app = application(health, redact, tells_numbers=False)
    hook.serve(app)
    async with _served(app, name, port) as runner:
        hook.sites.extend(runner.sites)
        yield


@asynccontextmanager
async def _served(app: web.Application, name: str, port: int) -> AsyncIterator[web.AppRunner]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=FAREWELL)
    await runner.setup()
    try:
        try:
            await _listen(runner, port)
        except OSError as error:
            why = os.strerror(error.errno or 0)
            raise SettingsError(f"{name} is wrong: expected {EXPECTED[name]}, but {port}: {why}.") from None
        yield runner
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, port: int) -> None:
    """By IPv4 and IPv6, or by the one that there is. Raises OSError."""
    for address in EVERYWHERE:
        try:
            await web.TCPSite(runner, address, port).start()
        except OSError as error:
            is_last = address == EVERYWHERE[-1]
            if error.errno in TAKEN or (is_last and not runner.addresses):
                raise
