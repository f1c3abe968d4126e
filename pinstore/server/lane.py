"""The fast lane of a server: what comes at once is counted by one statement in one transaction."""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from enum import Enum, auto
from typing import Any

from pinstore.memory.tables import Tables
from pinstore.postgres.batch import Batch
from pinstore.postgres.database import Database, Id
from pinstore.server.slots import RIDE, Slots
from pinstore.server.teller import Teller
from pinstore.server.told import AGAIN, UNSEEN, Word, tell
from pinstore.server.updates import Turns
from pinstore.updates.fast import BatchPath, Kept, RawUpdate, TellingPath, chat_of

log = logging.getLogger(__name__)

GATHER = 0.01
"""Seconds that a batch waits in a rush: updates come here one by one, and a commit for each would cost most of all."""


class BatchLane:
    """Applies what a path reads, in the order of each chat; returns when all of it is committed."""

    def __init__(
        self,
        kept: Kept,
        database: Database,
        path: BatchPath[Any, Any] | None,
        turns: Turns,
        *,
        is_lazy: bool,
        gather: float = 0.0,
    ) -> None:
        """`gather`: seconds that a batch waits for more in a rush."""
        self._kept = kept
        self._turns = turns
        self._database = database
        self._path = path
        self._is_lazy = is_lazy
        self._batch: Batch[Any, Any] = Batch(self._commit, gather)

    async def take(self, updates: Iterable[RawUpdate], on_handled: Callable[[int], None]) -> list[RawUpdate]:
        """Apply what is for the path; returns all else, and what came after it from the same chat."""
        path = self._path
        if path is None or self._kept.chat_id is None:
            return list(updates)
        left: list[RawUpdate] = []
        busy = set[int | None](self._turns.busy)
        applied = []
        for update in updates:
            item = path.read(update)
            if item is None or (busy and chat_of(update) in busy):
                left.append(update)
                busy.add(chat_of(update))
            else:
                applied.append(self._apply(path, int(update["update_id"]), item, on_handled))
        await asyncio.gather(*applied)
        return left

    async def _apply(
        self, path: BatchPath[Any, Any], number: int, item: object, on_handled: Callable[[int], None]
    ) -> None:
        try:
            path.tell(item, await self._batch.put(item))
        except Exception:  # told and done with: a failure of its own would repeat for ever
            log.exception("Update %s could not be handled", number)
        on_handled(number)

    async def _commit(self, items: Sequence[Any]) -> Sequence[Any]:
        path = self._path
        if path is None:
            return []
        return await self._database.write_all(
            [Id(*path.key(item)) for item in items],
            lambda tables, new: path.count(tables, items, new),
            is_lazy=self._is_lazy,
        )


class TellingLane(BatchLane):
    """The same where many replicas count: what each has led to rides on the answer to its update, or is told later."""

    def __init__(
        self,
        kept: Kept,
        database: Database,
        path: TellingPath[Any, Any],
        turns: Turns,
        *,
        is_lazy: bool,
        slots: Slots,
        teller: Teller,
    ) -> None:
        super().__init__(kept, database, path, turns, is_lazy=is_lazy, gather=GATHER)
        self._telling = path
        self._slots = slots
        self._teller = teller

    async def ride(self, update: RawUpdate) -> tuple[bool, Mapping[str, Any] | None]:
        """Apply an update; whether it was for the path, and the message that may ride on the answer to it."""
        path = self._telling
        item = None if self._kept.chat_id is None else path.read(update)
        if item is None or path.key(item)[0] in self._turns.busy:
            return False, None
        try:
            result, state, slot = await self._batch.put(item)
            if state is State.TOLD:
                await asyncio.sleep(max(0.0, slot - time.monotonic()))
                return True, path.saying(item, result)
            if state is not State.OTHERWISE:
                self._teller.later(path.key(item)[0], item, AGAIN if state is State.SOON else 0)
            else:
                path.tell(item, result)
        except Exception:  # told and done with: a failure of its own would repeat for ever
            log.exception("Update %s could not be handled", update["update_id"])
        return True, None

    async def _commit(self, items: Sequence[Any]) -> Sequence[Any]:
        """Count, and decide who is told what it has led to now."""
        path = self._telling
        keys = [Id(*path.key(item)) for item in items]
        room = await self._slots.ready(len({key.chat for key in keys}), RIDE)

        async def count(tables: Tables, new: Collection[Any]) -> Sequence[tuple[Any, State]]:
            results = await path.count(tables, items, new)
            numbers = [path.number(result) for result in results]
            last = {key.chat: place for place, key in enumerate(keys) if numbers[place] is not None}
            words = [
                Word(chat, numbers[place] or 0, path.kept(items[place]), None if keys[place] in new else UNSEEN)
                for chat, place in last.items()
            ]
            told = await tell(tables, words, room) if words else set[int]()
            newest = {chat: keys[place] for chat, place in last.items()}
            is_full = room < len(last)
            return [
                (result, _state(key, newest.get(key.chat), is_told=key.chat in told, is_next=is_full or key not in new))
                for key, result in zip(keys, results, strict=True)
            ]

        done = await self._database.write_all(keys, count, is_lazy=self._is_lazy)
        told = {key.chat for key, (_, state) in zip(keys, done, strict=True) if state is State.TOLD}
        slots = dict(zip(told, self._slots.use(len(told)), strict=False))  # those that have passed meanwhile are gone
        return [(*one, slots.get(key.chat, 0.0)) for key, one in zip(keys, done, strict=True)]


class State(Enum):
    """What becomes of the number that an update has led to."""

    TOLD = auto()
    SOON = auto()
    """The chat has been told another one just now."""
    NEXT = auto()
    """There is no slot for it yet, or it came again and needs a message of its own."""
    OTHERWISE = auto()


def _state(key: Id, newest: Id | None, *, is_told: bool, is_next: bool) -> State:
    """An update that has come twice at once is answered the same twice: who knows which answer gets to Telegram."""
    if newest is None:
        return State.OTHERWISE
    if is_told and key == newest:
        return State.TOLD
    return State.NEXT if is_next else State.SOON
