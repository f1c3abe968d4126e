"""The thread that calls save, and the drill once a day."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter

from pinstore.chat.retry import TRANSIENT, delay, reason
from pinstore.errors import ChatError, OvertakenError, OwnershipLostError
from pinstore.keeping.drills import Drills
from pinstore.keeping.schedule import Schedule
from pinstore.keeping.trouble import Trouble
from pinstore.listener import Listener

log = logging.getLogger(__name__)

ABANDON_TIME = 5.0
"""Seconds to wait for a save that is under way and no longer counts."""


class Saving(Protocol):
    """What the timer needs of a saver."""

    @property
    def owns(self) -> bool:
        """True while this process may save."""

    @property
    def drilled_at(self) -> datetime | None:
        """When the stored copy was last found good."""

    @property
    def sent(self) -> int:
        """Grows with each part that a save has stored: a large table takes its time."""

    def save(self, *, last: bool = False) -> None:
        """Store what has changed."""

    def drill(self) -> int:
        """Compare what is stored with the tables."""


class Guarding(Protocol):
    """What it needs of a guard."""

    def end(self, why: Exception) -> None:
        """Have the process stop, or restore again."""


class Timer(threading.Thread):
    """Saves from a thread of its own, one save after the other, and once more when it is stopped."""

    def __init__(
        self,
        saver: Saving,
        schedule: Schedule,
        listener: Listener,
        guard: Guarding,
    ) -> None:
        super().__init__(name="timer", daemon=True)  # a save that hangs must not keep the process alive
        self._saver = saver
        self._schedule = schedule
        schedule.begin_anew(time.monotonic())
        self._listener = listener
        self._guard = guard
        self._loop = asyncio.get_running_loop()
        self._stop_by: float | None = None
        self._drills = Drills()
        self._abandoned = False
        self._trouble = Trouble()
        self.failed: Exception | None = None
        """Why the last save was not done."""

    @property
    def trouble(self) -> str | None:
        """Why saves keep failing, None while they work."""
        return self._trouble.why

    def look(self) -> None:
        """Tell if a save is late; in the event loop, as the thread may be the one that waits."""
        overdue_since = self._schedule.overdue_since(time.monotonic())
        if not self._abandoned and self._trouble.is_late(overdue_since, self._saver.sent):
            self._listener.trouble(self.trouble)

    async def stop(self, seconds: float) -> None:
        """Save once more and end, within `seconds`; `failed` tells why if that was not possible."""
        self.failed = TimeoutError("it took too long")
        self._stop_by = time.monotonic() + seconds
        self._schedule.wake.set()
        await asyncio.to_thread(self.join, seconds)

    async def abandon(self) -> None:
        """End without a save: another process owns the backup, or the table has to be restored again."""
        self._abandoned = True
        await self.stop(ABANDON_TIME)

    def run(self) -> None:
        """Wait until a save is due, again and again."""
        while self._stop_by is None:
            due = self._schedule.due()
            left = None if due is None else due - time.monotonic()
            if left is None or left > 0:
                self._schedule.wake.wait(left)
                self._schedule.wake.clear()
            elif not self._attempt():
                return
        if not self._abandoned:
            self._last(self._stop_by)

    def _attempt(self) -> bool:
        """Save once; False if this process may not save any more."""
        schedule = self._schedule
        schedule.begin(time.monotonic())
        self._trouble.begin()
        try:
            self._saver.save()
        except (OwnershipLostError, OvertakenError) as error:
            self._abandoned = True
            self._tell(self._guard.end, error)
            return False
        except Exception as error:  # noqa: BLE001 - whatever it was: saves go on, and the admin hears of it
            if self._abandoned or self._is_cut_off(error):
                return False
            schedule.repeat()
            self._failed(error)
        else:
            schedule.saved_at = time.monotonic()
            if self._trouble.is_over():
                self._tell(self._listener.trouble, None)
            self._drill()
        return True

    def _drill(self) -> None:
        """Compare what is stored with the tables, if that is due."""
        if not self._drills.is_due(self._saver.drilled_at):
            return
        try:
            log.info("The stored copy was downloaded and compared: all %s rows agree", self._saver.drill())
        except (OwnershipLostError, OvertakenError):
            log.info("The drill was broken off: another process owns the backup")  # the next save says so, and ends
        except Exception as error:  # noqa: BLE001 - whatever it was, the admin hears of it
            if self._is_cut_off(error):
                return
            log.error("The drill failed: %s", reason(error))
            self._tell(self._listener.bad_drill, reason(error))

    def _is_cut_off(self, error: Exception) -> bool:
        """Whether the event loop has ended beneath a call: the stop's seconds were over, and `failed` says so."""
        return self._stop_by is not None and isinstance(error, CancelledError)

    def _tell(self, callback: Callable[..., None], *told: object) -> None:
        """Call back in the event loop."""
        with suppress(RuntimeError):  # it is closed: a stop does not wait for the end of a save that hangs
            self._loop.call_soon_threadsafe(callback, *told)

    def _failed(self, error: Exception) -> None:
        now = time.monotonic()
        self._trouble.failures += 1
        attempt = self._trouble.failures
        self._schedule.not_before = now + delay(attempt, error)
        if isinstance(error, TelegramRetryAfter):
            self._schedule.refused_at = now
        trace = None if isinstance(error, (ChatError, TelegramAPIError, *TRANSIENT)) else error
        log.log(
            logging.ERROR if trace else logging.WARNING,
            "The save failed (attempt %s) and is repeated: %s",
            attempt,
            reason(error),
            exc_info=trace,
            extra={"attempt": attempt},
        )
        if self._trouble.has_failed(error):
            self._tell(self._listener.trouble, self.trouble)

    def _last(self, stop_by: float) -> None:
        """Give the ownership up with a last save, trying until `stop_by`."""
        while self._saver.owns:
            try:
                self._saver.save(last=True)
            except (OwnershipLostError, OvertakenError) as error:
                self._tell(self._guard.end, error)
                self.failed = error
                return
            except Exception as error:  # noqa: BLE001 - as above, while there is time
                self._trouble.failures += 1
                pause = delay(self._trouble.failures, error)
                if time.monotonic() + pause > stop_by:
                    self.failed = error
                    return
                time.sleep(pause)
        self.failed = None
