"""A bot from start to stop: opened, serving, closed."""

import asyncio
import gc
import logging
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiogram.exceptions import TelegramAPIError
from aiogram.types import Update

from pinstore import Status, Store, errors, retry
from runtime.app import App
from runtime.dispatching import new_dispatcher
from runtime.ends import LOST, SHUT_OUT, EndError, ended, refused, shut_out
from runtime.in_chat import InChat
from runtime.on_server import OnServer
from runtime.ops.health import Health, Phase, where
from runtime.parts import Parts
from runtime.settings import Settings

if TYPE_CHECKING:
    from runtime.webhook.hook import Hook

log = logging.getLogger(__name__)

GRACE = 9.0
"""Seconds from the signal to the end; a host kills what takes longer than ten."""

YOUNG = 20_000
"""New objects after which the garbage collector looks at them: a rush makes many, and hardly any lies in a cycle."""

LAST_ANSWERS = 1.2
"""Seconds in which every answer goes out that waits for the pace of its chat alone."""


class Service:
    """One bot from start to stop."""

    def __init__(self, app: App, settings: Settings, env_file: Path, stop: asyncio.Event) -> None:
        self.stop = stop
        self.parts: Parts = (OnServer if settings.database_url else InChat)(app, settings, env_file)
        self._is_closed = False
        self._failure: Exception | None = None
        self.dispatcher = new_dispatcher(self.parts)
        self.dispatcher.shutdown.register(self.close)  # before the store's own: it is not to end before others have
        self.parts.attach(self.dispatcher)
        self.health = Health(self.parts)
        self.parts.when_opened = self.health.opened
        self.hook = self._new_hook()
        if self.hook:
            self.health.strangers = self.hook.receiver.refused

    def _new_hook(self) -> "Hook | None":
        """Where Telegram brings the updates; None for who polls."""
        if not (self.parts.settings.webhook_url and isinstance(self.parts, OnServer)):
            return None
        from runtime.webhook.hook import Hook  # noqa: PLC0415 - who polls needs no server

        return Hook(self.parts.bot, self.parts.settings, self.parts.store, self.parts.outbox)

    async def run(self) -> None:
        """Live until `stop` is set; EndError for a final refusal, a lost ownership or a last save that failed."""
        try:
            if await self.unless_stopped(self.open()):
                self.health.begin(Phase.SERVING)
                self.parts.broadcaster.start()
                # What is there now stays: the garbage collector need not look through it with every rush. Nor does
                # it now: there is nothing to speak of, and it would take 0.1 s in which taps wait.
                gc.freeze()
                gc.set_threshold(YOUNG)
                beside = [asyncio.create_task(work) for work in self.beside()]
                await self.serve()
                for task in beside:
                    task.cancel()
        finally:
            await self.close()
        if self._failure:
            raise self._failure

    def beside(self) -> Sequence[Coroutine[Any, Any, None]]:
        """All that goes on beside the polls."""
        parts = self.parts
        if parts.store.chat_id is not None:
            parts.show_menus(parts.store.chat_id)
        return parts.hours.run(), *parts.app.tasks(parts.shared, parts.given)

    async def open(self) -> None:
        """Meet Telegram and open the table; without a backup chat the bot waits to be set up."""
        Update.model_rebuild()  # 0.1 s, in which somebody would wait who writes something else than a tap
        try:
            await self.meet()
            await self.parts.store.open()
        except errors.OwnershipLostError:
            raise LOST from None
        except errors.OtherBotError as error:
            raise EndError(2, f"BOT is wrong: {error}.") from None
        except SHUT_OUT as error:
            raise shut_out(error) from None
        except TelegramAPIError as error:
            raise refused(error) from None

    async def meet(self) -> None:
        """Learn that Telegram is there and takes the token."""
        me = await retry.patiently(self.parts.bot.me, what="getMe")
        self.health.met(me.username or "")

    async def serve(self) -> None:
        """Take updates until `stop` is set or the store has ended."""
        work = self.receive() if self.hook else self.poll()
        serving = asyncio.create_task(work)
        reasons = [serving, asyncio.ensure_future(self.stop.wait()), asyncio.ensure_future(self.parts.has_ended.wait())]
        await asyncio.wait(reasons, return_when=asyncio.FIRST_COMPLETED)
        for reason_to_end in reasons[1:]:
            reason_to_end.cancel()
        if self.hook:
            serving.cancel()
        elif not serving.done():
            await self.dispatcher.stop_polling()
        with suppress(asyncio.CancelledError):
            await serving

    async def poll(self) -> None:
        """Poll until told to stop."""
        # aiogram gives a poll this time and that of an ordinary call; how long it asks to wait is the window's.
        await self.dispatcher.start_polling(
            self.parts.bot, polling_timeout=Store.long_poll, handle_signals=False, close_bot_session=False
        )

    async def receive(self) -> None:
        """Have Telegram bring the updates, until cancelled."""
        if self.hook:
            try:
                await self.hook.announce(self.dispatcher.resolve_used_update_types())
            except TelegramAPIError as error:
                raise refused(error) from None

    async def close(self) -> None:
        """Let handlers end, save, confirm what is saved, send what waits; a loser does none of it."""
        if self._is_closed:
            return
        self._is_closed = True
        self.health.begin(Phase.STOPPING)
        self.parts.jobs.end()
        store = self.parts.store
        broadcaster = self.parts.broadcaster
        ending = broadcaster.stop(GRACE / 5) if store.status.owns else broadcaster.abandon()
        await asyncio.gather(ending, *([self.hook.close()] if self.hook else ()))
        await store.calm(1)
        await self.parts.outbox.calm(1)  # whoever notes what has arrived does so in the last save
        if self.hook:  # who may be told something is asked of the store
            await asyncio.gather(self.parts.outbox.drain(GRACE / 6), self.hook.drain(GRACE / 6))
        drain = self.parts.outbox.drain(0 if self.hook else _last_answers(store.status))
        why, _ = await asyncio.gather(store.close(GRACE), drain, return_exceptions=True)
        await self.parts.bot.session.close()
        self._failure = ended(why)
        if self.stop.is_set() and self._failure is None:
            told, about = where(store.status)
            log.info("Stopped as asked, %s", told, extra={**about, "status": 0})

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


def _last_answers(status: Status) -> float:
    """Seconds for what players wait for still: of what a loser has stored already nobody else will tell them."""
    if status.is_lost:
        return LAST_ANSWERS if status.stored == status.written else 0
    return GRACE / 3 if status.owns else 1
