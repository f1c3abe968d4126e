"""Signals that ask a process to stop."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

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
