"""The bot's life: start, polling, stop."""

import asyncio
import gc
import logging
import signal
import sys
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from aiogram.exceptions import TelegramAPIError, TelegramNotFound, TelegramUnauthorizedError

from clicker import texts
from clicker.backup.keeper import NothingStoredError
from clicker.backup.owner import OwnershipLostError
from clicker.logs import start_log
from clicker.memory import give_back
from clicker.patience import TRANSIENT, patiently, reason
from clicker.settings import Settings
from clicker.wiring import Wiring

log = logging.getLogger("clicker")

GRACE = 9.0
"""Seconds from the signal to the end; a host kills what takes longer than ten."""


class EndError(Exception):
    """The process ends with this status and this one line."""

    def __init__(self, status: int, line: str) -> None:
        super().__init__(line)
        self.status = status


class Clicker:
    """One bot from start to stop."""

    def __init__(self, settings: Settings, env_file: Path, stop: asyncio.Event) -> None:
        self.stop = stop
        self.parts = Wiring(settings, env_file)

    async def run(self) -> None:
        """Live until `stop` is set; EndError for a final refusal, a lost ownership or a last save that failed."""
        try:
            while await self.unless_stopped(self.open()):
                self.parts.timer.start()
                # What is there now stays: the garbage collector need not look through it again with every rush.
                gc.collect()
                gc.freeze()
                looking = asyncio.create_task(self.parts.look_again())
                await self.poll()
                looking.cancel()
                if not self.parts.ended.done():
                    break
                if isinstance(why := self.parts.ended.result(), TelegramAPIError):
                    self.parts.keeper.resign()  # no save can succeed any more
                await self.parts.timer.abandon()
                if isinstance(why, TelegramAPIError):
                    raise refused(why)
                if self.parts.keeper.has_lost:
                    raise LOST
                self.parts.begin_again()
        finally:
            await self.close()

    async def open(self) -> None:
        """Meet Telegram and open the table; without a backup chat the bot waits to be set up."""
        try:
            await patiently(self.parts.bot.me, what="getMe")
            await patiently(self.parts.bot.delete_webhook, what="deleteWebhook")
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
            counts = ", ".join(f"{name} {count}" for name, count in (await self.parts.players.totals()).items())
            if self.parts.opening.faults:
                self.parts.tell(texts.fell_back("; ".join(self.parts.opening.faults)))
            log.info("Ready: %s, generation %s", counts, self.parts.keeper.generation)

    async def poll(self) -> None:
        """Poll until `stop` is set or `ended` says why not."""
        polling = asyncio.create_task(
            self.parts.dispatcher.start_polling(self.parts.bot, handle_signals=False, close_bot_session=False)
        )
        reasons: list[asyncio.Future[Any]] = [polling, self.parts.ended, asyncio.ensure_future(self.stop.wait())]
        await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
        reasons[-1].cancel()
        if not polling.done():
            await self.parts.dispatcher.stop_polling()
        await polling

    async def close(self) -> None:
        """Let handlers end, save, confirm what is saved, send what waits; a loser does none of it."""
        if self.parts.keeper.owns:
            await self.parts.window.calm(1)
            await asyncio.gather(self.save_last(), self.parts.outbox.drain(GRACE / 3))
        else:
            await self.parts.window.calm(1)
            await self.confirm()
            await self.parts.outbox.drain(0 if self.parts.keeper.has_lost else 1)
        await self.parts.bot.session.close()
        if self.parts.keeper.owns and self.parts.timer.failed:
            raise EndError(
                1, f"The last save failed ({reason(self.parts.timer.failed)}): Telegram keeps what was not stored."
            )

    async def save_last(self) -> None:
        """Save, giving up the ownership, and confirm."""
        if self.parts.timer.ident is None:
            self.parts.timer.start()
        await self.parts.timer.stop(GRACE * 2 / 3)
        await self.confirm()

    async def confirm(self) -> None:
        """The last batch, which aiogram never confirms, would come again after the next start."""
        if not self.parts.keeper.has_lost:
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


LOST = EndError(
    3, "Another process has taken over this bot's backup: this one ends; what it had not stored, the other gets."
)


def refused(error: TelegramAPIError) -> EndError:
    """Telegram does not want this token, or says no in another final way."""
    if isinstance(error, (TelegramUnauthorizedError, TelegramNotFound)):
        return EndError(1, f"Telegram refused BOT_TOKEN ({error.message}): check it with BotFather.")
    return EndError(1, f"Telegram refused {error.method.__api_method__} ({error.message}): the bot cannot go on.")


def on_signals(handler: Callable[[], object]) -> None:
    """Call `handler` when the process is asked to stop."""
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if number := getattr(signal, name, None):
            signal.signal(number, lambda *_: handler())


async def live(settings: Settings, env_file: Path, asked: threading.Event) -> None:
    """Run the bot until a signal comes, or at once to its end if it is `asked` to stop already."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    # Windows has no loop.add_signal_handler; there and elsewhere this wakes the loop.
    on_signals(lambda: loop.call_soon_threadsafe(stop.set))
    if asked.is_set():
        stop.set()
    await Clicker(settings, env_file, stop).run()


def run(settings: Settings, env_file: Path) -> int:
    """Run the bot until a signal comes; returns the exit status, and says in one line why it is not 0."""
    start_log(settings.log_level, settings.token)
    asked = threading.Event()
    on_signals(asked.set)  # a loop that is being set up is not to be broken off
    run_loop = asyncio.run if sys.platform == "win32" else import_module("uvloop").run
    try:
        run_loop(live(settings, env_file, asked))
    except EndError as error:
        print(error, file=sys.stderr)
        return error.status
    return 0
