"""The process of a bot: its log, its signals, its exit status."""

import asyncio
import logging
import sys
import threading
from contextlib import AsyncExitStack, ExitStack
from importlib import import_module
from pathlib import Path

from runtime import process as signals
from runtime.app import App
from runtime.ends import EndError
from runtime.memory import keep_together
from runtime.ops.logs import Redaction, start_log
from runtime.service import Service
from runtime.settings import Settings, SettingsError

log = logging.getLogger(__name__)

SWITCH = 0.001
"""Seconds that the thread which saves may keep the interpreter while the event loop has something to do."""


async def live(app: App, settings: Settings, env_file: Path, redact: Redaction, asked: threading.Event) -> None:
    """Run the bot until a signal comes, or at once to its end if it is `asked` to stop already."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        # Windows has no loop.add_signal_handler; there and elsewhere this wakes the loop.
        stack.enter_context(signals.handled(signals.ends(), lambda: loop.call_soon_threadsafe(stop.set)))
        if asked.is_set():
            stop.set()
        service = Service(app, settings, env_file, stop)
        if service.hook and settings.receives_at:
            from runtime.ops.pages import received  # noqa: PLC0415

            await stack.enter_async_context(received(service.health, redact, service.hook, *settings.receives_at))
        if settings.watched_at:
            from runtime.ops.pages import watched  # noqa: PLC0415 - only who is watched needs a server

            await stack.enter_async_context(watched(service.health, redact, *settings.watched_at))
        await service.run()


def run(app: App, settings: Settings, env_file: Path) -> int:
    """Run the bot until a signal comes; returns the exit status, and says in one line why it is not 0."""
    redact = Redaction(settings.token, settings.secrets)
    start_log(settings.log_level, redact, settings.log_format)
    sys.setswitchinterval(SWITCH)
    keep_together()
    asked = threading.Event()
    signals.handle(signals.ends(), asked.set)  # a loop that is being set up is not to be broken off
    run_loop = asyncio.run if sys.platform == "win32" else import_module("uvloop").run
    with ExitStack() as stack:
        if settings.sentry_dsn:
            from runtime.ops.sentry import reporting  # noqa: PLC0415 - it takes time and memory

            stack.enter_context(
                reporting(settings.sentry_dsn.get_secret_value(), app.name, redact, settings.reports_proxy)
            )
        try:
            run_loop(live(app, settings, env_file, redact, asked))
        except (EndError, SettingsError) as error:
            print(error, file=sys.stderr)
            return error.status if isinstance(error, EndError) else 2
        except Exception:
            log.critical("The bot ends by a fault of its own", exc_info=True)
            return 1
    return 0
