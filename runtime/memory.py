"""What the process keeps of the memory that it has freed."""

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Return freed memory to the system: glibc keeps a tenth of a restore's for later (malloc_trim(3)).

    Other C libraries have no such function, and none is missed there.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
