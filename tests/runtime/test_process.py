"""Signals that ask a process to stop are heard, whatever it does at that moment."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading

import pytest

from runtime.process import handled, waking

PATIENCE = 3.0


@pytest.mark.skipif(sys.platform == "win32", reason="a thread cannot be sent a signal there, and no loop misses one")
async def test_a_signal_wakes_a_loop_that_sleeps() -> None:
    """It comes to another thread, as it may come to this one in the moment before the loop falls asleep."""
    if sys.platform != "win32":
        loop, stop = asyncio.get_running_loop(), asyncio.Event()
        sender = threading.Timer(0.2, lambda: signal.pthread_kill(threading.get_ident(), signal.SIGUSR1))
        with waking(loop), handled([signal.SIGUSR1], lambda: loop.call_soon_threadsafe(stop.set)):
            sender.start()
            await asyncio.wait_for(stop.wait(), PATIENCE)
        assert signal.set_wakeup_fd(-1) == -1
