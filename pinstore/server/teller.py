"""The teller: numbers that could not ride on the answer to their update are looked up and told later."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pinstore.chat.retry import within
from pinstore.memory.tables import Tables
from pinstore.postgres.batch import Batch
from pinstore.postgres.database import Database
from pinstore.server.slots import Slots
from pinstore.server.told import AGAIN, UNSEEN, Heard, Word, catch_up, heard, hold, owed
from pinstore.updates.fast import TellingPath

log = logging.getLogger(__name__)

SOON = 0.3
"""Seconds until a chat is looked at again whose time has not come, as another replica has told it something."""

MOST = 10
"""Chats looked at together."""

SLOW = AGAIN * 0.8
"""Seconds that a message may be on its way without a newer number being told meanwhile."""

Say = Callable[[int, Mapping[str, Any]], Awaitable[float]]
"""Calls Telegram; the seconds until it makes sense to try again, 0 if it is done with."""


class Waiting(NamedTuple):
    """A chat that is to be told something."""

    due: float
    """From when on."""
    item: Any
    above: int | None
    """Of a number that was told, and is higher, nobody knows whether it has been seen last."""


class Teller:
    """Of one replica."""

    def __init__(self, database: Database, path: TellingPath[Any, Any], slots: Slots, say: Say) -> None:
        self._database = database
        self._path = path
        self._slots = slots
        self._say = say
        self._waiting: dict[int, Waiting] = {}
        """By chat, in the order of coming."""
        self._woken = asyncio.Event()
        self._under_way: dict[asyncio.Task[None], int] = {}
        """And the chat of each."""
        self._heard: Batch[Heard, None] = Batch(self._hear)
        self._is_idle = asyncio.Event()
        self._is_idle.set()

    def later(self, chat: int, item: object, seconds: float, *, above: int | None = None) -> None:
        """Look what this chat is to be told, after so many seconds; what it waits for already comes no later.

        `above`: a number that was told is told once more if it is higher.
        """
        due = time.monotonic() + seconds
        if before := self._waiting.get(chat):
            due = min(due, before.due)
            above = min((one for one in (above, before.above) if one is not None), default=None)
        self._waiting[chat] = Waiting(due, item, above)
        self._is_idle.clear()
        self._woken.set()

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            self._woken.clear()
            now = time.monotonic()
            ready = [chat for chat, one in self._waiting.items() if one.due <= now][:MOST]
            if ready:
                await self._tell(ready)
                continue
            if not self._waiting and not self._under_way:
                self._is_idle.set()
            next_due = min((one.due for one in self._waiting.values()), default=now + 3600)
            try:
                await within(next_due - now, self._woken.wait())
            except TimeoutError:
                continue

    async def sweep(self) -> None:
        """Take over what a replica has left behind."""
        found = await self._database.read(owed)
        own = {*self._waiting, *self._under_way.values()}
        for chat, kept, is_said in found:
            if chat not in own:
                self.later(chat, self._path.recall(chat, kept), 0, above=UNSEEN if is_said else None)

    async def drain(self, seconds: float) -> None:
        """Tell what still waits, for at most `seconds`; the rest is left to other replicas."""
        try:
            await within(seconds, self._is_idle.wait())
        except TimeoutError:
            log.info("%s chats are told their numbers by other replicas", len(self._waiting))
        for task in self._under_way:
            task.cancel()

    async def _tell(self, ready: list[int]) -> None:
        room = await self._slots.next(len(ready))
        taken = {chat: self._waiting.pop(chat) for chat in ready[:room] if chat in self._waiting}
        items = {chat: one.item for chat, one in taken.items()}
        results, told, waiting = await self._look(taken)
        self._slots.use(len(told))
        for chat, item in items.items():
            if chat in told:
                task = asyncio.create_task(self._send(chat, item, results[chat], told[chat]))
                self._under_way[task] = chat
                task.add_done_callback(self._sent)
            elif chat in waiting:
                self.later(chat, item, SOON)

    async def _look(self, taken: Mapping[int, Waiting]) -> tuple[Mapping[int, Any], Mapping[int, datetime], set[int]]:
        path = self._path

        async def look(tables: Tables) -> tuple[Mapping[int, Any], Mapping[int, datetime], set[int]]:
            await hold(tables, taken)
            found = await path.count(tables, [one.item for one in taken.values()], ())
            results = dict(zip(taken, found, strict=True))
            words = [
                Word(chat, number, path.kept(taken[chat].item), taken[chat].above)
                for chat, result in results.items()
                if (number := path.number(result)) is not None
            ]
            told, waiting = await catch_up(tables, words) if words else ({}, set[int]())
            return results, told, waiting

        return await self._database.write(None, look)

    async def _send(self, chat: int, item: object, result: object, until: datetime) -> None:
        """If that fails the number is told again; if it was slow, only another one that was told meanwhile is."""
        began = time.monotonic()
        pause = await self._say(chat, self._path.saying(item, result))
        took = time.monotonic() - began
        await self._heard.put(Heard(chat, until, pause))
        if pause:
            self.later(chat, item, pause, above=UNSEEN)
        elif took > SLOW:
            self.later(chat, item, 0, above=self._path.number(result))

    async def _hear(self, messages: Sequence[Heard]) -> Sequence[None]:
        await self._database.apart(lambda tables: heard(tables, messages))
        return [None] * len(messages)

    def _sent(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        self._woken.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("A number could not be told", exc_info=error)
