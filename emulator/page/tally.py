"""What the page proves of a bot that counts: per person the taps sent, the taps counted, and the taps stored."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from emulator.state.people import Person

LARGEST = 4 << 20  # bytes; a larger document is not opened at every save


class Tally:
    """Counts taps on the button `tap`; `counted` finds the bot's number in the text of an answer (group 1).

    read: the numbers by person's id in the bytes of a stored document, none if it is something else.
    """

    def __init__(self, tap: str, counted: str, read: Callable[[bytes], Mapping[int, int]]) -> None:
        self.tap = tap
        self.sent: Counter[int] = Counter()
        self._counted = re.compile(counted)
        self._read = read
        self._document = ""
        self._stored: Mapping[int, int] = {}

    def note(self, person: Person, text: str) -> None:
        """Count a text that this person is about to send, if it is a tap on the button shown."""
        if text == self.tap and any(text in row for row in person.keyboard):
            self.sent[person.id] += 1

    def counted(self, newest: Iterable[dict[str, Any]]) -> int | None:
        """The number in the newest answer to a tap, messages given newest first; None if there is none."""
        found = (self._counted.search(message.get("text", "")) for message in newest)
        return next((int(match[1]) for match in found if match), None)

    def stored(self, person: Person, keeper: Person | None) -> int | None:
        """The person's number in the document pinned in the keeper's chat, None if they are not there."""
        pinned = None if keeper is None else keeper.pinned
        if pinned is None or "document" not in pinned:
            return None
        document = pinned["document"]
        if document["file_unique_id"] != self._document:
            self._document = document["file_unique_id"]
            small = document["file_size"] <= LARGEST
            self._stored = self._read(person.bot.world.document(pinned)) if small else {}
        return self._stored.get(person.id)
