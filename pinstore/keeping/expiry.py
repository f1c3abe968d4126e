"""The timer of a chat that deletes messages: what is known of it, and when a fresh document is due.

A message is deleted when it is as old as the timer of the chat was when it was sent; an edit gives it no further time,
and one that was sent before the timer was set stays (Telegram's auto-delete; Bot API, MessageAutoDeleteTimerChanged).
"""

import asyncio
import logging
import time

from pinstore.chat.notes import EXPIRES, Place
from pinstore.chat.retry import within
from pinstore.keeping.locator import Locator
from pinstore.keeping.stored import Stored
from pinstore.listener import Listener

log = logging.getLogger(__name__)

LONGEST_LOOK, SHORTEST_LOOK = 10.0, 1.0
"""Seconds between two looks at the chat while a timer is on: a document that is gone is written anew."""

LOOKS = 8
"""In the time of the timer, at least."""


class Expiry:
    """What is known of the timer of the backup chat; `seconds` is 0 while there is none."""

    def __init__(self, stored: Stored, locator: Locator, listener: Listener) -> None:
        self._stored = stored
        self._locator = locator
        self._listener = listener
        self._news = asyncio.Event()
        self._must_ask = False
        self._written = 0
        """The message whose time this process has seen begin."""
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
        if self._stored.pinned.vault.auto_delete != self.seconds:
            self._news.set()

    def moved(self, place: Place) -> None:
        """The document is in a new message, whose time begins; that is to be noted with its place."""
        seconds, self._written = self._stored.pinned.vault.auto_delete, place.message_id
        self._locator.will_note(EXPIRES, [place.message_id, int(time.time()) + seconds] if seconds else [0])

    async def wait(self) -> None:
        """Wait until there are news, or while a timer is on until it is time to look again."""
        pause = min(LONGEST_LOOK, max(SHORTEST_LOOK, self.seconds / LOOKS)) if self.seconds else None
        try:
            await within(pause, self._news.wait())
        except TimeoutError:
            self._must_ask = True
        self._news.clear()

    def look_again(self) -> None:
        """What the news have asked for could not be done."""
        self._news.set()

    async def look(self) -> bool:
        """Look at the chat; True if the document has to be written anew. Raises ChatError, or what calls raise."""
        stored = self._stored
        if not (stored.owns and stored.has_place):
            return False
        is_gone = False
        if self._must_ask:
            is_gone = (await stored.pinned.look()).document is None
            self._must_ask = False
        self._set(was_on=self.seconds > 0)
        if self.seconds and self._deadline() is None:
            self.moved(stored.place)  # when it was sent nobody has noted: not after now
            await self._locator.point(stored.place)
        return is_gone or self._is_due()

    def _is_due(self) -> bool:
        """Whether the document will be deleted, and half its time is over, or unknown after a start.

        If the timer is off by now it will be deleted all the same.
        """
        deadline = self._deadline()
        is_known = self.seconds > 0 and self._stored.place.message_id == self._written
        return deadline is not None and (not is_known or time.time() >= deadline - self.seconds / 2)

    def _set(self, *, was_on: bool) -> None:
        """Take over what the last look has shown, and tell of it if it has changed."""
        before, self.seconds = self.seconds, self._stored.pinned.vault.auto_delete
        if self.seconds != before or (was_on and not self.seconds):
            if self.seconds:
                log.warning("%s", deletes(self.seconds))
            else:
                log.warning("Messages of the backup chat are not deleted any more")
            self._listener.auto_delete(self.seconds)

    def _deadline(self) -> int | None:
        """When the document is deleted, in seconds since 1970; None if it is not, as far as anybody has noted."""
        stored, noted = self._stored, self._locator.noted(EXPIRES)
        if stored.has_place and len(noted) == len(Place._fields) and noted[0] == stored.place.message_id:
            return noted[1]
        return None


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
