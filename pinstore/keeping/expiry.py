"""The timer of a chat that deletes messages, and a fresh document before it deletes the one that counts.

A message is deleted when it is as old as the timer of the chat was when it was sent; an edit gives it no further time,
and one that was sent before the timer was set stays (Telegram's auto-delete; Bot API, MessageAutoDeleteTimerChanged).
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, cast

from aiogram import BaseMiddleware
from aiogram.exceptions import TelegramAPIError
from aiogram.types import TelegramObject, Update

from pinstore.chat.pointer import EXPIRES, Place
from pinstore.chat.retry import TRANSIENT, delay, reason, within
from pinstore.errors import ChatError, OvertakenError, OwnershipLostError
from pinstore.keeping.keeper import Keeper

log = logging.getLogger(__name__)

LONGEST_LOOK, SHORTEST_LOOK = 10.0, 1.0
"""Seconds between two looks at the chat while a timer is on: a document that is gone is written anew."""

LOOKS = 8
"""In the time of the timer, at least."""


class Notes(Protocol):
    """Lines that are kept at Telegram beside the place of the document."""

    def noted(self, name: str) -> list[int]:
        """A line, [] if there is none."""

    def will_note(self, name: str, numbers: list[int]) -> None:
        """Change it; `point` writes it."""

    async def point(self, place: Place) -> None:
        """Write place and lines."""


class Expiry:
    """What is known of the timer of the backup chat; `seconds` is 0 while there is none."""

    def __init__(
        self, keeper: Keeper, notes: Notes, on_change: Callable[[int], None], on_end: Callable[[Exception], None]
    ) -> None:
        """`on_change` is told the seconds, `on_end` why it is over."""
        self._keeper = keeper
        self._notes = notes
        self._on_change = on_change
        self._on_end = on_end
        self._news = asyncio.Event()
        self._must_ask = False
        self._written = 0
        """The message whose time this process has seen begin."""
        self._failures = 0
        self.seconds = 0

    def opened(self) -> None:
        """The tables are restored and claimed, so the chat has been looked at."""
        was_on, self.seconds = bool(self._deadline()), 0
        self._set(was_on=was_on)
        self._news.set()

    def heard(self) -> None:
        """The timer may have been changed."""
        self._must_ask = True
        self._news.set()

    def saved(self) -> None:
        """Each save looks at the chat."""
        if self._keeper.stored.pinned.vault.auto_delete != self.seconds:
            self._news.set()

    def moved(self, place: Place) -> None:
        """The document is in a new message, whose time begins; that is to be noted with its place."""
        seconds, self._written = self._keeper.stored.pinned.vault.auto_delete, place.message_id
        self._notes.will_note(EXPIRES, [place.message_id, int(time.time()) + seconds] if seconds else [0])

    async def run(self) -> None:
        """Look when there are news, and again and again while a timer is on."""
        while True:
            await self._wait()
            try:
                await self._look()
                self._failures = 0
            except (OwnershipLostError, OvertakenError) as error:
                self._on_end(error)
            except (ChatError, TelegramAPIError, *TRANSIENT) as error:
                log.warning("The timer of the backup chat could not be minded: %s", reason(error))
                self._failures += 1
                await asyncio.sleep(delay(self._failures, error))
                self._news.set()

    async def _wait(self) -> None:
        pause = min(LONGEST_LOOK, max(SHORTEST_LOOK, self.seconds / LOOKS)) if self.seconds else None
        try:
            await within(pause, self._news.wait())
        except TimeoutError:
            self._must_ask = True
        self._news.clear()

    async def _look(self) -> None:
        stored = self._keeper.stored
        if not (self._keeper.owns and stored.has_place):
            return
        is_gone = False
        if self._must_ask:
            is_gone = (await stored.pinned.look()).document is None
            self._must_ask = False
        self._set(was_on=self.seconds > 0)
        if self.seconds and self._deadline() is None:
            self.moved(stored.place)  # when it was sent nobody has noted: not after now
            await self._notes.point(stored.place)
        if is_gone or self._is_due():
            await asyncio.to_thread(self._keeper.renew)
            log.info("The document is in a fresh message: message %s", self._keeper.place.message_id)

    def _is_due(self) -> bool:
        """Whether the document will be deleted, and half its time is over, or unknown after a start.

        If the timer is off by now it will be deleted all the same.
        """
        deadline = self._deadline()
        is_known = self.seconds > 0 and self._keeper.place.message_id == self._written
        return deadline is not None and (not is_known or time.time() >= deadline - self.seconds / 2)

    def _set(self, *, was_on: bool) -> None:
        """Take over what the last look has shown, and tell of it if it has changed."""
        before, self.seconds = self.seconds, self._keeper.stored.pinned.vault.auto_delete
        if self.seconds != before or (was_on and not self.seconds):
            if self.seconds:
                log.warning("%s", deletes(self.seconds))
            else:
                log.warning("Messages of the backup chat are not deleted any more")
            self._on_change(self.seconds)

    def _deadline(self) -> int | None:
        """When the document is deleted, in seconds since 1970; None if it is not, as far as anybody has noted."""
        stored, noted = self._keeper.stored, self._notes.noted(EXPIRES)
        if stored.has_place and len(noted) == len(Place._fields) and noted[0] == stored.place.message_id:
            return noted[1]
        return None


class Hearing(BaseMiddleware):
    """Sees the line in the backup chat that says that its timer was changed, and passes everything on."""

    def __init__(self, chat_id: Callable[[], int | None], heard: Callable[[], None]) -> None:
        self._chat_id = chat_id
        self._heard = heard

    async def __call__(
        self,
        handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]],
        event: TelegramObject,
        data: dict[str, Any],
    ) -> Any:
        """Look and pass on."""
        update = cast("Update", event)
        message = update.message or update.channel_post
        if message and message.message_auto_delete_timer_changed and message.chat.id == self._chat_id():
            self._heard()
        return await handler(event, data)


def deletes(seconds: int) -> str:
    """What is wrong and what to do about it, for the log and an operator."""
    if not seconds:
        return "An auto-delete timer was on in the backup chat: Telegram may have deleted the copies"
    return (
        f"Telegram deletes messages of the backup chat after {span(seconds)}, the copies among them: "
        "turn the auto-delete timer off in the settings of that chat"
    )


def span(seconds: int) -> str:
    """A time in the largest unit that divides it."""
    for name, unit in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds % unit == 0:
            number = seconds // unit
            return f"{number} {name}{'s' if number > 1 else ''}"
    return f"{seconds} s"
