"""What the page proves of a bot from outside: numbers per person of what was sent, answered and stored."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from emulator.state.chats import Json
    from emulator.state.people import Person

T = TypeVar("T")

LOOKED_AT = 200  # messages of a chat in which an answer is looked for
LARGEST = 4 << 20  # bytes; a larger document is not opened at every save

Words = tuple[str, str]
"""Russian and English."""


@dataclass(frozen=True)
class Promise:
    """What a bot promises: its columns, and what must be so of their numbers.

    rule: "same" (all are equal) or "sum" (the first is the sum of the others); idle: what a visitor may try.
    """

    title: Words
    columns: Mapping[str, Words]
    rule: str
    idle: Words

    @property
    def keys(self) -> tuple[str, ...]:
        """The names of the numbers, in their order."""
        return tuple(self.columns)

    def view(self) -> Json:
        """As the page is told."""
        columns = [{"key": key, "words": words} for key, words in self.columns.items()]
        return {"title": self.title, "columns": columns, "rule": self.rule, "idle": self.idle}


class Crowd(Protocol):
    """Who plays: the people of one bot, its admin among them."""

    admin: Person | None

    @property
    def people(self) -> list[Person]:
        """Everybody who talks to the bot."""


class Tally(Protocol):
    """Counts what people do and what becomes of it; `tap` is a button that the page taps many times, if any."""

    promise: Promise
    tap: str | None

    def note(self, person: Person, action: str, sent: list[Json]) -> None:
        """Count what this person has just done, and the messages that were sent by it."""

    def numbers(self, person: Person, cast: Crowd) -> tuple[int | None, ...]:
        """The numbers of a person, as many as the promise has columns."""


class Pinned(Generic[T]):
    """What `read` finds in the bytes of the document pinned in somebody's chat; it is read once."""

    def __init__(self, read: Callable[[bytes], T], nothing: T) -> None:
        self._read = read
        self._nothing = nothing
        self._document = ""
        self._found = nothing

    def of(self, keeper: Person | None) -> T:
        """What it says now; nothing if there is none."""
        pinned = None if keeper is None else keeper.pinned
        if keeper is None or pinned is None or "document" not in pinned:
            return self._nothing
        document = pinned["document"]
        if document["file_unique_id"] != self._document:
            self._document = document["file_unique_id"]
            small = document["file_size"] <= LARGEST
            self._found = self._read(keeper.bot.world.document(pinned)) if small else self._nothing
        return self._found


class Taps:
    """Taps on the button `tap`; `counted` finds the bot's number in the text of an answer (group 1).

    read: the numbers by person's id in the bytes of a stored document, none if it is something else.
    """

    def __init__(self, promise: Promise, tap: str, counted: str, read: Callable[[bytes], Mapping[int, int]]) -> None:
        self.promise = promise
        self.tap: str | None = tap
        self.sent: Counter[int] = Counter()
        self._counted = re.compile(counted)
        nothing: Mapping[int, int] = {}
        self._stored = Pinned(read, nothing)

    def note(self, person: Person, action: str, sent: list[Json]) -> None:
        """Count a text that this person has just sent, if it is a tap on the button shown."""
        shown = any(self.tap in row for row in person.keyboard)
        if shown and action in {"send", "tap"}:
            self.sent[person.id] += sum(message.get("text") == self.tap for message in sent)

    def numbers(self, person: Person, cast: Crowd) -> tuple[int | None, ...]:
        """Taps sent, counted, stored."""
        newest = islice(reversed(person.chat.messages.values()), LOOKED_AT)
        answers = (message.data for message in newest if message.outgoing)
        return self.sent[person.id], self._number(answers), self._stored.of(cast.admin).get(person.id)

    def _number(self, newest: Iterable[Json]) -> int | None:
        """The number in the newest answer to a tap; None if there is none."""
        found = (self._counted.search(message.get("text", "")) for message in newest)
        return next((int(match[1]) for match in found if match), None)
