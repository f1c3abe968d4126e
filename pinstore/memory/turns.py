"""The many turns of one reader: how much time he leaves to others between two of them."""

import time
from collections.abc import Callable
from math import inf
from typing import TypeVar

from pinstore.memory.changes import breathe
from pinstore.memory.connection import Connection
from pinstore.memory.database import Database

T = TypeVar("T")

REMEMBERED = 1.0
"""Seconds after which nobody is expected who came before."""

ALONE = 0.25
"""Of a turn, the pause while nobody comes: whoever never sleeps is stopped by the system when others wait for him."""


class Turns:
    """Taken one after the other: while anybody else comes, each is followed by a pause as long as it was."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._turns = database.lock.turns
        self._seen = -inf
        self.is_alone = True
        """Whether nobody else came lately."""

    def take(self, work: Callable[[Connection], T]) -> T:
        """Have one, and leave the tables alone for a while."""
        started = time.perf_counter()
        found = self._database.look(work)
        ended = time.perf_counter()
        if not self._database.lock.is_quiet(self._turns):
            self._seen = ended
        self._turns = self._database.lock.turns
        self.is_alone = ended - self._seen > REMEMBERED
        breathe(ended - started, ALONE if self.is_alone else 1)
        return found
