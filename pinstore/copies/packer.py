"""A gzip file that is written in a thread of its own, so that a second processor compresses while rows are read."""

import threading
import zlib
from collections.abc import Callable
from queue import Queue
from typing import Self

GZIP = 31
"""zlib's window size that means a gzip header."""

LEVEL = 5
"""A third less time than zlib's own 6 takes, for a fiftieth more bytes: about as long as SQLite needs for the rows."""

TOGETHER = 1 << 18
"""Characters that are handed over at once: two threads that meet for each few rows are in the event loop's way."""

WAITING = 2
"""Such heaps that may wait for the thread."""


class Packer:
    """Text goes in, and when the `with` block is left the file is complete."""

    def __init__(self) -> None:
        self.size = 0
        """Bytes of what is compressed so far."""
        self._heap: list[str] = []
        self._length = 0
        self._heaps: Queue[list[str] | None] = Queue(WAITING)
        self._chunks: list[bytes] = []
        self._packer = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="packer", daemon=True)  # as the timer's is

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._hand_over()
        self._heaps.put(None)
        self._thread.join()

    def add(self, text: str) -> None:
        """What comes next; waits while the thread is behind."""
        self._heap.append(text)
        self._length += len(text)
        if self._length >= TOGETHER:
            self._hand_over()

    def wait(self) -> None:
        """Go on when all that was added is compressed: whoever leaves time to others does not do two things at once."""
        self._hand_over()
        self._heaps.join()

    def content(self) -> bytes:
        """The whole file. Raises what has kept the thread from writing it."""
        if self._fault:
            raise self._fault
        return b"".join(self._chunks)

    def _hand_over(self) -> None:
        self._heaps.put(self._heap)
        self._heap, self._length = [], 0

    def _run(self) -> None:
        while (heap := self._heaps.get()) is not None:
            if not self._fault:  # else whoever adds is not to wait for it
                self._try(lambda: self._packer.compress("".join(heap).encode()))
            self._heaps.task_done()
        if not self._fault:
            self._try(self._packer.flush)

    def _try(self, work: Callable[[], bytes]) -> None:
        try:
            self._keep(work())
        except BaseException as fault:  # noqa: BLE001 - whoever wants the file is told
            self._fault = fault

    def _keep(self, chunk: bytes) -> None:
        self.size += len(chunk)
        self._chunks.append(chunk)
