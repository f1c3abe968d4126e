"""The machine that the figures come from."""

import os
import platform
import sqlite3
from pathlib import Path


def describe() -> str:
    """Processor, cores, Python, SQLite and system, on two lines."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    system = f"{platform.system()} {platform.release()} ({platform.machine()})"
    return f"{processor()}, {os.cpu_count()} cores\n{python}, SQLite {sqlite3.sqlite_version}, {system}"


def processor() -> str:
    """The processor's name as the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown processor"
