"""Long work that a command of the admin has begun; beside the handlers, so that no update has to wait for its end."""

import asyncio
import logging
import threading
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)


class Jobs:
    """One job of a kind at a time."""

    def __init__(self) -> None:
        self._running: dict[str, asyncio.Task[None]] = {}
        self.stopping = threading.Event()
        """Set when the process ends; threads of jobs look at it between two slices."""

    def begin(self, kind: str, work: Coroutine[Any, Any, None]) -> bool:
        """Do `work`; False if one of this kind is under way already, or the process ends."""
        if kind in self._running or self.stopping.is_set():
            work.close()
            return False
        task = asyncio.create_task(work, name=kind)
        self._running[kind] = task
        task.add_done_callback(self._ended)
        return True

    def is_busy(self, kind: str) -> bool:
        """Tell whether a job of this kind is under way."""
        return kind in self._running

    def end(self) -> None:
        """Break off what is under way: a process that was told to stop has seconds."""
        self.stopping.set()
        for task in self._running.values():
            task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task.get_name()]
        if not task.cancelled() and (error := task.exception()):
            log.error("The admin's %s failed", task.get_name(), exc_info=error)
