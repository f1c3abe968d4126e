"""The fast lane of a server: what comes at once is counted by one statement in one transaction."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pinstore.postgres.batch import Batch
from pinstore.postgres.database import Database, Id
from pinstore.server.updates import Turns
from pinstore.updates.fast import BatchPath, Kept, RawUpdate, chat_of

log = logging.getLogger(__name__)


class BatchLane:
    """Applies what a path reads, in the order of each chat; returns when all of it is committed."""

    def __init__(
        self, kept: Kept, database: Database, path: BatchPath[Any, Any] | None, turns: Turns, *, is_lazy: bool
    ) -> None:
        self._kept = kept
        self._turns = turns
        self._database = database
        self._path = path
        self._is_lazy = is_lazy
        self._batch: Batch[Any, Any] = Batch(self._commit)

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
