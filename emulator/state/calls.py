"""The log of calls a bot has made."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True)
class Call:
    """One call: parameters as texts (an upload as "name (N bytes)"), Unix time, HTTP status (0: never answered).

    `unknown` names parameters that the method does not have: Telegram ignores them, a test should not. `bot` is the
    id of the bot, 0 where it is not known; `took` the seconds that the answer took; `answer` its beginning;
    `rode`: it came in a webhook's answer, and the bot does not learn what became of it.
    """

    method: str
    params: Mapping[str, str]
    at: float
    status: int
    description: str
    unknown: tuple[str, ...]
    bot: int = 0
    took: float = 0.0
    answer: str = ""
    rode: bool = False


class CallLog:
    """The latest calls, and how many there were of each method."""

    def __init__(self, size: int = 20_000) -> None:
        self.latest: deque[Call] = deque(maxlen=size)
        self._counts: Counter[str] = Counter()

    def add(self, call: Call) -> None:
        """Remember a call."""
        self.latest.append(call)
        self._counts[call.method.lower()] += 1

    def count(self, method: str | None = None) -> int:
        """How many calls there were of this method, or in all; calls no longer in `latest` included."""
        return self._counts.total() if method is None else self._counts[method.lower()]
