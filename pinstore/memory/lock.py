"""The lock of the tables, which tells whoever reads much of them whether anybody else comes."""

import threading


class Lock:
    """Held by one thread for a short turn; who takes many turns in a row looks between two of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[None] = []
        self.turns = 0
        """How many there were, whoever took them."""

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            self._waiting.append(None)
            try:
                self._lock.acquire()
            finally:
                self._waiting.pop()
        self.turns += 1

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def is_quiet(self, turns: int) -> bool:
        """Whether nobody waits, and nobody but who asks took a turn since there were so many."""
        return not self._waiting and self.turns <= turns + 1
