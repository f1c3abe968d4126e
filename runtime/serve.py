"""The bot's life: start, polling, stop."""

import asyncio
import gc
import logging
import sys
import threading
from collections.abc import Coroutine
from contextlib import AsyncExitStack, ExitStack, suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from aiogram.exceptions import TelegramAPIError

from bots.clicker import texts
from pinstore.chat.retry import TRANSIENT, patiently, reason
from pinstore.keeping.keeper import NothingStoredError
from pinstore.keeping.owner import OwnershipLostError
from pinstore.updates.window import LONG_POLL
from runtime import process as signals
from runtime.dispatching import new_dispatcher
from runtime.ends import LOST, EndError, refused
from runtime.memory import give_back
from runtime.ops.health import Health, Phase
from runtime.ops.logs import Redaction, start_log
from runtime.settings import Settings, SettingsError
from runtime.wiring import Wiring

log = logging.getLogger(__name__)

GRACE = 9.0
"""Seconds from the signal to the end; a host kills what takes longer than ten."""

SWITCH = 0.001
"""Seconds that the thread which saves may keep the interpreter while the event loop has something to do."""


class Clicker:
    """One bot from start to stop."""

    def __init__(self, settings: Settings, env_file: Path, stop: asyncio.Event) -> None:
        self.stop = stop
        self.parts = Wiring(settings, env_file)
        self.dispatcher = new_dispatcher(self.parts)
        self.health = Health(self.parts)

    async def run(self) -> None:
        """Live until `stop` is set; EndError for a final refusal, a lost ownership or a last save that failed."""
        try:
            while await self.unless_stopped(self.open()):
                self.parts.timer.start()
                self.health.begin(Phase.SERVING)
                self.parts.broadcaster.start()
                # What is there now stays: the garbage collector need not look through it again with every rush.
                gc.collect()
                gc.freeze()
                looking = asyncio.create_task(self.parts.tend())
                await self.poll()
                looking.cancel()
                if not self.parts.ended.done():
                    break
                if isinstance(why := self.parts.ended.result(), TelegramAPIError):
                    self.parts.keeper.owner.resign()  # no save can succeed any more
                await self.parts.broadcaster.abandon()
                await self.parts.timer.abandon()
                if isinstance(why, TelegramAPIError):
                    raise refused(why)
                if self.parts.keeper.owner.has_lost:
                    raise LOST
                self.parts.begin_again()
        finally:
            self.health.begin(Phase.STOPPING)
            await self.close()

    async def open(self) -> None:
        """Meet Telegram and open the table; without a backup chat the bot waits to be set up."""
        try:
            await self.meet()
            await self.parts.opening.open(lambda chat_id, why: self.parts.outbox.send(chat_id, texts.not_restored(why)))
        except NothingStoredError:
            self.parts.setup.announce()
        except OwnershipLostError:
            raise LOST from None
        except TelegramAPIError as error:
            raise refused(error) from None
        else:
            give_back()
            self.parts.window.restored()
            if self.parts.opening.faults:
                self.parts.tell(texts.fell_back("; ".join(self.parts.opening.faults)))
            self.health.opened(await self.parts.players.totals())

    async def meet(self) -> None:
        """Learn that Telegram is there and takes the token."""
        me = await patiently(self.parts.bot.me, what="getMe")
        await patiently(self.parts.bot.delete_webhook, what="deleteWebhook")
        self.health.met(me.username or "")

    async def poll(self) -> None:
        """Poll until `stop` is set or `ended` says why not."""
        polling = asyncio.create_task(
            # aiogram gives a poll this time and that of an ordinary call; how long it asks to wait is the window's.
            self.dispatcher.start_polling(
                self.parts.bot, polling_timeout=LONG_POLL, handle_signals=False, close_bot_session=False
            )
        )
        reasons: list[asyncio.Future[Any]] = [polling, self.parts.ended, asyncio.ensure_future(self.stop.wait())]
        await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
        reasons[-1].cancel()
        if not polling.done():
            await self.dispatcher.stop_polling()
        await polling

    async def close(self) -> None:
        """Let handlers end, save, confirm what is saved, send what waits; a loser does none of it."""
        self.parts.jobs.end()
        if self.parts.keeper.owns:
            await self.parts.broadcaster.stop(GRACE / 5)
            await self.parts.window.calm(1)
            await asyncio.gather(self.save_last(), self.parts.outbox.drain(GRACE / 3))
        else:
            await self.parts.broadcaster.abandon()
            await self.parts.window.calm(1)
            await self.confirm()
            await self.parts.outbox.drain(0 if self.parts.keeper.owner.has_lost else 1)
        await self.parts.bot.session.close()
        if self.parts.keeper.owns and self.parts.timer.failed:
            raise EndError(
                1, f"The last save failed ({reason(self.parts.timer.failed)}): Telegram keeps what was not stored."
            )
        if self.stop.is_set() and not self.parts.keeper.owner.has_lost:
            generation = self.parts.keeper.generation
            log.info("Stopped as asked, generation %s", generation, extra={"generation": generation, "status": 0})

    async def save_last(self) -> None:
        """Save, giving up the ownership, and confirm."""
        if self.parts.timer.ident is None:
            self.parts.timer.start()
        await self.parts.timer.stop(GRACE * 2 / 3)
        await self.confirm()

    async def confirm(self) -> None:
        """The last batch, which aiogram never confirms, would come again after the next start."""
        if not self.parts.keeper.owner.has_lost:
            with suppress(
                *TRANSIENT, TelegramAPIError, asyncio.TimeoutError
            ):  # it comes again, then, and is recognised
                await asyncio.wait_for(self.parts.polls.confirm(self.parts.bot), GRACE / 6)

    async def unless_stopped(self, work: Coroutine[Any, Any, None]) -> bool:
        """Do `work` to its end, or break it off when `stop` is set; False if it was broken off."""
        working, stopped = asyncio.create_task(work), asyncio.create_task(self.stop.wait())
        await asyncio.wait([working, stopped], return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            stopped.cancel()
            working.result()
            return True
        working.cancel()
        await asyncio.wait([working])
        return False


async def live(settings: Settings, env_file: Path, redact: Redaction, asked: threading.Event) -> None:
    """Run the bot until a signal comes, or at once to its end if it is `asked` to stop already."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        # Windows has no loop.add_signal_handler; there and elsewhere this wakes the loop.
        stack.enter_context(signals.handled(signals.POLITE, lambda: loop.call_soon_threadsafe(stop.set)))
        if asked.is_set():
            stop.set()
        clicker = Clicker(settings, env_file, stop)
        if settings.watched_at:
            from runtime.ops.pages import watched  # noqa: PLC0415 - only who is watched needs a server

            await stack.enter_async_context(watched(clicker.health, redact, *settings.watched_at))
        await clicker.run()


def run(settings: Settings, env_file: Path) -> int:
    """Run the bot until a signal comes; returns the exit status, and says in one line why it is not 0."""
    redact = Redaction(settings.token)
    start_log(settings.log_level, redact, settings.log_format)
    sys.setswitchinterval(SWITCH)
    asked = threading.Event()
    signals.handle(signals.POLITE, asked.set)  # a loop that is being set up is not to be broken off
    run_loop = asyncio.run if sys.platform == "win32" else import_module("uvloop").run
    with ExitStack() as stack:
        if settings.sentry_dsn:
            from runtime.ops.sentry import reporting  # noqa: PLC0415 - it takes time and memory

            stack.enter_context(reporting(settings.sentry_dsn.get_secret_value(), redact, settings.reports_proxy))
        try:
            run_loop(live(settings, env_file, redact, asked))
        except (EndError, SettingsError) as error:
            print(error, file=sys.stderr)
            return error.status if isinstance(error, EndError) else 2
        except Exception:
            log.critical("The bot ends by a fault of its own", exc_info=True)
            return 1
    return 0
