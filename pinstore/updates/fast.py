"""The fast lane: updates that are applied as they arrive, before aiogram makes anything of them.

To build the models of an update, a task and the way to its handler takes several times as long as one short write.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from pinstore.memory.tables import Tables
from pinstore.updates.handled import Scope

log = logging.getLogger(__name__)
T = TypeVar("T")
R = TypeVar("R")

RawUpdate = dict[str, Any]
"""An update as it came (Bot API, Update)."""


class FastPath(Protocol[T]):
    """What a bot takes out of the updates that arrive."""

    def read(self, update: RawUpdate, /) -> T | None:
        """What this update is to the bot; None if a handler takes it. No error, whatever came."""

    async def apply(self, item: T, /) -> None:
        """Carry it out: one write, one answer."""


class BatchPath(Protocol[T, R]):
    """The same for a server, where what comes at once costs one commit."""

    def read(self, update: RawUpdate, /) -> T | None:
        """As a FastPath does."""

    def key(self, item: T, /) -> tuple[int, int]:
        """Whose it is, and its update_id."""

    async def count(self, tables: Tables, items: Sequence[T], new: Collection[tuple[int, int]], /) -> Sequence[R]:
        """Carry out those whose keys are `new`, in one transaction; what each of all of them has led to."""

    def tell(self, item: T, result: R, /) -> None:
        """It is committed."""


class TellingPath(BatchPath[T, R], Protocol[T, R]):
    """The same where many replicas count, and what a person was told last has to be right whichever he has met."""

    def number(self, result: R, /) -> int | None:
        """What is told, a number that only grows; None if it is something else, which `tell` sees to."""

    def saying(self, item: T, result: R, /) -> Mapping[str, Any]:
        """The message that tells it, a method of the Bot API with its parameters."""

    def kept(self, item: T, /) -> str:
        """What is to be known of it should another replica have to tell the number."""

    def recall(self, chat: int, kept: str, /) -> T:
        """The same in another replica."""


class Kept(Protocol):
    """Where what changes is kept; while there is no chat for that handlers say so."""

    @property
    def chat_id(self) -> int | None:
        """The backup chat, once it is known."""


class Lane:
    """Applies what a fast path reads, in the order of each chat."""

    def __init__(self, kept: Kept, path: FastPath[Any] | None = None) -> None:
        self.path = path
        self._kept = kept

    async def take(self, updates: Iterable[RawUpdate], on_handled: Callable[[int], None]) -> list[RawUpdate]:
        """Apply what is for the fast path; returns all else, and what came after it from the same chat."""
        if self.path is None or self._kept.chat_id is None:
            return list(updates)
        left: list[RawUpdate] = []
        busy = set[int | None]()
        for update in updates:
            item = self.path.read(update)
            if item is None or (busy and chat_of(update) in busy):
                left.append(update)
                busy.add(chat_of(update))
                continue
            number = int(update["update_id"])
            try:
                with Scope(number):
                    await self.path.apply(item)
            except Exception:  # told and done with, as aiogram does it: a failure of its own would repeat for ever
                log.exception("Update %s could not be handled", number)
            on_handled(number)
        return left


def chat_of(update: RawUpdate) -> int | None:
    """The chat of a message."""
    match update:
        case {"message": {"chat": {"id": int(chat_id)}}}:
            return chat_id
    return None
