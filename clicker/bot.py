"""The bot's life: wiring, start, polling, stop."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Coroutine
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from aiogram import Dispatcher
from aiogram.exceptions import TelegramAPIError

from clicker import texts
from clicker.admin import SetUp, admin_router
from clicker.backup.history import Lengths
from clicker.backup.keeper import Keeper, NothingStoredError
from clicker.backup.opening import Opening
from clicker.backup.owner import OvertakenError, OwnershipLostError
from clicker.backup.pointer import Place
from clicker.backup.register import Register
from clicker.backup.timer import Timer
from clicker.backup.vault import Held, Vault, VaultError
from clicker.database import Database
from clicker.handlers import Taps, player_router
from clicker.logs import start_log
from clicker.outbox import Outbox
from clicker.patience import TRANSIENT, patiently, reason
from clicker.players import USERS, Players
from clicker.polls import Handled, Poll
from clicker.session import new_bot
from clicker.settings import Settings, remember
from clicker.updates import Window

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
        self.settings, self.env_file, self.stop = settings, env_file, stop
        self.bot = new_bot(settings)
        self.database = Database([USERS], self.restore)
        self.players = Players(self.database)
        self.outbox = Outbox(self.bot, settings.messages_per_second)
        self.exact = settings.durability == "exact"
        self.window = Window(self.database, exact=self.exact, on_change=self.on_change, on_overload=self.on_overload)
        self.keeper = Keeper(
            self.database,
            Register(self.bot),
            describe=texts.backup_caption,
            on_stored=self.window.stored,
            on_moved=self.on_moved,
            on_committed=self.on_committed,
        )
        self.setup = SetUp(settings.admin_id)
        self.opening = Opening(
            self.bot, self.keeper, self.database, settings.admin_id, settings.config_id, Lengths.read(settings.history)
        )
        self.begin_again()
        self.polls = Poll(
            self.window, on_backlog=self.outbox.hold, on_conflict=self.on_conflict, on_refusal=self.on_end
        )
        self.bot.session.middleware(self.polls)
        self.dispatcher = Dispatcher(
            players=self.players, outbox=self.outbox, keeper=self.keeper, setup=self.setup, disable_fsm=True
        )
        self.dispatcher.update.outer_middleware(Handled(self.window))
        self.dispatcher.update.outer_middleware(
            Taps(self.players, self.outbox, may_count=lambda: self.keeper.chat_id is not None)
        )
        self.dispatcher.include_routers(admin_router(), player_router())

    def begin_again(self) -> None:
        """Forget the table and whatever ended the work with it."""
        self.database.drop()
        self.ended: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()
        self.timer = Timer(
            self.keeper,
            self.settings.backup_interval,
            exact=self.exact,
            on_trouble=self.on_trouble,
            on_bad_drill=lambda why: self.tell(texts.drill_failed(why)),
            on_end=self.on_end,
        )

    async def run(self) -> None:
        """Live until `stop` is set; EndError for a final refusal, a lost ownership or a last save that failed."""
        try:
            while await self.unless_stopped(self.open()):
                self.timer.start()
                # What is there now stays: the garbage collector need not look through it again with every rush.
                gc.collect()
                gc.freeze()
                looking = asyncio.create_task(self.look_again())
                await self.poll()
                looking.cancel()
                if not self.ended.done():
                    break
                await self.timer.abandon()
                if self.keeper.has_lost:
                    raise LOST
                if isinstance(why := self.ended.result(), TelegramAPIError):
                    self.keeper.resign()
                    raise refused(why)
                self.begin_again()
        finally:
            await self.close()

    async def open(self) -> None:
        """Meet Telegram and open the table; without a backup chat the bot waits to be set up."""
        try:
            await patiently(self.bot.me, what="getMe")
            await patiently(self.bot.delete_webhook, what="deleteWebhook")
            await self.opening.open(lambda chat_id, why: self.outbox.send(chat_id, texts.not_restored(why)))
        except NothingStoredError:
            self.setup.announce()
        except OwnershipLostError:
            raise LOST from None
        except TelegramAPIError as error:
            raise refused(error) from None
        else:
            self.window.restored()
            counts = ", ".join(f"{name} {count}" for name, count in (await self.players.totals()).items())
            if self.opening.faults:
                self.tell(texts.fell_back("; ".join(self.opening.faults)))
            log.info("Ready: %s, generation %s", counts, self.keeper.generation)

    async def restore(self) -> None:
        """What a query calls that found no tables."""
        await self.opening.restore()

    async def poll(self) -> None:
        """Poll until `stop` is set or `ended` says why not."""
        polling = asyncio.create_task(
            self.dispatcher.start_polling(self.bot, handle_signals=False, close_bot_session=False)
        )
        reasons: list[asyncio.Future[Any]] = [polling, self.ended, asyncio.ensure_future(self.stop.wait())]
        await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
        reasons[-1].cancel()
        if not polling.done():
            await self.dispatcher.stop_polling()
        await polling

    async def look_again(self) -> None:
        """A save without an answer, or of a process that was killed, may land late, and then nobody may tap."""
        while True:
            await self.keeper.doubt.wait()
            self.keeper.doubt.clear()
            await asyncio.sleep(CALL_TIME)
            await self.on_conflict()

    async def close(self) -> None:
        """Let handlers end, save, confirm what is saved, send what waits; a loser does none of it."""
        if self.keeper.owns:
            await self.window.calm(1)
            await asyncio.gather(self.save_last(), self.outbox.drain(GRACE / 3))
        else:
            await self.window.calm(1)
            await self.confirm()
            await self.outbox.drain(0 if self.keeper.has_lost else 1)
        await self.bot.session.close()
        if self.keeper.owns and self.timer.failed:
            raise EndError(
                1, f"The last save failed ({reason(self.timer.failed)}): Telegram keeps what was not stored."
            )

    async def save_last(self) -> None:
        """Save, giving up the ownership, and confirm."""
        if self.timer.ident is None:
            self.timer.start()
        await self.timer.stop(GRACE * 2 / 3)
        await self.confirm()

    async def confirm(self) -> None:
        """The last batch, which aiogram never confirms, would come again after the next start."""
        if not self.keeper.has_lost:
            with suppress(
                *TRANSIENT, TelegramAPIError, asyncio.TimeoutError
            ):  # it comes again, then, and is recognised
                await asyncio.wait_for(self.polls.confirm(self.bot), GRACE / 6)

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

    async def on_conflict(self) -> None:
        """Another process polls, or one did: if it has claimed the backup, this one ends."""
        try:
            await self.keeper.check_owner()
            if self.keeper.is_dirty:
                self.timer.touch(is_full=False)
        except (OwnershipLostError, OvertakenError) as error:
            self.on_end(error)
        except (VaultError, *TRANSIENT) as error:
            log.warning("The owner of the backup could not be checked: %s", reason(error))

    def on_end(self, error: Exception) -> None:
        """The work with this table ends."""
        if isinstance(error, OwnershipLostError):
            self.keeper.resign()
        if not self.ended.done():
            self.ended.set_result(error)

    def on_change(self, is_full: bool) -> None:
        """Data changed."""
        self.timer.touch(is_full=is_full)

    def on_overload(self, overloaded: bool) -> None:
        """Exactness was given up for a while, or is back."""
        self.tell(texts.OVERLOADED if overloaded else texts.EXACT_AGAIN)

    def on_trouble(self, reason: str | None) -> None:
        """Saves keep failing, or work again."""
        self.tell(texts.SAVES_WORK if reason is None else texts.saves_fail(reason))

    async def on_committed(self, vault: Vault, before: Held) -> None:
        """A document was stored over `before`."""
        await self.opening.remember(vault, before)

    async def on_moved(self, place: Place, asked: bool) -> None:
        """The document lies in a new message."""
        remember(self.env_file, place.chat_id, place.message_id)
        await self.opening.point(place)
        if not asked:
            self.tell(texts.config_id(place.message_id))

    def tell(self, text: str) -> None:
        """Write to the admin."""
        if self.keeper.chat_id is not None:
            self.outbox.send(self.keeper.chat_id, text)


LOST = EndError(
    3, "Another process has taken over this bot's backup: this one ends; what it had not stored, the other gets."
)


def refused(error: TelegramAPIError) -> EndError:
    """Telegram does not want this token, or says no in another final way."""
    return EndError(1, f"Telegram refused BOT_TOKEN ({error.message}): check it with BotFather.")


async def live(settings: Settings, env_file: Path) -> None:
    """Run the bot until a signal comes."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
        if number := getattr(signal, name, None):
            # Windows has no loop.add_signal_handler; there and elsewhere this wakes the loop.
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    await Clicker(settings, env_file, stop).run()


def run(settings: Settings, env_file: Path) -> int:
    """Run the bot until a signal comes; returns the exit status, and says in one line why it is not 0."""
    start_log(settings.log_level, settings.token)
    run_loop = asyncio.run if sys.platform == "win32" else import_module("uvloop").run
    try:
        run_loop(live(settings, env_file))
    except EndError as error:
        print(error, file=sys.stderr)
        return error.status
    return 0
