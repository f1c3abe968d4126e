"""What Linux tells about a process (proc(5)); not a number where there is no /proc."""

import math
import re
from pathlib import Path

TICKS = 100
"""Ticks in a second of /proc (USER_HZ)."""


def cpu_seconds(pid: int | None) -> float:
    """Processor seconds so far, all threads, user and system."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return math.nan
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / TICKS


def resident_bytes(pid: int | str | None) -> float:
    """Resident memory now."""
    return _bytes(pid, "VmRSS")


def peak_bytes(pid: int | str | None) -> float:
    """The most resident memory since the start, or since `forget_peak`."""
    return _bytes(pid, "VmHWM")


def forget_peak(pid: int | str | None) -> None:
    """Let the peak begin at what is resident now."""
    path = Path(f"/proc/{pid}/clear_refs")
    if path.exists():
        path.write_text("5", encoding="utf-8")


def queued_seconds() -> float:
    """For how long this thread was ready and the processors did something else (sched-stats); 0 where nobody tells."""
    try:
        stat = Path("/proc/thread-self/schedstat").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    return int(stat.split()[1]) / 1e9


def _bytes(pid: int | str | None, name: str) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return math.nan
    found = re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else math.nan
