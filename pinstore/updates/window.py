"""Which updates may be confirmed to Telegram, and when.

Telegram keeps an update until a `getUpdates` with a higher `offset` confirms it (Bot API, getUpdates), so its queue is
a log that can be replayed. An update that changed data is held until a save has stored its effect; meanwhile the poll
repeats the old offset and what is known already is dropped.
"""

import asyncio
import logging
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import Protocol

from pinstore.chat.retry import within
from pinstore.listener import Listener

log = logging.getLogger(__name__)

WINDOW = 100
"""The most updates that getUpdates returns, so the most that can be held."""

NEARLY_FULL = 80
SHORT_PAUSE, BUSY_PAUSE = 0.1, 0.25
"""Seconds between short polls: what a tap waits at worst while something is unsaved, and while much is."""

MUCH = 50
"""Held updates, all of which each short poll brings again."""

PATIENCE = 15.0
"""Seconds of full windows, saves succeeding all the while, before updates are confirmed unstored."""

STEADY = 6.0
"""Seconds between two saves above which some must have failed: while windows are full they are due every 3 s."""

LONG_POLL = 20
"""Seconds that a poll waits for updates while nothing is held."""


class Applied(Protocol):
    """What is known of updates whose handlers are through."""

    @property
    def applied(self) -> Collection[int]:
        """Those that the tables hold and Telegram was not told about."""

    def changed_by(self, update: int, /) -> bool:
        """Whether a save has to hold its effect before it may be confirmed."""

    def forget(self, updates: Iterable[int], /) -> None:
        """Telegram has been told about these."""


class Saves(Protocol):
    """Whoever sees to it that what has changed is stored."""

    def touch(self, *, is_full: bool) -> None:
        """Data changed; `is_full`: the window is nearly full."""


class Window:
    """The updates that Telegram still keeps for us, in the order they came; after a quiet week ids jump backwards."""

    def __init__(self, database: Applied, saves: Saves, listener: Listener, *, exact: bool) -> None:
        self._database = database
        self._saves = saves
        self.listener = listener
        self.is_exact = exact
        self._handled: dict[int, bool] = {}
        self._stored: set[int] = set()
        self._known: set[int] = set()
        """What the restored tables already hold and no poll has shown yet."""
        self._next = 0
        self._full_since: float | None = None
        self._stored_at = float("-inf")
        self._changed = asyncio.Event()
        self.overloaded = False
        """True while updates are confirmed before they are stored, because more come than can be stored in time."""
        self.has_caught_up = False
        """True when what waited at the start, or before the tables were restored, has come."""

    @property
    def held(self) -> int:
        """How many updates Telegram has to keep for us: their handlers are not through, or nothing has stored them."""
        return sum(not handled or self._unstored(update) for update, handled in self._handled.items())

    def restored(self) -> None:
        """Begin again with what the restored tables already hold; the next poll confirms nothing."""
        self._handled.clear()
        self._stored.clear()
        self._next = 0
        self._known = set(self._database.applied)
        self.has_caught_up = False

    def adopted(self) -> None:
        """Tables have been restored while updates are handled: those that they hold may still come."""
        self._known = set(self._database.applied) - self._handled.keys()

    def handled(self, update: int) -> None:
        """The handler of `update` is through; its data, if any, are in the tables."""
        if update in self._handled:
            self._handled[update] = True
        self._changed.set()
        is_full = len(self._handled) >= NEARLY_FULL
        if is_full or self._database.changed_by(update):
            self._saves.touch(is_full=is_full)

    def stored(self, updates: frozenset[int]) -> None:
        """A save that holds these updates has been committed."""
        self._stored |= updates & self._handled.keys()
        now, before, self._stored_at = time.monotonic(), self._stored_at, time.monotonic()
        if self._full_since is not None and now - before > STEADY:
            self._full_since = now  # saves failed meanwhile: that says nothing about the load
        if self.is_exact and self._full_since is not None and now - self._full_since >= PATIENCE:
            self._set_overloaded(True)
        self._changed.set()

    async def calm(self, seconds: float) -> None:
        """Wait until every handler is through, for at most `seconds`."""
        deadline = time.monotonic() + seconds
        while not all(self._handled.values()) and (left := deadline - time.monotonic()) > 0:
            await self._wait(left)

    async def plan(self, previous: int) -> tuple[int, int]:
        """Pace the polls and tell the next one's offset and timeout in seconds; `previous` is the last one's offset."""
        if self._first_held() is not None:
            pause = SHORT_PAUSE if len(self._handled) < MUCH else BUSY_PAUSE
            await self._wait(None if len(self._handled) >= WINDOW and all(self._handled.values()) else pause)
        held = self._first_held()
        if held is None:
            return self._next, 0 if self.overloaded else LONG_POLL  # whether the backlog is gone is to be known at once
        # The server cuts a repeated offset down to one update (tdlib/telegram-bot-api, Client.cpp,
        # process_get_updates_query); 0 reads from the head of the queue as well and confirms nothing.
        return (0 if previous == held else held), 0

    def received(self, offset: int, updates: Sequence[int]) -> list[int]:
        """Take the answer to a poll with `offset`: forget what is confirmed, return what is new and not handled yet."""
        self._confirm(offset)
        new = [update for update in updates if update not in self._handled]
        for update in new:
            self._handled[update] = update in self._known
            self._next = update + 1
        self.has_caught_up = self.has_caught_up or not new
        self._recognise(set(updates))
        self._watch_load(len(updates))
        return [update for update in new if not self._handled[update]]

    def confirmed_all(self) -> int | None:
        """The offset that confirms all that came, or None if something is still held."""
        return self._next if self._handled and self._first_held() is None else None

    def _first_held(self) -> int | None:
        return next(
            (update for update, handled in self._handled.items() if not handled or self._unstored(update)), None
        )

    def _unstored(self, update: int) -> bool:
        return (
            self.is_exact and not self.overloaded and update not in self._stored and self._database.changed_by(update)
        )

    def _confirm(self, offset: int) -> None:
        if offset == self._next:
            confirmed = list(self._handled)
        elif offset in self._handled:
            order = list(self._handled)
            confirmed = order[: order.index(offset)]
        else:
            return
        for update in confirmed:
            del self._handled[update]
        self._stored.difference_update(confirmed)
        self._database.forget(confirmed)

    def _recognise(self, received: set[int]) -> None:
        """After a restore: what the tables hold is stored, and what Telegram no longer has is forgotten."""
        self._stored |= self._known & received
        self._known -= received
        # One update alone may be an answer cut short, as another process has just polled with the same offset.
        if self._known and len(received) != 1:
            self._database.forget(self._known)
            self._known = set()

    def _watch_load(self, received: int) -> None:
        if len(self._handled) < WINDOW and received < WINDOW:
            self._full_since = None
            self._set_overloaded(False)
        elif self._full_since is None:
            self._full_since = time.monotonic()

    def _set_overloaded(self, overloaded: bool) -> None:
        if overloaded == self.overloaded:
            return
        self.overloaded = overloaded
        if overloaded:
            log.warning("More taps come than can be stored in time: until the backlog is gone a crash may lose some")
        else:
            log.warning("The backlog is gone: every tap is stored again before it is confirmed")
        self.listener.overloaded(overloaded)

    async def _wait(self, seconds: float | None) -> None:
        self._changed.clear()
        with suppress(asyncio.TimeoutError):
            await within(seconds, self._changed.wait())
