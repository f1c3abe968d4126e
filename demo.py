"""The demo: a local Telegram with a page, and this checkout's bots as child processes against it, one to begin with."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import threading
import webbrowser
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from emulator.heleket import server as heleket
from emulator.heleket.processor import Processor
from emulator.http.server import Server, serve
from emulator.page.control import routes
from emulator.page.playbill import Playbill
from emulator.page.process import ProcessError
from runtime import process as signals
from scenes.company import Company
from scenes.shop import paid_at

if TYPE_CHECKING:
    from collections.abc import Coroutine


MAIN = Path(__file__).with_name("main.py")
USUAL_PORT = 8080
CLICKER = "clicker"


class DemoError(Exception):
    """The demo cannot run: exit status and one line."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status = status


def run(port: int | None = None, name: str = CLICKER) -> int:
    """Play with the bot of this name until Ctrl-C; returns the exit status.

    0, 1 when the bot does not start, 2 when the port cannot be used.
    """
    try:
        asyncio.run(_play(port, name))
    except DemoError as error:
        print(error, file=sys.stderr)
        return error.status
    return 0


async def _play(port: int | None, name: str) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        kinds = signals.ends()
        stack.enter_context(signals.waking(loop))
        stack.enter_context(signals.handled(kinds, lambda: loop.call_soon_threadsafe(stop.set)))
        company = Company(Path(stack.enter_context(TemporaryDirectory(prefix=f"{name}-demo-"))), name, MAIN)
        server = await _serve(stack, company.playbill, port)
        processor = Processor(secrets.token_hex(8), secrets.token_hex(16))
        at = await stack.enter_async_context(heleket.serve(processor))
        company.hire(server.url, {"shop": paid_at(at.url, processor.merchant, processor.key)})
        stack.push_async_callback(company.end)
        if await _unless(stop, _first(company, name)):
            print(f"The {name} plays at {server.url} (Ctrl-C stops everything)", flush=True)
            if _may_open_browser():
                # A thread that nobody waits for: some browsers return only when they are closed.
                threading.Thread(target=_open_browser, args=(server.url,), daemon=True).start()
            await stop.wait()


async def _first(company: Company, name: str) -> None:
    """The bot that was asked for must start."""
    try:
        await company.playbill.choose(name)
    except ProcessError as error:
        raise DemoError(1, str(error)) from None


async def _serve(stack: AsyncExitStack, playbill: Playbill, port: int | None) -> Server:
    """The local Telegram on the port asked for; without one on the usual port, or on a free one if that is taken."""
    for candidate in (USUAL_PORT, 0) if port is None else (port,):
        try:
            return await stack.enter_async_context(serve(playbill.telegram, port=candidate, extra=routes(playbill)))
        except (OSError, OverflowError):
            continue
    raise DemoError(2, f"Port {port} is in use or not allowed: choose another one with --port.")


async def _unless(stop: asyncio.Event, work: Coroutine[object, object, None]) -> bool:
    """Do `work` to its end, or break it off when `stop` is set; False if it was broken off."""
    working, stopped = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    if working.done():
        working.result()
        return True
    working.cancel()
    await asyncio.wait({working})
    return False


def _open_browser(url: str) -> None:
    """If BROWSER names one that cannot be started, the address stands in the terminal all the same."""
    with suppress(webbrowser.Error, OSError, ValueError):
        webbrowser.open(url)


def _may_open_browser() -> bool:
    display = sys.platform in {"win32", "darwin"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(display) and not os.environ.get("CI")
