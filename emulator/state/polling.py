"""getUpdates: who waits, for how long, and who is ended by whom."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from emulator.state.errors import BotApiError

if TYPE_CHECKING:
    from emulator.state.clock import Clock, Timer
    from emulator.state.queue import UpdateQueue

LONGEST = 50
CONFLICT = "Conflict: "
OTHER_POLLER = CONFLICT + "terminated by other getUpdates request; make sure that only one bot instance is running"
SET_WEBHOOK = CONFLICT + "terminated by setWebhook request"
WEBHOOK_ACTIVE = (
    CONFLICT + "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)

Answer = asyncio.Future[bytes]


class Poller:
    """The getUpdates requests of one bot; at most one of them waits.

    Source of all rules: tdlib/telegram-bot-api, Client.cpp, process_get_updates_query, do_get_updates,
    abort_long_poll, fail_query_conflict.
    """

    def __init__(self, queue: UpdateQueue, clock: Clock) -> None:
        self._queue = queue
        self._clock = clock
        self._previous_offset: int | None = None
        self._previous_start = 0.0
        self._next_conflict = 0.0
        self._waiting: Answer | None = None
        self._wanted = (0, 100)
        self._timer: Timer | None = None
        self._woken = False

    @property
    def waiting(self) -> bool:
        """Whether a request waits for updates."""
        return self._waiting is not None

    def poll(self, offset: int, limit: int, timeout: int) -> Answer:
        """Answer a request now, or later: a JSON array of updates, or BotApiError 409.

        The same offset again: within 3 s a timeout below 3 becomes 3, within 0.5 s the limit becomes 1.
        """
        now = self._clock.now()
        if offset == self._previous_offset:
            if timeout < 3 and now < self._previous_start + 3.0:
                timeout = 3
            if now < self._previous_start + 0.5:
                limit = 1
        self._previous_offset, self._previous_start = offset, now
        answer: Answer = asyncio.get_running_loop().create_future()
        updates = self._queue.read(offset, limit)
        if updates or timeout == 0:
            answer.set_result(_array(updates))
            return answer
        self.end(OTHER_POLLER)
        self._waiting, self._wanted = answer, (max(offset, 0), limit)
        self._timer = self._clock.call_later(timeout, lambda: self._finish(answer))
        return answer

    def conflict(self, description: str) -> Answer:
        """A request that is refused with 409; see `_conflict`."""
        answer: Answer = asyncio.get_running_loop().create_future()
        self._conflict(description, answer)
        return answer

    def wake(self) -> None:
        """An update has come: the waiting request is answered in the next round of the event loop."""
        if self._waiting is not None and not self._woken:
            self._woken = True
            self._waiting.get_loop().call_soon(self._finish, self._waiting)

    def end(self, description: str) -> None:
        """End the waiting request, if any, with a 409."""
        if (answer := self._release()) is not None:
            self._conflict(description, answer)

    def stop(self) -> None:
        """The server stops: 429 with retry_after 5. Source: tdlib/telegram-bot-api, Query.cpp, PromiseDeleter."""
        if (answer := self._release()) is not None:
            _refuse(answer, BotApiError(429, "Too Many Requests: retry after 5", 5))

    def _conflict(self, description: str, answer: Answer) -> None:
        """After one refusal those of the next 3 s come only after a pause of 3 s."""
        now = self._clock.now()
        if now >= self._next_conflict:
            self._next_conflict = now + 3.0
            _refuse(answer, BotApiError(409, description))
        else:
            self._clock.call_later(3.0, lambda: _refuse(answer, BotApiError(409, description)))

    def _release(self) -> Answer | None:
        answer, self._waiting, self._woken = self._waiting, None, False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        return answer

    def _finish(self, answer: Answer) -> None:
        if answer is self._waiting:
            self._release()
            answer.set_result(_array(self._queue.read(*self._wanted)))


def _array(updates: list[bytes]) -> bytes:
    return b"[" + b",".join(updates) + b"]"


def _refuse(answer: Answer, error: BotApiError) -> None:
    if not answer.done():
        answer.set_exception(error)
        answer.exception()  # mark as seen: the asker may be gone
