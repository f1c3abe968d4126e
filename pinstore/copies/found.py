"""A stored copy as a reader has found it, and as it is loaded."""

from collections.abc import Iterable
from dataclasses import dataclass

from pinstore.chat.vault import Held
from pinstore.copies.document import Document, Stamp
from pinstore.memory.loader import Loader


@dataclass(frozen=True)
class Found:
    """A document message as it was read; `document` is None and `fault` says why if it is not good."""

    held: Held
    stamp: Stamp
    size: int
    document: Document | None = None
    previous: str | None = None
    fault: str = ""
    is_backup: bool = True
    """False for a document of another kind, in which nothing can be damaged."""


@dataclass(frozen=True)
class Copy:
    """A copy that was read and verified."""

    document: Document
    loader: Loader
    stamp: Stamp
    """Its generation; epoch and owner are the highest that any copy showed."""
    place: Held | None
    """The message that the next save may edit; None if a copy that is not good lies there and must stay as it is."""
    faults: tuple[str, ...] = ()
    """Why copies with a higher generation, or in other places, were passed over."""


def newest_first(found: Iterable[Found]) -> list[Found]:
    """In the order in which a restore tries them."""
    # Of equal ones the lower epoch was written by an owner with taps, the higher one by the claim of the next process.
    return sorted(found, key=lambda one: (one.stamp.generation, -one.stamp.epoch), reverse=True)
