"""The saves of this process: how many, how long they took, how large they were."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Tally:
    """Sums over all saves; parts that go with a document are not counted among its bytes."""

    stored: int = 0
    failed: int = 0
    seconds: float = 0.0
    """Of those that were stored."""
    bytes: int = 0
    last_bytes: int = 0
    last_at: float | None = None
    """When the last one was stored, in seconds since 1970."""

    @contextmanager
    def save(self) -> Iterator[None]:
        """Time one save and note whether it fails."""
        started = time.monotonic()
        try:
            yield
        except BaseException:
            self.failed += 1
            raise
        self.stored += 1
        self.seconds += time.monotonic() - started

    def written(self, size: int) -> None:
        """A document of so many bytes is stored."""
        self.bytes += size
        self.last_bytes, self.last_at = size, time.time()
