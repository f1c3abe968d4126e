"""The history: a ring of messages that hold the document of each hour of a day and of each day of a week.

A slot is filled by editing its message to the stored document's `file_id`, which costs no upload.
"""

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pinstore.chat.vault import Vault
from pinstore.errors import MissingError

log = logging.getLogger(__name__)

HOUR = 3_600
DAY = 24 * HOUR


@dataclass(frozen=True)
class Lengths:
    """How many hours and days the ring holds; the setting HISTORY, "24h 7d" by default."""

    hours: int
    days: int

    @classmethod
    def read(cls, text: str) -> "Lengths":
        """Read the setting. Raises ValueError."""
        numbers = re.fullmatch(r"(\d{1,2})h (\d{1,2})d", text)
        if not numbers or int(numbers[1]) > 24 or int(numbers[2]) > 24:  # a note holds 24 ids
            raise ValueError("not a history")
        return cls(int(numbers[1]), int(numbers[2]))


class History:
    """The ring's messages and which of them this hour and this day have already been filled."""

    def __init__(self, lengths: Lengths, rings: Mapping[str, list[int]]) -> None:
        self._periods = {"hours": (HOUR, lengths.hours), "days": (DAY, lengths.days)}
        self.rings = {name: _fit(rings.get(name, []), length) for name, (_, length) in self._periods.items()}
        """For each ring its message ids by slot, 0 where there is none yet."""
        self._filled: dict[str, int] = {}

    def newest_first(self, now: float) -> Iterator[int]:
        """The messages of the ring, those filled last first."""
        for name, (period, length) in self._periods.items():
            for back in range(length):
                message_id = self.rings[name][(int(now // period) - back) % length]
                if message_id:
                    yield message_id

    async def fill(self, vault: Vault, file_id: str, caption: str, now: float) -> None:
        """Put the document into the slots of this hour and this day, once for each; `now` is in seconds since 1970."""
        for name, (period, length) in self._periods.items():
            number = int(now // period)
            if length and self._filled.get(name) != number:
                await self._put(vault, self.rings[name], number % length, file_id, caption)
                self._filled[name] = number

    async def _put(self, vault: Vault, ring: list[int], slot: int, file_id: str, caption: str) -> None:
        if ring[slot]:
            try:
                await vault.point(ring[slot], file_id, caption)
            except MissingError as error:
                log.warning("Message %s of the history is replaced: %s", ring[slot], error)
            else:
                return
        ring[slot] = (await vault.resend(file_id, caption)).message_id


def _fit(ring: list[int], length: int) -> list[int]:
    return (ring + [0] * length)[:length]
