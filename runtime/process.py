"""Signals that ask a process to stop."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

POLITE = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK") if hasattr(signal, name)]
HANG_UP = [getattr(signal, name) for name in ("SIGHUP",) if hasattr(signal, name)]
"""The terminal is closed. On Windows that comes as SIGBREAK."""


def ends() -> list[int]:
    """Signals that ask this process to stop; one that was started to outlive its terminal ignores SIGHUP (nohup)."""
    return [*POLITE, *(number for number in HANG_UP if signal.getsignal(number) is not signal.SIG_IGN)]


def handle(signals: Sequence[int], handler: Callable[[], object]) -> dict[int, Any]:
    """Call `handler` when one of these comes; returns what was called before."""
    return {number: signal.signal(number, lambda *_: handler()) for number in signals}


def restore(handlers: dict[int, Any]) -> None:
    """Let signals do again what they did before."""
    for number, handler in handlers.items():
        signal.signal(number, handler)


@contextmanager
def handled(signals: Sequence[int], handler: Callable[[], object]) -> Iterator[None]:
    """Call `handler` when one of these comes while this lasts, and not later: its event loop may be closed by then."""
    before = handle(signals, handler)
    try:
        yield
    finally:
        restore(before)


@contextmanager
def waking(loop: "asyncio.AbstractEventLoop") -> Iterator[None]:
    """Have signals wake asyncio's own event loop while this lasts.

    Python calls a handler when the main thread runs next. A signal that comes just before the loop falls asleep, or to
    another thread, would have to wait until something else happens. Loops of Windows and of uvloop are woken anyway.
    """
    if os.name == "nt":
        yield
        return
    import socket  # noqa: PLC0415 - whoever is stopped before this file is imported does not end well

    writer, reader = socket.socketpair()
    with writer, reader:
        writer.setblocking(False)
        reader.setblocking(False)
        loop.add_reader(reader, reader.recv, 1 << 10)
        before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(before)
            loop.remove_reader(reader)
