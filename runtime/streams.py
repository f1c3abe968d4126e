"""What a process writes to: there may be nothing of the kind, and it may take nothing more."""

import os
import sys
from pathlib import Path

NAMES = ("stdout", "stderr")

STANDARD = 3
"""Descriptors that belong to standard streams."""


def begin() -> None:
    """Have somewhere to write, where a service or pythonw gives nothing.

    A descriptor that is free would become that of a connection, and what something writes to it would go there.
    """
    while (number := os.open(os.devnull, os.O_RDWR)) < STANDARD:
        pass
    os.close(number)
    for name in NAMES:
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - as long as the process


def end() -> None:
    """Let go of what takes nothing more, as a full disk does: Python would end with a status of its own for it."""
    for name in NAMES:
        try:
            getattr(sys, name).flush()
        except OSError:
            setattr(sys, name, None)
