"""What the page proves: per player the taps sent, the taps counted by the bot, and the taps stored in the document."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emulator.state.people import Person

LARGEST = 4 << 20  # bytes; a larger document is not opened at every save


class Tally:
    """Counts taps on the button `tap`; `counted` finds the bot's number in the text of an answer (group 1)."""

    def __init__(self, tap: str = "Клик", counted: str = r"^Кликов: (\d+)") -> None:
        self.tap = tap
        self.sent: Counter[int] = Counter()
        self._counted = re.compile(counted)
        self._document = ""
        self._stored: dict[int, int] = {}

    def note(self, person: Person, text: str) -> None:
        """Count a text that this person is about to send, if it is a tap on the button shown."""
        if text == self.tap and any(text in row for row in person.keyboard):
            self.sent[person.id] += 1

    def counted(self, newest: Iterable[dict[str, Any]]) -> int | None:
        """The number in the newest answer to a tap, messages given newest first; None if there is none."""
        found = (self._counted.search(message.get("text", "")) for message in newest)
        return next((int(match[1]) for match in found if match), None)

    def stored(self, person: Person, keeper: Person | None) -> int | None:
        """The player's clicks in the document pinned in the keeper's chat, None if they are not there."""
        pinned = None if keeper is None else keeper.pinned
        if pinned is None or "document" not in pinned:
            return None
        document = pinned["document"]
        if document["file_unique_id"] != self._document:
            self._document = document["file_unique_id"]
            small = document["file_size"] <= LARGEST
            self._stored = _clicks(person.bot.world.document(pinned)) if small else {}
        return self._stored.get(person.id)


def _clicks(document: bytes) -> dict[int, int]:
    """Clicks by player id from the rows of the table `users`; empty when the document is something else."""
    try:
        users = orjson.loads(document)["tables"]["users"]
        player, click = users["columns"].index("chatid"), users["columns"].index("click")
        return {row[player]: row[click] for row in users["rows"]}
    except (orjson.JSONDecodeError, LookupError, TypeError, ValueError, AttributeError):
        return {}
