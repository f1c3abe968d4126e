"""What the process keeps of the memory that it has freed."""

import ctypes
from contextlib import suppress

M_ARENA_MAX = -8
"""How many arenas there may be (malloc.h)."""


def keep_together() -> None:
    """Have all threads take memory from one arena: glibc gives each its own, and none returns what another could use.

    Threads would wait less for each other (mallopt(3)), but here the interpreter lets only one of them run at a time.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def give_back() -> None:
    """Return freed memory to the system: glibc keeps a tenth of a restore's for later (malloc_trim(3)).

    Other C libraries have no such functions, and none is missed there.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
