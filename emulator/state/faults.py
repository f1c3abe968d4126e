"""Faults to switch on at run time, per method and counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Collection

Kind = Literal[
    "latency",
    "429",
    "500",
    "502",
    "reset_before",
    "reset_after",
    "timeout_after",
    "no_answer",
    "truncate",
    "damage",
    "error",
    "twice",
]
DOWNLOAD_ONLY = frozenset({"truncate", "damage"})
WEBHOOK_ONLY = frozenset({"twice"})
AFTER_EFFECT = frozenset({"reset_after", "timeout_after"})


@dataclass(eq=False)
class Fault:
    """One fault: `times` calls (None: for ever) of `method` suffer it after the first `after` were let through.

    chat: only calls that go to this chat or take something from it; bot: only calls of the bot of this id.
    value: seconds for "latency", retry_after for "429", (code, description) for "error", addresses for "twice", else
    unused.
    """

    method: str
    kind: Kind
    times: int | None = 1
    after: int = 0
    value: Any = None
    chat: int | None = None
    bot: int | None = None
    hits: int = 0

    @property
    def spent(self) -> bool:
        """Whether it will not strike again."""
        return self.times is not None and self.hits >= self.times

    def concerns(self, method: str, chats: Collection[str] = (), bot: int = 0) -> bool:
        """Whether a call of this method (or "download", "webhook") by this bot about these chats can suffer it."""
        if self.bot not in {None, bot} or (self.chat is not None and str(self.chat) not in chats):
            return False
        elsewhere = (self.kind in DOWNLOAD_ONLY and method != "download") or (
            self.kind in WEBHOOK_ONLY and method != "webhook"
        )
        if self.spent or elsewhere:
            return False
        return self.method == "*" or self.method.lower() == method.lower()


class Faults:
    """The faults that are switched on, oldest first."""

    def __init__(self) -> None:
        self.active: list[Fault] = []

    def add(
        self,
        method: str = "*",
        kind: Kind = "500",
        *,
        times: int | None = 1,
        after: int = 0,
        value: Any = None,
        chat: int | None = None,
        bot: int | None = None,
    ) -> Fault:
        """Switch a fault on; ValueError for an unknown kind.

        Method "*" is every one, "download" a file link, "webhook" an update on its way to the bot.
        """
        if kind not in get_args(Kind):
            raise ValueError(f"unknown fault {kind!r}, known are {', '.join(get_args(Kind))}")
        fault = Fault(method, kind, times, after, value, chat, bot)
        self.active.append(fault)
        return fault

    def remove(self, fault: Fault) -> None:
        """Switch this one off; harmless if it is off."""
        if fault in self.active:
            self.active.remove(fault)

    def clear(self) -> None:
        """Switch all off."""
        self.active.clear()

    def take(self, method: str, chats: Collection[str] = (), bot: int = 0) -> list[Fault]:
        """The faults one call suffers now: any latency first, then at most one other."""
        if not self.active:
            return []
        taken: list[Fault] = []
        struck = False
        for fault in self.active:
            if not fault.concerns(method, chats, bot) or (struck and fault.kind != "latency"):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.hits += 1
            taken.append(fault)
            struck = struck or fault.kind != "latency"
        self.active = [fault for fault in self.active if not fault.spent]
        return sorted(taken, key=lambda fault: fault.kind != "latency")
