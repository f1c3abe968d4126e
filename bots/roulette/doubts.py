"""Which messages have been passed on by a call whose answer was lost, or by a process that was killed.

All private chats of a bot share one counter of message ids, so a copy has an id above its original's. A message that
is passed on is the only one of the bot's without a keyboard: to take its buttons away is refused as no change, and
anything else is refused in other words. Only a screen whose id is not known loses its buttons by that; it gets them
back.
"""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest

from bots.roulette.tables import DOCUMENT
from pinstore import Keeper, Tables, retry
from runtime.broadcast.witness import Witness
from runtime.outbox.methods import Buttons

MARGIN, WIDE = 20, 300
"""Ids above the highest known that are looked at, as other messages were on their way; more after a start."""

AT_ONCE, TRIES = 10, 3
"""Ids looked at together, and calls for one that fail before the chat has to wait."""

MOST = 500
"""Ids looked at for one message: what lies beyond cannot be told."""

AT_MOST = 200
"""Messages after a start that may be in doubt: Telegram gives no process more than half of it before a save."""

KNOWN = 20_000
"""Ids remembered of messages that passed by."""

_SAME = re.compile("message is not modified", re.IGNORECASE)
_MARK = "SELECT value FROM counters WHERE name = ?"
_NOTE = """
INSERT INTO counters VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value
WHERE counters.value <> ?2"""
_NOT_COPIES = "SELECT message FROM screens WHERE person = ?1 UNION ALL SELECT copy FROM relays WHERE recipient = ?1"
_NEWEST = "SELECT coalesce(max(max(source), max(copy)), 0) FROM relays"


class Doubts:
    """Looks for copies."""

    def __init__(self, bot: Bot, store: Keeper) -> None:
        self._bot = bot
        self._store = store
        self._seen = Witness()
        bot.session.middleware.register(self._seen)
        self.on_undressed: Callable[[int, int, str], Awaitable[None]] | None = None
        """Told of a screen that has lost its buttons: chat, message and what it says."""
        self._killed_at = 0.0
        self.until = 0
        """What a killed process has sent has ids below; 0 if none was killed, or it is not known."""
        self._left = AT_MOST
        self._searched: dict[int, int] = {}
        """Up to which id all copies of a chat are known."""

    def begin(self, tables: Tables) -> None:
        """Learn whether a process was killed, the one before this or an earlier one that nobody has cleared up after.

        Whoever starts after it puts the document into another message. What it has sent itself lies above that, though,
        and who comes after may have to look for it.
        """
        self._seen.ids.add(tables.execute(_NEWEST).fetchone()[0])
        status, mark = self._store.status, tables.execute(_MARK, (DOCUMENT,)).fetchone()
        if (place := status.place) is None:
            return
        if status.follows_a_crash or mark not in (None, (place.message_id,)):
            self._killed_at = time.time()
        if status.follows_a_crash and place.chat_id > 0:
            self.until = place.message_id

    def mark(self, tables: Tables) -> None:
        """Remember where the document lies now."""
        if place := self._store.status.place:
            tables.execute(_NOTE, (DOCUMENT, place.message_id))

    def concern(self, message: int, at: int) -> bool:
        """Whether a message may have been passed on by a process that was killed."""
        if not self._left or not (message < self.until if self.until else at <= self._killed_at):
            return False
        self._left -= 1
        return True

    def note(self, *copies: int) -> None:
        """These are known."""
        self._seen.ids.update(copies)
        if len(self._seen.ids) > KNOWN:
            self._seen.ids.difference_update(sorted(self._seen.ids)[: KNOWN // 2])

    async def find(self, chat: int, above: int, until: int, margin: int) -> int:
        """The first copy above an id and below another that nobody knows of; 0 if there is none.

        Where it is not known below which, `until` is 0, and the ids that are known are left behind by this `margin`.

        Raises an error of `retry.TRANSIENT`, or TelegramForbiddenError.
        """
        if chat == self._store.chat_id:  # documents and what the admin is told have no keyboards either
            return 0
        newest = until or max(self._seen.ids, default=0)
        known = self._store.look(lambda tables: {row[0] for row in tables.execute(_NOT_COPIES, (chat,))})
        first, last = max(above, self._searched.get(chat, 0)) + 1, until or newest + margin
        ids = [number for number in range(first, last) if number not in known and number not in self._seen.ids][:MOST]
        for begin in range(0, len(ids), AT_ONCE):
            some = ids[begin : begin + AT_ONCE]
            found = await asyncio.gather(*(self._is_copy(chat, number) for number in some))
            if copies := [number for number, is_copy in zip(some, found, strict=True) if is_copy]:
                self._searched[chat] = copies[0]
                return copies[0]
        self._searched[chat] = max(newest, self._searched.get(chat, 0))
        return 0

    async def _is_copy(self, chat: int, number: int) -> bool:
        call = Buttons(chat_id=chat, message_id=number)
        try:
            changed: Any = await retry.patiently(lambda: self._bot(call), TRIES)
        except TelegramBadRequest as error:
            return bool(_SAME.search(error.message))
        if self.on_undressed and isinstance(changed, dict):
            await self.on_undressed(chat, number, str(changed.get("text", "")))
        return False
