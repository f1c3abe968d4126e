"""Bots whose event loop's clock goes faster: a chat's pace of a message a second takes a tenth of one.

As `tests.stories.fork_server`, which starts them; started as `python -m tests.chaos.hasty FD`. Everything a bot waits
for by its loop passes faster, whatever the order of things; the pace itself is what other tests are about.
"""

from __future__ import annotations

import asyncio
import gc
import selectors
import socket
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeVar

from tests.stories.launcher import Launcher, launcher

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")

HASTE = 10
"""Seconds of the loop in one."""

LONGEST = {"runtime.session": 15, "pinstore.updates.polling": 45}
"""Seconds, as all have them, after which a call has failed; a long poll is one as well, and is the longest."""


class Selector(selectors.DefaultSelector):
    """Waits for a part of the time."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """As its base, whose time is ours."""
        return super().select(timeout / HASTE if timeout else timeout)


class Loop(asyncio.SelectorEventLoop):
    """A loop with a fast clock."""

    def __init__(self) -> None:
        super().__init__(Selector())

    def time(self) -> float:
        """Seconds of its own."""
        return super().time() * HASTE


def run(main: Coroutine[Any, Any, T]) -> T:
    """In place of uvloop.run."""
    with asyncio.Runner(loop_factory=Loop) as runner:
        return runner.run(main)


def be_patient() -> None:
    """Telegram is no faster than it is, and may take as long as it does for an answer."""
    for name, seconds in LONGEST.items():
        vars(import_module(name))["CALL_TIME"] = seconds * HASTE


def hasty() -> Launcher:
    """Starts hasty bots; ordinary ones where there is no fork."""
    if sys.platform == "win32":
        return launcher()
    else:  # noqa: RET505 - mypy follows platforms by branches
        from tests.stories.forking import ForkServer  # noqa: PLC0415 - there is none on Windows

        return ForkServer("tests.chaos.hasty")


if __name__ == "__main__" and sys.platform != "win32":
    from tests.stories.fork_server import prepare, serve

    held = prepare()
    import_module("uvloop").run = run  # type: ignore[attr-defined]
    be_patient()
    gc.freeze()
    serve(socket.socket(fileno=int(sys.argv[1])), import_module("main").main)
